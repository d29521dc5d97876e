import { refuseUnless, type Classification, type Dataset } from '../../model/index.js';

type Axis = 'level' | 'grade' | 'status';

/** Each axis of a classification in rising order. */
const RISING = {
  level: ['L1', 'L2', 'L3'],
  grade: ['GENERAL', 'IMPORTANT', 'CORE'],
  status: ['SUSPECTED', 'DECLARED', 'NOTIFIED'],
} as const satisfies { readonly [A in Axis]: readonly Classification[A][] };

const rank = (axis: Axis, of: Classification): number =>
  RISING[axis].findIndex((value) => value === of[axis]);

const isBelow = (axis: Axis, one: Classification, other: Classification): boolean =>
  rank(axis, one) < rank(axis, other);

/** True when a classification is lower than another on any axis, or no longer says that it holds personal data. */
export function isLowered(after: Classification, before: Classification): boolean {
  const isDropped = before.personalData && !after.personalData;
  return isDropped || (['level', 'grade', 'status'] as const).some((axis) => isBelow(axis, after, before));
}

/** What is derived is at least as sensitive as its inputs, until a regulator says otherwise. */
export function refuseBelowInputs(classification: Classification, inputs: readonly Dataset[]): void {
  for (const input of inputs) {
    const isAtLeast =
      !isBelow('level', classification, input.classification) &&
      !isBelow('grade', classification, input.classification);
    refuseUnless(isAtLeast, 'CLASSIFICATION_FORBIDS', { input: input.id });
  }
}
