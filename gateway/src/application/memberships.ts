import { ConfigError, type Config } from '../config.js';
import type { Membership, Memberships } from '../features/custody/authority.js';
import { ConfigChain } from '../features/evidence/config-chain.js';
import { newEvidenceSource } from '../ledger/evidence-source.js';
import { authoritiesOf, type RawBlock } from '../ledger/raw-block.js';
import type { Followed, Identities, Kept, Started } from './started.js';

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
  { channel, operatorIdentity }: Config,
  { state, peers, projection }: Kept & Followed,
  identities: Identities,
  started: Started,
): Memberships {
  const reader = identities.get(operatorIdentity);
  if (reader === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const source = newEvidenceSource({ peers, channel, reader });
  started.add(() => source.close());
  const configuration = new ConfigChain(source, state.evidence);
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
