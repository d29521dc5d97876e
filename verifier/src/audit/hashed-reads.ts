import { bytesToHex } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { CollectionSet, Read } from '../fabric/rwset.js';

/**
 * What a transaction read of a private collection, by the hex hash of the key (kvrwset.KVReadHash).
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD
 */
export function hashedReads({ raw }: CollectionSet): Read[] {
  const outer = Message.read(raw, { fields: [1, 2, 3] });
  const hashed = Message.read(outer.bytes(2), { fields: [], repeated: [1, 2, 3] });
  return hashed.repeated(1).map((bytes) => {
    const read = Message.read(bytes, { fields: [1, 2] });
    const version = Message.read(read.bytes(2), { fields: [1, 2] });
    return {
      key: bytesToHex(read.bytes(1)),
      version: read.has(2) ? { block: version.number(1), index: Number(version.number(2)) } : null,
    };
  });
}
