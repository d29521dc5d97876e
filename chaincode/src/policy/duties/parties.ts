import { id, type Id } from '../../model/index.js';
import {
  isLogical,
  lexicalOf,
  valuesOf,
  type AtomicConstraint,
  type Duty,
  type PartyFunction,
  type Subject,
} from '../../model/odrl/index.js';
import type { DutyKind, KnownAction } from '../vocabulary/index.js';
import type { PlannedDuty } from './plan.js';

/** Party of a duty that the ledger acts on, by action: it states that the duty was done, or its consent is asked. */
const ACTED_ON: ReadonlyMap<string, PartyFunction> = new Map<KnownAction, PartyFunction>([
  ['compensate', 'compensatedParty'],
  ['inform', 'informedParty'],
  ['obtainConsent', 'consentingParty'],
]);

export const partyActedOn = (action: string): PartyFunction | undefined => ACTED_ON.get(action);

/** Who says that a duty was done: its creditor where it has one, else whoever does it. */
export function attesterOf(action: string, kind: DutyKind, duty: Duty): PlannedDuty['attester'] {
  if (kind === 'TRANSFORMATION') return 'PROVIDER';
  if (action === 'compensate') return participantOf(duty.compensatedParty?.[0]) ?? 'PROVIDER';
  if (action === 'inform') return participantOf(duty.informedParty?.[0]) ?? 'PROVIDER';
  return participantOf(duty.assignee) ?? 'CONSUMER';
}

const participant = id('participant');

/** Participant that a party names; `undefined` when it names somebody unknown to the ledger, or a collection. */
function participantOf(party: Subject | undefined): Id<'participant'> | undefined {
  const read = participant.safeParse(party?.uid);
  return read.success ? read.data : undefined;
}

/** Who may consent and how many must: `count gteq k` as refinement, all of them without one. */
export function consentOf(duty: Duty): NonNullable<PlannedDuty['consent']> {
  const parties = (duty.consentingParty ?? []).flatMap(({ uid }) => (uid === undefined ? [] : [uid]));
  const [value] = countsOf(duty).flatMap(valuesOf);
  return { parties, needed: value === undefined ? parties.length : Number(lexicalOf(value)) };
}

/** Refinements of a duty's action that say how many. */
export const countsOf = ({ action }: Duty): readonly AtomicConstraint[] =>
  (action?.refinement ?? []).flatMap((of) => (!isLogical(of) && of.leftOperand === 'count' ? [of] : []));
