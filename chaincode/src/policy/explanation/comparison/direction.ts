import type { Policy } from '../../../model/odrl/index.js';
import type { PolicyProblem } from '../../problem.js';
import type { Direction } from '../wording/phrases.js';

/** Where the first policy allows more than the second; empty when it is at most as wide. */
export type Excess = (child: Policy, parent: Policy) => readonly PolicyProblem[];

/** Several changes together: one way only when none goes the other. */
export function directionOfAll(directions: readonly Direction[]): Direction {
  const moving = directions.filter((each) => each !== 'same');
  const [first] = moving;
  if (first === undefined) return 'same';
  return moving.every((each) => each === first) ? first : 'undetermined';
}

const OPPOSITES: Readonly<Record<Direction, Direction>> = {
  same: 'same',
  narrower: 'wider',
  wider: 'narrower',
  undetermined: 'undetermined',
};

/** A prohibition or obligation that covers less leaves more. */
export const opposite = (direction: Direction): Direction => OPPOSITES[direction];

/**
 * What follows from what changed, and what can be proven of the whole. Both `narrower` and `wider` say only that nothing is permitted
 * more, or less: where one says this and the other that, nothing is.
 */
export function withProof(known: Direction, proven: Direction): Direction {
  if (known === proven || proven === 'undetermined') return known;
  return known === 'undetermined' ? proven : 'same';
}

/** What can be proven of two policies, one way and the other. */
export function provenBetween(before: Policy, after: Policy, excess: Excess): Direction {
  const isNarrower = excess(after, before).length === 0;
  const isWider = excess(before, after).length === 0;
  if (isNarrower && isWider) return 'same';
  if (isNarrower) return 'narrower';
  return isWider ? 'wider' : 'undetermined';
}
