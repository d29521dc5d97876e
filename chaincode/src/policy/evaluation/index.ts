/**
 * What ODRL 2.2 leaves open, and how it is read here, always so that doubt denies:
 *
 * - Names, territories and languages stand for all within them, under every operator, `eq` and `neq` among them (IDS-G writes
 *   `spatial eq`, `purpose eq` for a whole region or branch): else `purpose neq marketing` would let `marketing.email` pass.
 *   The other way round, asking for the whole of which the policy names a part, cannot be told: not satisfied in a
 *   permission, and a prohibition applies.
 * - A number known in a unit has the unit as its datatype; numbers of different units, or of a stated and an unstated one,
 *   do not compare. Values that are not of the operand's kind do not compare with anything, so `neq` does not hold either.
 * - `elapsedTime eq P3M` holds at one instant only, like every `eq` on time; a period of use is `lteq`.
 * - A permission for exactly one of several follows the plain model, in which what is not known does not hold; hence admission
 *   takes such only of what is known of every use. A prohibition of exactly one of several applies unless two are known to
 *   hold or all are known not to.
 * - Several facts of one operand are alternatives for the positive operators and all bind the negative ones.
 * - A duty whose own condition is certainly false is not due; one whose condition cannot be told is.
 * - Obligations of the policy that may not be deferred come before a use like the duties of a permission.
 */
export { addDuration, durationOf } from './comparison/time.js';
export { decisionOf, type PolicyDecision } from './decision.js';
export { deonticOf } from './deontic.js';
export { evaluate, reportDigest } from './evaluate.js';
export { ANSWER_STEPS, stepsOf } from './steps.js';
