import { createHash } from 'node:crypto';
import * as dagPb from '@ipld/dag-pb';
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { create as newDigest } from 'multiformats/hashes/digest';
import { sha256 } from 'multiformats/hashes/sha2';
import { PayloadError } from './port.js';

/** Largest block that is read, fetched or served: the limit of Kubo's `block/put` and of Bitswap peers. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;

/** What this project stores: CIDv1, sha2-256, raw leaves or dag-pb nodes (profile unixfs-v1-2025). */
export function isProfileCid(cid: CID): boolean {
  const isKnownCodec = cid.code === raw.code || cid.code === dagPb.code;
  return cid.version === 1 && isKnownCodec && cid.multihash.code === sha256.code && cid.multihash.size === 32;
}

/**
 * Parse a CID. One spelling a CID (lower-case base32), because it names files and URLs.
 * @throws PayloadError CID_INVALID
 */
export function parseCid(text: string): CID {
  const cid = decodeCid(text);
  if (cid === undefined || !isProfileCid(cid) || cid.toString() !== text) {
    throw new PayloadError('CID_INVALID', 'not a CIDv1 of sha2-256 (raw or dag-pb) in lower-case base32');
  }
  return cid;
}

function decodeCid(text: string): CID | undefined {
  if (text.length > 64) return undefined;
  try {
    return CID.parse(text);
  } catch {
    return undefined;
  }
}

/** True when these are the bytes that the CID names. */
export function isBlockOf(cid: CID, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest().equals(cid.multihash.digest);
}

/** CIDv1 of a block, sha2-256. */
export function cidOf(codec: number, bytes: Uint8Array): CID {
  const digest = createHash('sha256').update(bytes).digest();
  return CID.createV1(codec, newDigest(sha256.code, digest));
}

/** CID of a header as a raw block; equal to what importing the header as a file gives. */
export const headerCid = (header: Uint8Array): string => cidOf(raw.code, header).toString();

export const isRaw = (cid: CID): boolean => cid.code === raw.code;
