import type { Duty } from '../../model/odrl/index.js';
import type { PlacedDuty } from '../duties/place.js';
import type { PlannedDuty } from '../duties/plan.js';
import { isTiming, timingOf, timingsIn } from '../duties/timing.js';
import { pointed, problemAt } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import { durationOf } from './magnitude.js';

type Examiner = (placed: PlacedDuty, plan: PlannedDuty) => string | undefined;

/** Why it cannot be planned when a duty is to be done. */
export const dutyTimingFaults = (placed: PlacedDuty, plan: PlannedDuty): readonly PolicyProblem[] => [
  ...repeatedTimings(placed.duty),
  ...endingDeadlines(placed.duty, plan),
  ...EXAMINERS.flatMap((examine) => {
    const reason = examine(placed, plan);
    return reason === undefined ? [] : problemAt('', reason);
  }),
];

/** Shortest period in which something has to be done anew. */
const HOUR = 3_600_000;

const isTimed = ({ kind }: PlannedDuty): boolean => kind === 'AFTER' || kind === 'BEFORE';

const EXAMINERS: readonly Examiner[] = [
  (_placed, plan) =>
    (plan.due ?? plan.every) !== undefined && !isTimed(plan)
      ? 'is judged at each use: it has no deadline and no period of its own'
      : undefined,
  (_placed, { every }) =>
    every !== undefined && !isLongEnough(every) ? 'recurs at most once an hour' : undefined,
  (_placed, { kind, due }) =>
    kind === 'BEFORE' && due !== undefined && 'after' in due
      ? 'cannot be due both before the use and a time after it'
      : undefined,
  ({ duty }, plan) =>
    timingOf(duty).order === 'AFTER' && (plan.kind === 'TRANSFORMATION' || plan.kind === 'CONSENT')
      ? 'can only come before the use'
      : undefined,
  ({ duty }, { kind }) =>
    timingOf(duty).order === 'BEFORE' && kind === 'AFTER'
      ? 'belongs to no use that it could come before'
      : undefined,
];

function isLongEnough(every: string): boolean {
  const duration = durationOf(every);
  return duration !== undefined && (duration.months > 0 || duration.millis >= HOUR);
}

/** Two deadlines, or two orders, of one duty: which of them counts would be anybody's guess. */
function repeatedTimings(duty: Duty): readonly PolicyProblem[] {
  const about = timingsIn(duty).map(([, { leftOperand }]) =>
    leftOperand === 'delayPeriod' ? 'dateTime' : leftOperand,
  );
  return timingsIn(duty).flatMap(([pointer], index) =>
    about.indexOf(about[index] ?? '') < index
      ? problemAt(pointer, 'says a second time when the duty is to be done')
      : [],
  );
}

/**
 * As a constraint, a deadline that has passed would end a duty instead of making it overdue: harmless to what is due after
 * a use and recorded, but what has to come first would not have to come at all.
 */
const endingDeadlines = ({ constraint }: Duty, { kind }: PlannedDuty): readonly PolicyProblem[] =>
  pointed(constraint, '/constraint').flatMap(([at, of]) =>
    kind === 'BEFORE' && isTiming(of) && (of.leftOperand === 'dateTime' || of.leftOperand === 'delayPeriod')
      ? problemAt(at, 'would end the duty: write the deadline as a refinement of its action')
      : [],
  );
