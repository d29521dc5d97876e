import type { Policy } from '../../../model/odrl/index.js';
import { dutyPlaces, type PlacedDuty } from '../duties/place.js';
import type { PlannedDuty } from '../duties/plan.js';
import { planOf } from '../duties/planning.js';
import { windowOf, type Window } from './bounds.js';
import { found, type Finding } from './finding.js';
import { magnitudeOf } from './magnitude.js';
import { pointed, problemAt } from './pointing.js';
import { isAtLeast } from './succession.js';

/** Deadlines that contradict each other or the permission they belong to, and duties without one. */
export const deadlineFindings = (policy: Policy): readonly Finding[] => [
  ...dutyPlaces(policy).map(planOf).flatMap(missing),
  ...permissionDuties(policy).flatMap(([window, duties]) => [
    ...duties.map(planOf).flatMap((plan) => outOfWindow(plan, window)),
    ...repeated(duties),
  ]),
  ...repeated(dutyPlaces(policy).filter(({ role }) => role === 'OBLIGATION')),
];

const missing = ({ pointer, kind, due, every }: PlannedDuty): readonly Finding[] =>
  kind !== 'AFTER' || due !== undefined || every !== undefined
    ? []
    : found(
        'NO_DEADLINE',
        problemAt(pointer, 'it is due when the rulebook says, as the policy says nothing'),
      );

/** The duties of each permission, and of the whole policy for each, with when it can be used. */
const permissionDuties = (policy: Policy): readonly (readonly [Window, readonly PlacedDuty[]])[] =>
  pointed(policy.permission, '/permission').map(([at, rule]) => [
    windowOf(rule),
    dutyPlaces(policy).filter(
      ({ pointer, role }) => role === 'PERMISSION' && pointer.startsWith(`${at}/duty/`),
    ),
  ]);

function outOfWindow(
  { pointer, action, kind, due }: PlannedDuty,
  { from, until }: Window,
): readonly Finding[] {
  const at = due !== undefined && 'at' in due ? instantOf(due.at) : undefined;
  if (at === undefined) return [];
  if (action === 'delete' && (until === undefined || at < until)) {
    return found(
      'DELETED_TOO_EARLY',
      problemAt(pointer, 'the permission may still be used when the data are to be deleted'),
    );
  }
  return kind === 'AFTER' && from !== undefined && at < from
    ? found('DEADLINES_CONFLICT', problemAt(pointer, 'is due before the permission can first be used'))
    : [];
}

const instantOf = (at: string): bigint | undefined => magnitudeOf('dateTime', at);

/** The same thing asked twice, at different times. */
const repeated = (duties: readonly PlacedDuty[]): readonly Finding[] =>
  duties.flatMap(({ pointer, duty }, index) => {
    const first = duties
      .slice(0, index)
      .find((other) => isAtLeast(duty, other.duty) || isAtLeast(other.duty, duty));
    return first === undefined
      ? []
      : found(
          'DEADLINES_CONFLICT',
          problemAt(pointer, `asks for the same as ${first.pointer}, at another time`),
        );
  });
