import { EMPTY_MAP, isSameHash, type Hash, type MapEntry, type MapNode } from '@tallystick/chaincode/model';

/**
 * Levels of a map that are kept in one row. A row a node would be twenty rows for each key of a block; with five levels it is four, and
 * they are read and written as one. More levels write more bytes for the same change.
 */
export const LEVELS = 5;

const EMPTY = 0;
const LEAF = 1;
const NODE = 2;
/** The root of another bundle. */
const BELOW = 3;

const HASH_BYTES = 32;
const ID_BYTES = 6;
const LENGTH_BYTES = 4;

/** What is to be put into a bundle. */
export interface BundleSource {
  /** `undefined` of one that was not read: then it is the root of another bundle. */
  node(hash: Hash): MapNode | undefined;
  /** Row of the bundle that begins with this node. */
  bundleOf(hash: Hash): number;
}

/** What comes out of one. */
export interface BundleSink {
  node(hash: Hash, node: MapNode): void;
  below(hash: Hash, bundle: number): void;
}

const tag = (value: number): Uint8Array => Uint8Array.of(value);

function numberBytes(value: number, bytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function leafParts(hash: Hash, { space, key, value }: MapEntry): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify([space, key, value]));
  return [tag(LEAF), hash, numberBytes(text.length, LENGTH_BYTES), text];
}

/** Nodes from one down, in preorder. A leaf stands in the bundle of the node above it, at whatever depth. */
export function encodeBundle(root: Hash, source: BundleSource): Buffer {
  const parts: Uint8Array[] = [];
  const add = (hash: Hash, depth: number): void => {
    if (isSameHash(hash, EMPTY_MAP)) {
      parts.push(tag(EMPTY));
      return;
    }
    const node = source.node(hash);
    if (node !== undefined && 'entry' in node) parts.push(...leafParts(hash, node.entry));
    else if (depth === LEVELS) parts.push(tag(BELOW), hash, numberBytes(source.bundleOf(hash), ID_BYTES));
    else {
      if (node === undefined) throw new Error('a bundle is read as a whole');
      parts.push(tag(NODE), hash);
      add(node.left, depth + 1);
      add(node.right, depth + 1);
    }
  };
  add(root, 0);
  return Buffer.concat(parts);
}

/** Throws RangeError for bytes that are no bundle. */
export function decodeBundle(bytes: Buffer, sink: BundleSink): void {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > bytes.length) throw new RangeError('a bundle that ends too early');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const leaf = (): Hash => {
    const hash = take(HASH_BYTES);
    const text = take(take(LENGTH_BYTES).readUIntBE(0, LENGTH_BYTES)).toString();
    const [space, key, value] = JSON.parse(text) as [MapEntry['space'], string, MapEntry['value']];
    sink.node(hash, { entry: { space, key, value } });
    return hash;
  };
  const below = (): Hash => {
    const hash = take(HASH_BYTES);
    sink.below(hash, take(ID_BYTES).readUIntBE(0, ID_BYTES));
    return hash;
  };
  const next = (): Hash => {
    const [kind] = take(1);
    if (kind === EMPTY) return EMPTY_MAP;
    if (kind === LEAF) return leaf();
    if (kind === BELOW) return below();
    if (kind !== NODE) throw new RangeError(`a bundle with a part ${kind}`);
    const hash = take(HASH_BYTES);
    const left = next();
    sink.node(hash, { left, right: next() });
    return hash;
  };
  next();
}
