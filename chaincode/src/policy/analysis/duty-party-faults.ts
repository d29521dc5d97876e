import { FUNCTIONS, type Duty, type PartyFunction, type Policy } from '../../model/odrl/index.js';
import { countsOf, partyActedOn } from '../duties/parties.js';
import type { PlannedDuty } from '../duties/plan.js';
import { pointed, problemAt, under } from '../pointing.js';
import type { PolicyProblem } from '../problem.js';
import type { KnownAction } from '../vocabulary/index.js';
import { namedPartyFaults, targetFaults } from './subject-faults.js';

/** Why the parties or the target of a duty mean nothing to the ledger. */
export const dutyPartyFaults = (duty: Duty, plan: PlannedDuty, policy: Policy): readonly PolicyProblem[] => [
  ...FUNCTIONS.flatMap((each) => functionFaults(duty, each, plan)),
  ...under('/assigner', duty.assigner ? namedPartyFaults(duty.assigner) : []),
  ...under('/assignee', duty.assignee ? namedPartyFaults(duty.assignee) : []),
  ...under('/target', dutyTargetFaults(duty, policy)),
  ...consentFaults(duty, plan),
];

/** Who may be named for information only: nothing that the ledger does depends on them. */
const NAMED_ONLY: ReadonlyMap<string, readonly PartyFunction[]> = new Map<
  KnownAction,
  readonly PartyFunction[]
>([
  ['obtainConsent', ['consentedParty']],
  ['attribute', ['attributedParty']],
  ['cc:Attribution', ['attributedParty']],
  ['acceptTracking', ['trackingParty']],
]);

function functionFaults(
  duty: Duty,
  each: PartyFunction,
  { action, kind }: PlannedDuty,
): readonly PolicyProblem[] {
  const parties = duty[each] ?? [];
  if (parties.length === 0) return [];
  const isActedOn = partyActedOn(action) === each;
  if (!isActedOn && NAMED_ONLY.get(action)?.includes(each) !== true) {
    return problemAt(`/${each}`, `${action} has no such party`);
  }
  if (isActedOn && kind !== 'CONSENT' && parties.length > 1) {
    return problemAt(`/${each}`, 'only one party can state that it was done');
  }
  return pointed(parties, `/${each}`).flatMap(([at, party]) => under(at, namedPartyFaults(party)));
}

/** What `nextPolicy` passes on is the policy it stands in: of another one the ledger knows nothing. */
function dutyTargetFaults({ action, target }: Duty, { uid }: Policy): readonly PolicyProblem[] {
  if (target === undefined) return [];
  if (action?.name !== 'nextPolicy') return targetFaults(target);
  return target.uid !== undefined && target.uid === uid ? [] : problemAt('', 'must be this policy');
}

function consentFaults(duty: Duty, { consent }: PlannedDuty): readonly PolicyProblem[] {
  if (consent === undefined) return [];
  const { parties, needed } = consent;
  if (parties.length === 0) return problemAt('', 'must name the parties that may consent');
  if (new Set(parties).size < parties.length) return problemAt('/consentingParty', 'names a party twice');
  if (countsOf(duty).length > 1) return problemAt('/action/refinement', 'says twice how many must consent');
  return needed > parties.length
    ? problemAt('/action/refinement', `asks ${parties.length} parties for ${needed} consents`)
    : [];
}
