import {
  keys,
  refuseUnless,
  type DenialCode,
  type Grant,
  type Id,
  type Instant,
  type Participant,
  type Policy,
} from '../../model/index.js';
import type { Ledger } from '../ledger.js';
import { decisionOf, evaluate, type KnownAction } from '../../policy/index.js';

/** Actions by which a policy itself speaks of handing the data on (ODRL 2.2 vocabulary, sections 4.3.13 and 4.3.17). */
const HANDING_ON: readonly KnownAction[] = ['distribute', 'grantUse'];

/**
 * Refuse a sub-grant where the parent's policy speaks of handing the data on and does not permit it to this consumer.
 * A policy that is silent leaves it to the terms beside it. `nextPolicy` and the other duties bind the sub-grant, by
 * subsumption, and not this step.
 */
export async function refuseKept(
  ledger: Ledger,
  parent: Grant,
  consumer: Id<'participant'>,
  at: Instant,
): Promise<void> {
  const spoken = HANDING_ON.filter((action) => isSpokenOf(parent.terms.enforced, action));
  if (spoken.length === 0) return;
  const recipient = await ledger.need(keys.participant(consumer));
  for (const action of spoken) {
    const denial = denialOf(parent, action, recipient, at);
    refuseUnless(denial === undefined, 'SUBLICENCE_NOT_PERMITTED', {
      parentId: parent.id,
      action,
      denial: denial ?? null,
    });
  }
}

const isSpokenOf = ({ permission = [], prohibition = [] }: Policy, name: string): boolean =>
  [...permission, ...prohibition].some(({ action }) => action?.name === name);

function denialOf(
  { terms: { enforced }, consumer: party, dataset: target }: Grant,
  action: string,
  { id, domicile }: Participant,
  at: Instant,
): DenialCode | undefined {
  const facts = [
    { operand: 'dateTime', value: { '@value': at, '@type': 'xsd:dateTime' } },
    { operand: 'recipient', value: id },
    { operand: 'vcard:hasGeo', value: domicile, source: keys.participant(id).text },
  ];
  const [attempt, world] = [
    { action, party, target },
    { at, facts, members: [], duties: [] },
  ];
  return decisionOf(enforced, evaluate(enforced, attempt, world), () => true, attempt, world).denial;
}
