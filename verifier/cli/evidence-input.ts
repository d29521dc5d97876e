import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import { MAX_EVIDENCE_BYTES } from '@tallystick/chaincode/model';
import { Rejection } from '../src/rejection.js';
import { Unusable, unreadable } from './usage.js';

const UNPACK = { gzip: promisify(gunzip), brotli: promisify(brotliDecompress) };

const GZIP = [0x1f, 0x8b];

/**
 * The evidence file, unpacked if it is gzip (RFC 1952), or brotli (RFC 7932), which only its name `.br` can tell. Never more than the largest file that anybody reads, however small it was packed.
 * @throws Unusable when it cannot be read, Rejection TOO_LARGE or MALFORMED when it is not what anybody should read
 */
export async function readEvidenceFile(path: string, limit = MAX_EVIDENCE_BYTES): Promise<Uint8Array> {
  const bytes = await bounded(path, limit);
  const packing = packingOf(path, bytes);
  if (packing === undefined) return bytes;
  try {
    return await UNPACK[packing](bytes, { maxOutputLength: limit });
  } catch (cause) {
    const isTooLarge = cause instanceof RangeError;
    throw new Rejection(isTooLarge ? 'TOO_LARGE' : 'MALFORMED', { what: `the ${packing} file` }, { cause });
  }
}

function packingOf(path: string, bytes: Uint8Array): keyof typeof UNPACK | undefined {
  if (GZIP.every((byte, index) => bytes[index] === byte)) return 'gzip';
  return path.endsWith('.br') ? 'brotli' : undefined;
}

async function bounded(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { size } = await file.stat();
    if (size > limit) throw new Rejection('TOO_LARGE', { bytes: `${size}`, most: `${limit}` });
    return await file.readFile();
  } catch (cause) {
    throw cause instanceof Rejection ? cause : unreadable(path, cause);
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
