import { descriptors, encode, keys, refuseUnless, type Component, type Id } from '../../model/index.js';
import { isCompromised } from '../compromises/index.js';
import type { Ledger, Write } from '../ledger.js';
import { rule } from '../rule.js';
import { certify, renew } from './certification.js';

const { Certify, Renew } = descriptors.components;

/** From the second edition on: as before, and with no key that has been declared compromised. */
export const certifySound = rule(Certify, async (request, ledger, caller) => {
  const decision = await certify.decide(request, ledger, caller);
  await refuseDeclared(ledger, request);
  return decision;
});

/**
 * From the second edition on: as before, and with no key that has been declared compromised, be it one that the component has already. Who
 * is renewed with other keys is recorded to have them from now on.
 */
export const renewSound = rule(Renew, async (request, ledger, caller) => {
  const decision = await renew.decide(request, ledger, caller);
  const { owner, keys: before } = await ledger.need(keys.component(request.componentId));
  const { keys: after = before } = request;
  await refuseDeclared(ledger, { owner, keys: after });
  if (encode(after) === encode(before)) return decision;
  const dated = ({ key, record }: Write): Write => ({ key, record: { ...record, rekeyedAt: caller.time } });
  return { ...decision, writes: decision.writes.map(dated) };
});

interface Held extends Pick<Component, 'keys'> {
  readonly owner: Id<'participant'>;
}

async function refuseDeclared(ledger: Ledger, { owner, keys: held }: Held): Promise<void> {
  const { mspId } = await ledger.need(keys.participant(owner));
  const declared = await ledger.get(keys.compromises(mspId));
  for (const key of held) refuseUnless(!isCompromised(declared, owner, key), 'KEY_COMPROMISED', { key });
}
