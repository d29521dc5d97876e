import { encode } from '../../model/index.js';
import { FUNCTIONS, isLogical, type Constraint, type Duty } from '../../model/odrl/index.js';
import { consentOf } from '../duties/parties.js';
import { isTiming, timingOf } from '../duties/timing.js';
import { spend, textIn, type Effort } from './effort.js';
import { durationOf, isNoLonger, magnitudeOf } from './magnitude.js';
import { textOf } from './spelling.js';

/**
 * True when one duty asks at least what another does: the same of the same parties under the same conditions, no later,
 * with its consequences. Consent may be asked of fewer parties and of more among them.
 */
export const asksAtLeast = (own: Duty, outer: Duty, effort: Effort): boolean =>
  spend(effort, 1) &&
  textIn(effort, own, gistOf) === textIn(effort, outer, gistOf) &&
  spend(effort, OF_TIMES) &&
  isInTime(own, outer) &&
  isConsentKept(own, outer) &&
  areDutiesKept(own.consequence, outer.consequence, effort);

/** Steps of comparing what two duties say of time and consent. */
const OF_TIMES = 20;

/** True when each duty is kept by one that asks at least as much. */
export const areDutiesKept = (
  own: readonly Duty[] | undefined,
  outer: readonly Duty[] | undefined,
  effort: Effort,
): boolean => (outer ?? []).every((each) => (own ?? []).some((duty) => asksAtLeast(duty, each, effort)));

const isConsent = ({ action }: Duty): boolean => action?.name === 'obtainConsent';

/** All that must be the same: everything but deadlines, and how many have to consent. */
function gistOf(duty: Duty): string {
  const parties = FUNCTIONS.filter((each) => !isConsent(duty) || each !== 'consentingParty');
  return encode([
    duty.action?.name ?? '',
    ...[duty.assigner, duty.assignee, duty.target].map(gistOfSubject),
    ...parties.map((each) => (duty[each] ?? []).map(gistOfSubject)),
    gistOfConstraints(duty.action?.refinement, isConsent(duty)),
    gistOfConstraints(duty.constraint, false),
  ]);
}

const gistOfSubject = (subject: Duty['target']): readonly unknown[] => [
  subject?.uid ?? '',
  subject?.source ?? '',
  gistOfConstraints(subject?.refinement, false),
];

const gistOfConstraints = (list: readonly Constraint[] | undefined, isCounted: boolean): readonly string[] =>
  (list ?? [])
    .filter((of) => !isDeadline(of) && !(isCounted && isCount(of)))
    .map(textOf)
    .sort();

const isCount = (of: Constraint): boolean => !isLogical(of) && of.leftOperand === 'count';
const isDeadline = (of: Constraint): boolean =>
  isTiming(of) && (of.leftOperand === 'dateTime' || of.leftOperand === 'delayPeriod');

/** No deadline is the rulebook's, of which a policy knows nothing: it is kept by none but itself. */
function isInTime(own: Duty, outer: Duty): boolean {
  const [left, right] = [own, outer].map((duty) => timingOf(duty).due);
  if (left === undefined || right === undefined) return left === right;
  if (encode(left) === encode(right)) return true;
  if ('at' in left) return 'at' in right && isNotAfter(left.at, right.at);
  const [shorter, longer] = [left, right].map((due) => durationOf('after' in due ? due.after : ''));
  return shorter !== undefined && longer !== undefined && isNoLonger(shorter, longer);
}

function isNotAfter(own: string, outer: string): boolean {
  const [left, right] = [own, outer].map((text) => magnitudeOf('dateTime', text));
  return left !== undefined && right !== undefined && left <= right;
}

function isConsentKept(own: Duty, outer: Duty): boolean {
  if (!isConsent(outer)) return true;
  const [left, right] = [consentOf(own), consentOf(outer)];
  return left.needed >= right.needed && left.parties.every((party) => right.parties.includes(party));
}
