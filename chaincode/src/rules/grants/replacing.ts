import { keys, refuseUnless, type Grant, type Instant, type Unstamped } from '../../model/index.js';
import { refuseHeld } from '../holds/index.js';
import type { Ledger } from '../ledger.js';
import { mayEnd } from '../powers/index.js';
import { actingProvider } from './parties.js';

/**
 * A grant is replaced by one between the same parties over the same dataset; the uses of a sub-grant are its parent's. What somebody
 * else has ordered on the old one does not end with it: a regulator's suspension, a hold, a breach that has not been made good.
 */
export async function refuseReplacing(
  ledger: Ledger,
  { supersedes, provider, consumer, dataset }: Unstamped<Grant>,
  at: Instant,
): Promise<void> {
  if (supersedes === undefined) return;
  const old = await ledger.need(keys.grant(supersedes));
  const isBetween = (await actingProvider(ledger, old)) === provider && old.consumer === consumer;
  refuseUnless(isBetween, 'NOT_PARTY', { grantId: supersedes });
  refuseUnless(old.dataset === dataset && old.parent === undefined, 'SELECTOR_MISMATCH', {
    grantId: supersedes,
  });
  refuseUnless(isOpen(old), 'ILLEGAL_STATE', { id: old.id, from: old.state, to: 'SUPERSEDED' });
  await refuseShedding(ledger, old, at);
}

const isOpen = ({ state }: Grant): boolean => state === 'ACTIVE' || state === 'SUSPENDED';

/** Refuse to end, by replacing a grant, what neither of its sides may lift. */
async function refuseShedding(
  ledger: Ledger,
  { id, state: from, suspension }: Grant,
  at: Instant,
): Promise<void> {
  const to = 'SUPERSEDED';
  const isLiftable = suspension === undefined || mayEnd('grantSuspended', suspension.as, 'PROVIDER');
  const suspendedBy = suspension?.by ?? null;
  refuseUnless(isLiftable, 'ILLEGAL_STATE', { id, from, to, suspendedBy });
  for (const effect of ['NO_USE', 'NO_NEW_GRANT'] as const) await refuseHeld(ledger, [id], effect, at);
  const breaches = (await ledger.get(keys.breaches(id)))?.open.length ?? 0;
  refuseUnless(breaches === 0, 'ILLEGAL_STATE', { id, from, to, breaches });
}
