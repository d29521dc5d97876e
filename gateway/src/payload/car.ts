import { varint } from 'multiformats';
import type { CID } from 'multiformats/cid';

/** CAR version 1 (ipld.io/specs/transport/car/carv1): a header that names the root, then blocks, each behind its CID. */

// DAG-CBOR of {roots: [root], version: 1}; a CID is tag 42 around a zero byte and its 36 bytes.
const BEFORE_ROOT = Buffer.from('a265726f6f747381d82a582500', 'hex');
const AFTER_ROOT = Buffer.from('6776657273696f6e01', 'hex');

/** `root`: a CIDv1 of a sha2-256, as this project has no other. */
export function carHeader(root: CID): Uint8Array {
  return behindLength(Buffer.concat([BEFORE_ROOT, root.bytes, AFTER_ROOT]));
}

/** What stands before a block's bytes. */
export function carSection(cid: CID, length: number): Uint8Array {
  return Buffer.concat([encoded(cid.bytes.length + length), cid.bytes]);
}

const behindLength = (bytes: Uint8Array): Uint8Array => Buffer.concat([encoded(bytes.length), bytes]);

const encoded = (value: number): Uint8Array =>
  varint.encodeTo(value, new Uint8Array(varint.encodingLength(value)));
