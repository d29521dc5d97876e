import { ConfigError, type Config } from '../config.js';
import type { Memberships } from '../custody/index.js';
import { ConfigChain } from '../evidence/config-chain.js';
import { newEvidenceSource } from '../ledger/evidence-source.js';
import { authoritiesOf } from '../ledger/raw-block.js';
import type { Followed, Identities, Kept, Started } from './started.js';

/** Follows whom the channel takes for whom, as our own peer shows it; asked anew for each block. */
export function followMemberships(
  { channel, operatorIdentity }: Config,
  { state, peers }: Kept & Followed,
  identities: Identities,
  started: Started,
): Memberships {
  const reader = identities.get(operatorIdentity);
  if (reader === undefined) throw new ConfigError(['TALLYSTICK_OPERATOR_IDENTITY: is not enrolled']);
  const source = newEvidenceSource({ peers, channel, reader });
  started.add(() => source.close());
  const configuration = new ConfigChain(source, state.evidence);
  return async (upTo) => {
    const { blocks } = await configuration.at(upTo);
    return blocks.map((block) => ({
      number: block.number,
      authorities: (mspId: string) => authoritiesOf(block, mspId),
    }));
  };
}
