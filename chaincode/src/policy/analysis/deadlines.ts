import type { Policy } from '../../model/odrl/index.js';
import { dutyPlaces, type PlacedDuty } from '../duties/place.js';
import type { PlannedDuty } from '../duties/plan.js';
import { planOf } from '../duties/planning.js';
import { pointed, problemAt } from '../pointing.js';
import { windowOf, type Window } from './bounds.js';
import { newEffort, type Effort } from './effort.js';
import { found, type Finding } from './finding.js';
import { magnitudeOf } from './magnitude.js';
import { asksAtLeast } from './succession.js';

/** Deadlines that contradict each other or the permission they belong to, and duties without one. */
export function deadlineFindings(policy: Policy): readonly Finding[] {
  const effort = newEffort();
  const places = dutyPlaces(policy);
  const obligations = places.filter(({ role }) => role === 'OBLIGATION');
  const permissions = pointed(policy.permission, '/permission');
  const windows = permissions.map(([, rule]) => windowOf(rule));
  return [
    ...places.map(planOf).flatMap(missing),
    ...permissions.flatMap(([at, rule]) => {
      const duties = places.filter(
        ({ pointer, role }) => role === 'PERMISSION' && pointer.startsWith(`${at}/duty/`),
      );
      return [
        ...duties.map(planOf).flatMap((plan) => outOfWindows(plan, [windowOf(rule)])),
        ...repeated(duties, effort),
      ];
    }),
    ...obligations.map(planOf).flatMap((plan) => outOfWindows(plan, windows)),
    ...repeated(obligations, effort),
  ];
}

const missing = ({ pointer, kind, due, every }: PlannedDuty): readonly Finding[] =>
  kind !== 'AFTER' || due !== undefined || every !== undefined
    ? []
    : found(
        'NO_DEADLINE',
        problemAt(pointer, 'it is due when the rulebook says, as the policy says nothing'),
      );

/** A duty against the times in which each of some permissions can be used. */
function outOfWindows(
  { pointer, action, kind, due }: PlannedDuty,
  windows: readonly Window[],
): readonly Finding[] {
  const at = due !== undefined && 'at' in due ? instantOf(due.at) : undefined;
  if (at === undefined || windows.length === 0) return [];
  if (action === 'delete' && windows.some(({ until }) => at < until)) {
    return found(
      'DELETED_TOO_EARLY',
      problemAt(pointer, 'a permission may still be used when the data are to be deleted'),
    );
  }
  return kind === 'AFTER' && windows.every(({ from }) => at < from)
    ? found('DEADLINES_CONFLICT', problemAt(pointer, 'is due before the permission can first be used'))
    : [];
}

const instantOf = (at: string): bigint | undefined => magnitudeOf('dateTime', at);

/** The same thing asked twice, at different times. */
const repeated = (duties: readonly PlacedDuty[], effort: Effort): readonly Finding[] =>
  duties.flatMap(({ pointer, duty }, index) => {
    const first = duties
      .slice(0, index)
      .find((other) => asksAtLeast(duty, other.duty, effort) || asksAtLeast(other.duty, duty, effort));
    return first === undefined
      ? []
      : found(
          'DEADLINES_CONFLICT',
          problemAt(pointer, `asks for the same as ${first.pointer}, at another time`),
        );
  });
