import type { Instant, Json, Policy } from '@tallystick/chaincode/model';
import {
  admit,
  comparisonText,
  dutiesOf,
  enforcementOf,
  excessOf,
  lint,
  policyComparison,
  renderPolicy,
  type PolicyComparison,
} from '@tallystick/chaincode/policy';
import type { Compared, InLanguages, Language, Linted } from './port.js';
import { digestOfPolicy, readAt, type Inherited } from './reading.js';

const inLanguages = (render: (language: Language) => string): InLanguages => ({
  en: render('en'),
  zh: render('zh'),
});

const UNREAD = { findings: [], enforcement: [], duties: [] } as const;

/** Everything that can be said of a policy at an instant, before anybody signs it; never throws for what a document holds. */
export function lintPolicy(document: Json, inherited: Inherited, at: Instant): Linted {
  const read = readAt(document, inherited, '');
  if ('problems' in read) return { ...UNREAD, problems: read.problems };
  const { policy } = read;
  return {
    canonical: policy,
    digest: digestOfPolicy(policy),
    problems: admit(policy),
    findings: lint(policy, at),
    enforcement: enforcementOf(policy) as readonly object[] as readonly Json[],
    duties: dutiesOf(policy) as readonly object[] as readonly Json[],
    rendering: inLanguages((language) => renderPolicy(policy, language)),
  };
}

/** What changed between two policies. */
export function comparePolicyDocuments(
  [before, inheritedBefore]: readonly [Json, Inherited],
  [after, inheritedAfter]: readonly [Json, Inherited],
): Compared {
  const first = readAt(before, inheritedBefore, '/before');
  const second = readAt(after, inheritedAfter, '/after');
  const problems = [first, second].flatMap((read) => ('problems' in read ? read.problems : []));
  if ('problems' in first || 'problems' in second) return { problems, excess: [] };
  return { problems, ...comparison(first.policy, second.policy) };
}

function comparison(before: Policy, after: Policy): Omit<Compared, 'problems'> {
  const told = (language: Language): PolicyComparison => policyComparison(before, after, language, excessOf);
  const [en, zh] = [told('en'), told('zh')];
  return {
    excess: excessOf(after, before),
    direction: en.direction,
    rendering: { en: comparisonText(en), zh: comparisonText(zh) },
  };
}
