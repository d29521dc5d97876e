import { newTally } from './commitment.js';
import { keyCommitment, newFileKey } from './file-key.js';
import { wrapFileKey } from './key-wrap.js';
import { PayloadError, type ContentStore, type SealedPayload } from './port.js';
import { sealStream } from './seal-stream.js';

/**
 * Encrypt and store a file as it streams by, for its owner's recipient. Plaintext and file key stay in this process.
 * `source` is read to its end once; memory use does not depend on its length.
 * @throws PayloadError RECIPIENT_INVALID, SOURCE_TRUNCATED, STORE_FULL; the signal's reason when aborted.
 *   After any of them nothing is stored.
 */
export async function sealPayload(
  source: AsyncIterable<Uint8Array>,
  recipient: string,
  store: ContentStore,
  signal?: AbortSignal,
): Promise<SealedPayload> {
  const fileKey = newFileKey();
  try {
    const header = wrapFileKey(fileKey, recipient);
    const tally = newTally(fileKey);
    const sealed = sealStream(untilAborted(source, signal), fileKey, (plain) => tally.add(plain));
    const { cid, bytes: cipherBytes } = await store.put(sealed, signal);
    const { bytes: plainBytes, commitment, plainDigest } = tally.total();
    const key = keyCommitment(fileKey);
    return { header, cid, cipherBytes, plainBytes, commitment, keyCommitment: key, plainDigest };
  } finally {
    fileKey.fill(0);
  }
}

/** An upload that breaks off must never look like a shorter file. */
async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of source) {
      signal?.throwIfAborted();
      yield bytes;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new PayloadError('SOURCE_TRUNCATED', 'the plaintext ended in an error', { cause });
  }
}
