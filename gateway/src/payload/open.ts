import { newTally } from './commitment.js';
import { keyCommitment } from './file-key.js';
import { unwrapFileKey } from './key-wrap.js';
import { PayloadError, type ContentStore, type Opened, type OpenRequest } from './port.js';
import { openStream } from './seal-stream.js';

/**
 * Stream the plaintext of a sealed payload. Each byte was checked twice before it is yielded: its block against the CID,
 * its chunk against the seal. Returns the totals when the whole is what the ledger committed to.
 * @throws PayloadError COMMITMENT_MISMATCH, if need be after the last byte: whoever passes the bytes on must then destroy
 *   the response, or a receiver takes what came for the whole. KEY_MISMATCH, SEAL_BROKEN, those of `unwrapFileKey` (before
 *   anything is fetched) and of `ContentStore.get`.
 */
export async function* openPayload(
  { store, ...request }: OpenRequest & { readonly store: ContentStore },
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, Opened, undefined> {
  const fileKey = unwrapFileKey(request.header, request.identity);
  try {
    requireKey(fileKey, request.keyCommitment);
    const tally = newTally(fileKey);
    const sealed = store.get(request.cid, signal);
    for await (const plain of openStream(sealed, fileKey, (bytes) => tally.add(bytes))) {
      if (tally.bytes > request.bytes) throw mismatch('longer than');
      yield plain;
    }
    return requireTotal(tally.total(), request);
  } finally {
    fileKey.fill(0);
  }
}

function requireKey(fileKey: Uint8Array, expected: string | undefined): void {
  if (expected === undefined || keyCommitment(fileKey) === expected) return;
  throw new PayloadError('KEY_MISMATCH', 'the header wraps another file key than the version committed to');
}

function requireTotal(opened: Opened, { bytes, commitment }: OpenRequest): Opened {
  if (opened.bytes !== bytes) throw mismatch('shorter than');
  if (opened.commitment !== commitment) throw mismatch('not');
  return opened;
}

const mismatch = (how: string): PayloadError =>
  new PayloadError('COMMITMENT_MISMATCH', `the opened plaintext is ${how} what the ledger committed to`);
