import { authoritiesOf, type RawBlock } from '../../ledger/raw-block.js';
import type { FollowedProjection } from '../../projection/port.js';
import type { ConfigChain } from './config-chain.js';
import type { Membership, Memberships } from './port.js';

/** Lists of configurations kept; there is one for each configuration block that a request or grant still stands on. */
const REMEMBERED = 64;

/** Reading authorities out of a block costs more than checking a signature by one: each organisation's are read once. */
function membershipOf(block: RawBlock): Membership {
  const known = new Map<string, readonly Uint8Array[]>();
  const authorities = (mspId: string): readonly Uint8Array[] => {
    const read = known.get(mspId) ?? authoritiesOf(block, mspId);
    // Whoever is no member has none: names that anybody may write are not kept.
    if (read.length > 0) known.set(mspId, read);
    return read;
  };
  return { number: block.number, authorities };
}

/** Follows whom the channel takes for whom, as our own peer shows it; the same list for all blocks under one configuration. */
export function followMemberships(
  configuration: ConfigChain,
  projection: Pick<FollowedProjection, 'configurationAt'>,
): Memberships {
  const lists = new Map<bigint, readonly Membership[]>();
  return async (upTo) => {
    const newest = (await projection.configurationAt(upTo)) ?? 0n;
    const known = lists.get(newest);
    if (known !== undefined) return known;
    const list = (await configuration.through(newest)).map(membershipOf);
    if (lists.size >= REMEMBERED) lists.clear();
    lists.set(newest, list);
    return list;
  };
}
