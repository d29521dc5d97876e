import { deriveId, descriptors, keys, refuseUnless, type Component, type Id } from '../../model/index.js';
import { componentType } from '../../model/records/index.js';
import { needOversight } from '../governance.js';
import { write, type Ledger } from '../ledger.js';
import { refuseValidity } from '../participants/validity.js';
import { accept, move, rule } from '../rule.js';
import { needCertified, refuseOwned } from './certifier.js';

const { Certify, Renew } = descriptors.components;

/** A component is certified for at most two years (IDS Rules of Participation). */
const MAX_YEARS = 2;

/** Assurance levels that fit each profile (IDS-RAM 4): a checklist cannot show strict isolation. */
const ASSURANCE: Readonly<Record<Component['profile'], readonly number[]>> = {
  BASE: [1, 2],
  TRUST: [2, 3],
  TRUST_PLUS: [2, 3],
};

export const certify = rule(Certify, async (request, ledger, caller) => {
  await needOversight(ledger, caller, 'NOT_CERTIFIER');
  const { nonce: _nonce, ...body } = request;
  const { owner, profile, assurance, validUntil } = body;
  refuseUnless(ASSURANCE[profile].includes(assurance), 'LEVEL_PAIR', { profile, assurance });
  refuseValidity(validUntil, caller, MAX_YEARS);
  await needActive(ledger, owner);
  await refuseOwned(ledger, caller, owner);
  const id = deriveId('component', caller, request);
  refuseUnless((await ledger.get(keys.component(id))) === undefined, 'ALREADY_EXISTS', { id });
  const component = { id, state: 'CERTIFIED' as const, ...body, certifiedBy: caller.participant };
  return accept(
    [write(keys.component(id), component)],
    { name: 'component.certified', componentId: id },
    { componentId: id, state: 'CERTIFIED' },
  );
});

export const renew = rule(Renew, async ({ componentId: id, validUntil, ...changed }, ledger, caller) => {
  const { component } = await needCertified(ledger, id, caller);
  await refuseOwned(ledger, caller, component.owner);
  const { state: from } = component;
  // A renewal must not end a suspension in passing.
  refuseUnless(from === 'CERTIFIED', 'ILLEGAL_STATE', { id, from, to: 'CERTIFIED' });
  refuseValidity(validUntil, caller, MAX_YEARS);
  const { keys: signing = component.keys, manifest = component.manifest } = changed;
  const renewed = { ...move(componentType, component, 'CERTIFIED'), validUntil, keys: signing, manifest };
  return accept(
    [write(keys.component(id), renewed)],
    { name: 'component.renewed', componentId: id },
    { componentId: id, state: 'CERTIFIED' },
  );
});

async function needActive(ledger: Ledger, owner: Id<'participant'>): Promise<void> {
  const { state } = await ledger.need(keys.participant(owner));
  refuseUnless(state === 'ACTIVE', 'PARTICIPANT_NOT_ACTIVE', { participant: owner, state });
}
