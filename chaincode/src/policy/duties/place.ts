import type { Duty, Policy } from '../../model/odrl/index.js';
import { pointed } from '../pointing.js';

/** What a duty is a condition or a result of. */
export type DutyRole = 'PERMISSION' | 'OBLIGATION' | 'CONSEQUENCE' | 'REMEDY';

/** A duty with its place in the policy. */
export interface PlacedDuty {
  readonly pointer: string;
  readonly role: DutyRole;
  readonly duty: Duty;
}

/** Every duty of a policy, in the order written: each before its consequences. */
export function dutyPlaces({ permission, obligation, prohibition }: Policy): readonly PlacedDuty[] {
  return [
    ...pointed(permission, '/permission').flatMap(([at, { duty }]) =>
      withConsequences(duty, `${at}/duty`, 'PERMISSION'),
    ),
    ...withConsequences(obligation, '/obligation', 'OBLIGATION'),
    ...pointed(prohibition, '/prohibition').flatMap(([at, { remedy }]) =>
      withConsequences(remedy, `${at}/remedy`, 'REMEDY'),
    ),
  ];
}

const withConsequences = (
  duties: readonly Duty[] | undefined,
  at: string,
  role: DutyRole,
): readonly PlacedDuty[] =>
  pointed(duties, at).flatMap(([pointer, duty]) => [
    { pointer, role, duty },
    ...consequencePointers(duty, pointer).map((under, index): PlacedDuty => ({
      pointer: under,
      role: 'CONSEQUENCE',
      duty: duty.consequence?.[index] ?? {},
    })),
  ]);

export const consequencePointers = ({ consequence }: Duty, pointer: string): readonly string[] =>
  pointed(consequence, `${pointer}/consequence`).map(([at]) => at);
