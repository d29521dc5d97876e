import type { Identity } from './msp.js';
import type { Policy } from './policy.js';
import type { Signer } from './signer.js';

/** One organisation's own peer: its listener and its signing identity. */
export interface Peer {
  readonly mspId: string;
  /** host:port at which it listens. */
  readonly address: string;
  readonly signer: Signer;
}

/** All sub-lists of `size` elements, in order. */
function* combinations<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [i, first] of items.entries())
    for (const rest of combinations(items.slice(i + 1), size - 1)) yield [first, ...rest];
}

/**
 * The smallest set of peers that satisfies `policy`, the gateway's own first if it helps: a real Gateway asks its own
 * organisation's peer first and then the layouts of the discovery service that contain it.
 * @returns nothing when not even all peers together satisfy it
 */
export function planEndorsement(
  policy: Policy,
  own: Peer,
  peers: readonly Peer[],
  identityOf: (peer: Peer) => Identity | undefined,
): readonly Peer[] | undefined {
  const ordered = [own, ...peers.filter((peer) => peer.mspId !== own.mspId)];
  for (let size = 1; size <= ordered.length; size += 1)
    for (const chosen of combinations(ordered, size)) {
      const signers = chosen.map(identityOf).filter((identity) => identity !== undefined);
      if (policy(signers)) return chosen;
    }
  return undefined;
}
