import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { encode, EncodingError, type Json } from '../../canonical.js';
import { sha256 } from '../../sha256.js';
import { domainHash, type Hash } from '../hash.js';

const LEAF = 0x02;
const NODE = 0x03;

/** What keys of a map are of: records of the ledger, notes about them, lists of usages. */
export const mapSpace = z.enum(['record', 'note', 'list']);
export type MapSpace = z.infer<typeof mapSpace>;

/** Not zod's own check of JSON, which recurses as deep as a hostile value goes. */
function isCanonical(value: unknown): boolean {
  try {
    encode(value);
    return true;
  } catch (error) {
    if (error instanceof EncodingError) return false;
    throw error;
  }
}

/** A key of a map with its value, which has a canonical form. */
export const mapEntry = z.strictObject({
  space: mapSpace,
  // Bytes stand for one key only if it is well formed: UTF-8 spells every lone surrogate as U+FFFD.
  key: z
    .string()
    .min(1)
    .max(400)
    .refine((key) => isCanonical(key), 'has no canonical form'),
  value: z.custom<Json>(isCanonical, 'has no canonical form'),
});
export type MapEntry = Readonly<z.infer<typeof mapEntry>>;

/** What is asked of a map. */
export interface MapKey {
  readonly space: MapSpace;
  readonly key: string;
}

/** Root of a subtree without entries. */
export const EMPTY_MAP: Hash = new Uint8Array(32);

/** Where a key stands: the bits of its path, first bit first, lead from the root to it. */
export const mapPath = (space: MapSpace, key: string): Hash =>
  sha256(`tallystick/map/path/v1\n${space}\n${key}`);

/** Hash of an entry: the whole key is in it, so that a path alone proves nothing. @throws EncodingError */
export const mapLeafHash = ({ space, key, value }: MapEntry): Hash =>
  domainHash(LEAF, utf8ToBytes(encode([space, key, value])));

export const mapNodeHash = (left: Hash, right: Hash): Hash => domainHash(NODE, left, right);
