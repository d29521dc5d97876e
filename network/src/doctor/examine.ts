import { make, type Check } from './check.js';
import { CHECKS } from './checks/index.js';
import { inOrder, type Finding } from './finding.js';
import { ExaminedNetwork, type ExaminationOptions } from './examined-network.js';

/** Checks that fail for one and the same reason are told of in one line. */
function joined(findings: readonly Finding[]): Finding[] {
  const missed = findings.filter(({ code }) => code === 'CHECK_NOT_MADE');
  const subjects = new Map<string, Set<string>>();
  for (const { text, subject } of missed) {
    subjects.set(text, (subjects.get(text) ?? new Set()).add(subject));
  }
  const together = missed.map((finding) => ({
    ...finding,
    subject: [...(subjects.get(finding.text) ?? [])].sort().join(', '),
  }));
  return [...findings.filter(({ code }) => code !== 'CHECK_NOT_MADE'), ...together];
}

/**
 * Looks at a network, running or not, and tells what keeps it from working, most important first. Changes nothing.
 * Every check has a deadline of its own, and all run at once; one that cannot be made is told of. It never throws.
 */
export async function examine(
  options: ExaminationOptions,
  checks: readonly Check[] = CHECKS,
): Promise<Finding[]> {
  const examined = new ExaminedNetwork(options);
  const isFabric = options.topology.ledger.kind !== 'embedded';
  const chosen = checks.filter(({ of }) => of === 'any' || (of === 'fabric') === isFabric);
  const found = await Promise.all(chosen.map((check) => make(check, examined)));
  return inOrder(joined(found.flat()));
}
