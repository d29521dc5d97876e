import type { Ledger } from '../ledger/port.js';
import type { FollowedProjection, Lag } from './port.js';

/** Milliseconds for which an answer of the peer stands: probes, which anybody may send, must not become its load. */
const FRESH_MS = 1000;

/** Asks the peer for its height at most once in a second, whoever asks how often. A failure stands as long as an answer. */
export function newPeerHeight(
  ledger: Pick<Ledger, 'height'>,
  now: () => number = Date.now,
): () => Promise<bigint> {
  let asked: { readonly at: number; readonly height: Promise<bigint> } | undefined;
  return () => {
    if (asked === undefined || now() - asked.at >= FRESH_MS) asked = { at: now(), height: ledger.height() };
    return asked.height;
  };
}

/** How far the projection is behind the peer; never less than nothing, since it may have gone on since the peer was asked. */
export const newLag =
  (projection: Pick<FollowedProjection, 'status'>, peerHeight: () => Promise<bigint>): Lag =>
  async () =>
    Math.max(0, Number((await peerHeight()) - projection.status().height));
