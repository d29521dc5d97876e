import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { MAX_EVIDENCE_BYTES } from '@tallystick/chaincode/model';
import { assertWhole, evidenceBytes, IntakeError, isGzip } from '../src/intake/index.js';
import { Unusable, unreadable } from './usage.js';

const unpackBrotli = promisify(brotliDecompress);

/**
 * The evidence file, unpacked if it is gzip (RFC 1952), or brotli (RFC 7932), which only its name `.br` can tell. Never more than the
 * largest file that anybody reads, however small it was packed.
 * @throws Unusable when it cannot be read, IntakeError when it is not whole or larger than anybody should read
 */
export async function readEvidenceFile(path: string, limit = MAX_EVIDENCE_BYTES): Promise<Uint8Array> {
  const bytes = await bounded(path, limit);
  if (isGzip(bytes) || !path.endsWith('.br')) return evidenceBytes(bytes, limit);
  const unpacked = await unbrotlied(bytes, limit);
  assertWhole(unpacked);
  return unpacked;
}

async function unbrotlied(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await unpackBrotli(bytes, { maxOutputLength: limit });
  } catch (cause) {
    const code = cause instanceof RangeError ? 'TOO_LARGE' : 'DAMAGED';
    throw new IntakeError(code, 'brotli', { cause });
  }
}

async function bounded(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { size } = await file.stat();
    if (size > limit) throw new IntakeError('TOO_LARGE', `${size} bytes, at most ${limit} are read`);
    return await file.readFile();
  } catch (cause) {
    throw cause instanceof IntakeError ? cause : unreadable(path, cause);
  } finally {
    await file.close();
  }
}

/** The plaintext, piece by piece: it may be larger than the memory. @throws Unusable unless it is a file */
export async function payloadOf(path: string): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!found.isFile()) throw new Unusable(`${path} is no file`);
  return createReadStream(path) as AsyncIterable<Uint8Array>;
}
