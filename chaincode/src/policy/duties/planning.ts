import { digestOf, encode } from '../../model/index.js';
import type { Duty, Policy } from '../../model/odrl/index.js';
import type { DutyKind } from '../vocabulary/index.js';
import { enforcementOfKind, kindOf } from './kind.js';
import { attesterOf, consentOf } from './parties.js';
import { consequencePointers, dutyPlaces, type PlacedDuty } from './place.js';
import type { PlannedDuty } from './plan.js';
import { timingOf } from './timing.js';

/**
 * Every duty of a policy (of permissions, obligations, consequences, remedies) with how the ledger sees to it. Total: for a
 * policy that admission refuses it still says something, and nothing may be built on that.
 */
export const dutiesOf = (policy: Policy): readonly PlannedDuty[] => dutyPlaces(policy).map(planOf);

export function planOf({ pointer, role, duty }: PlacedDuty): PlannedDuty {
  const action = duty.action?.name ?? '';
  const { due, every, ...timing } = timingOf(duty);
  const kind = kindOf(action, role, { ...timing, ...(due && { due }) });
  return {
    pointer,
    action,
    kind,
    enforcement: enforcementOfKind(kind),
    attester: attesterOf(action, kind, duty),
    ...(due && { due }),
    ...(every !== undefined && { every }),
    ...detailsOf(kind, duty),
    consequences: consequencePointers(duty, pointer),
  };
}

const detailsOf = (kind: DutyKind, duty: Duty): Pick<PlannedDuty, 'consent' | 'parameters'> => ({
  ...(kind === 'CONSENT' && { consent: consentOf(duty) }),
  ...(kind === 'TRANSFORMATION' && { parameters: parametersOf(duty) }),
});

/** What a transformation has to state to be the one that a duty asks for: all refinements of the action, as written. */
const parametersOf = ({ action }: Duty): string => digestOf(encode(action?.refinement ?? []));
