import {
  deriveId,
  descriptors,
  keys,
  refuseUnless,
  type Component,
  type Grant,
  type Id,
  type odrl,
} from '../../model/index.js';
import { attestationType } from '../../model/records/index.js';
import { creditorOf } from '../grants/parties.js';
import { write, type Ledger } from '../ledger.js';
import { accept, isAhead, move, rule, type AnyRule } from '../rule.js';
import { isApplicationOf, needAttester, sourceOf } from './trust.js';

const { Make, Withdraw } = descriptors.attestations;
type Side = 'CONSUMER' | 'PROVIDER';

/** A statement binds nobody to anything: a later decision trusts it, as long as what it rests on is still so. */
const makeAttestation = rule(Make, async (request, ledger, caller) => {
  const { grantId, component: componentId, facts, validUntil } = request;
  const grant = await ledger.need(keys.grant(grantId));
  const side = await sideOf(ledger, grant, caller.participant);
  refuseUnless(side !== undefined, 'NOT_ATTESTING_PARTY', { grantId });
  const component = await needAttester(ledger, componentId, caller);
  const { id: grantIdOf, state: from } = grant;
  const isOpen = from === 'ACTIVE' || from === 'SUSPENDED';
  refuseUnless(isOpen, 'ILLEGAL_STATE', { id: grantIdOf, from, to: 'ACTIVE' });
  for (const fact of facts) refuseForeign(fact, side, component);
  refuseUnless(isAhead(validUntil, caller), 'PERIOD_INVALID', { validUntil });
  const id = deriveId('attestation', caller, request);
  refuseUnless((await ledger.get(keys.attestation(id))) === undefined, 'ALREADY_EXISTS', { id });
  const attestation = {
    id,
    state: 'MADE' as const,
    grant: grantId,
    component: componentId,
    by: caller.participant,
    facts,
    madeAt: caller.time,
    validUntil,
    signedBy: caller.keyDigest,
  };
  return accept(
    [write(keys.attestation(id), attestation)],
    { name: 'attestation.made', attestationId: id, grantId },
    { attestationId: id, state: 'MADE' },
  );
});

const withdrawAttestation = rule(Withdraw, async ({ attestationId }, ledger, caller) => {
  const attestation = await ledger.need(keys.attestation(attestationId));
  refuseUnless(attestation.by === caller.participant, 'NOT_PARTY', { attestationId });
  return accept(
    [write(keys.attestation(attestationId), move(attestationType, attestation, 'WITHDRAWN'))],
    { name: 'attestation.withdrawn', attestationId },
    { attestationId, state: 'WITHDRAWN' },
  );
});

async function sideOf(
  ledger: Ledger,
  grant: Grant,
  participant: Id<'participant'>,
): Promise<Side | undefined> {
  if (grant.consumer === participant) return 'CONSUMER';
  const [provider, { custodian }] = await Promise.all([
    creditorOf(ledger, grant),
    ledger.need(keys.dataset(grant.dataset)),
  ]);
  return provider === participant || custodian === participant ? 'PROVIDER' : undefined;
}

/** What lies with the other side, with a record of the ledger or with another component is not this one's to state. */
function refuseForeign(fact: Pick<odrl.Known, 'operand' | 'value'>, side: Side, component: Component): void {
  const isOwn = sourceOf(fact.operand) === side && isApplicationOf(component, fact);
  refuseUnless(isOwn, 'NOT_ATTESTING_PARTY', { operand: fact.operand });
}

export const attestationRules: readonly AnyRule[] = [makeAttestation, withdrawAttestation];
