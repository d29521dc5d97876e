import { isDeepStrictEqual } from 'node:util';
import type { ProgramOutcome, StepOutcome } from './outcome.js';
import type { Program, Step } from './program.js';

/** One place where two ledgers did not do the same. */
export interface Difference {
  readonly program: string;
  /** `g.s` for a step, `state` for the state at the end. */
  readonly at: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** What differs for a reason that is declared; never silently. */
interface Declared {
  readonly program: string;
  readonly at: string;
  readonly reason: string;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly declared: readonly Declared[];
}

const ALREADY_ORDERED = /request already processed/;

const refusalMatches = ({ refused }: StepOutcome, what: RegExp): boolean =>
  refused?.texts.some((text) => what.test(text)) === true;

/**
 * BFT orderers know what they have just ordered or what waits; others order it again, for the peers to mark it: as a duplicate,
 * or for what was wrong with it the first time.
 */
function isSameDuplicate(step: Step, one: StepOutcome, other: StepOutcome): boolean {
  const isKnown = one.refused?.at === 'order' && refusalMatches(one, ALREADY_ORDERED);
  return step.again !== undefined && (isKnown || one.dropped === true) && (other.code ?? 'VALID') !== 'VALID';
}

/** Why two outcomes of a step count as the same though they are not equal; nothing when they do not. */
function declaredReason(step: Step, expected: StepOutcome, found: StepOutcome): string | undefined {
  if (isSameDuplicate(step, expected, found) || isSameDuplicate(step, found, expected))
    return 'BFT orderers order nothing twice';
  const isDeclaredFeature = step.run.some(({ op }) => op === 'declared');
  if (isDeclaredFeature && refusalMatches(found, /unsupported by the embedded node: /))
    return found.refused?.texts.find((text) => text.includes('unsupported')) ?? '';
  return undefined;
}

function compareSteps(program: Program, expected: ProgramOutcome, found: ProgramOutcome): Comparison {
  const differences: Difference[] = [];
  const declared: Declared[] = [];
  program.groups.forEach((group, g) => {
    group.forEach((step, s) => {
      const at = `${g}.${s}`;
      const [one = {}, other = {}] = [expected.groups[g]?.[s], found.groups[g]?.[s]];
      if (isDeepStrictEqual(one, other)) return;
      const reason = declaredReason(step, one, other);
      if (reason !== undefined) declared.push({ program: program.name, at, reason });
      else differences.push({ program: program.name, at, expected: one, found: other });
    });
  });
  return { differences, declared };
}

function compareProgram(
  program: Program,
  expected: ProgramOutcome | undefined,
  found: ProgramOutcome | undefined,
): Comparison {
  const { name } = program;
  if (!expected || !found || expected.digest !== found.digest) {
    const [one, other] = [expected?.digest ?? 'not played', found?.digest ?? 'not played'];
    return { differences: [{ program: name, at: 'program', expected: one, found: other }], declared: [] };
  }
  const { differences, declared } = compareSteps(program, expected, found);
  if (isDeepStrictEqual(expected.state, found.state)) return { differences, declared };
  const state = { program: name, at: 'state', expected: expected.state, found: found.state };
  return { differences: [...differences, state], declared };
}

/** Holds what one ledger did against what another did. Outcomes belong to programs by name. */
export function compare(
  programs: readonly Program[],
  expected: readonly ProgramOutcome[],
  found: readonly ProgramOutcome[],
): Comparison {
  const byName = (outcomes: readonly ProgramOutcome[]): Map<string, ProgramOutcome> =>
    new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  const [one, other] = [byName(expected), byName(found)];
  const comparisons = programs.map((program) =>
    compareProgram(program, one.get(program.name), other.get(program.name)),
  );
  return {
    differences: comparisons.flatMap(({ differences }) => differences),
    declared: comparisons.flatMap(({ declared }) => declared),
  };
}

/** A difference in words, one line. */
export function describeDifference({ program, at, expected, found }: Difference): string {
  return `${program}, ${at}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}
