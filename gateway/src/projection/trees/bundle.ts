import { EMPTY_MAP, isSameHash, type Hash, type MapEntry, type MapNode } from '@tallystick/chaincode/model';

/**
 * Levels of a map that are kept in one row. A row a node would be twenty rows for each key of a block; with five levels it is four, and
 * they are read and written as one. More levels write more bytes for the same change.
 */
const LEVELS = 5;

const EMPTY = 0;
const LEAF = 1;
const NODE = 2;
/** The root of another bundle. */
const BELOW = 3;

const HASH_BYTES = 32;
const ID_BYTES = 6;
const LENGTH_BYTES = 4;

/** A leaf as a bundle holds it. Parsed when it is asked for: most are only written again, beside one that has changed. */
export class StoredLeaf {
  readonly text: string;
  #entry: MapEntry | undefined;

  constructor(text: string) {
    this.text = text;
  }

  static of({ space, key, value }: MapEntry): StoredLeaf {
    return new StoredLeaf(JSON.stringify([space, key, value]));
  }

  get entry(): MapEntry {
    if (this.#entry === undefined) {
      const [space, key, value] = JSON.parse(this.text) as [MapEntry['space'], string, MapEntry['value']];
      this.#entry = { space, key, value };
    }
    return this.#entry;
  }
}

/** A node as it is kept in memory. */
export type StoredNode = Extract<MapNode, { readonly left: Hash }> | StoredLeaf;

/** What is to be put into a bundle. */
export interface BundleSource {
  /** `undefined` of one that was not read: then it is the root of another bundle. */
  node(hash: Hash): StoredNode | undefined;
  /** Row of the bundle that begins with this node. */
  bundleOf(hash: Hash): number;
}

/** What comes out of one. */
export interface BundleSink {
  node(hash: Hash, node: StoredNode): void;
  below(hash: Hash, bundle: number): void;
}

/** Bytes one after the other, in one buffer that grows. */
class Bytes {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;

  tag(value: number): void {
    this.#need(1);
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  number(value: number, bytes: number): void {
    this.#need(bytes);
    this.#length = this.#buffer.writeUIntBE(value, this.#length, bytes);
  }

  hash(hash: Hash): void {
    this.#need(HASH_BYTES);
    this.#buffer.set(hash, this.#length);
    this.#length += HASH_BYTES;
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.number(length, LENGTH_BYTES);
    this.#need(length);
    this.#length += this.#buffer.write(text, this.#length);
  }

  taken(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #need(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + count));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Nodes from one down, in preorder. A leaf stands in the bundle of the node above it, at whatever depth. */
export function encodeBundle(root: Hash, source: BundleSource): Buffer {
  const bytes = new Bytes();
  const add = (hash: Hash, depth: number): void => {
    if (isSameHash(hash, EMPTY_MAP)) {
      bytes.tag(EMPTY);
      return;
    }
    const node = source.node(hash);
    if (node instanceof StoredLeaf) {
      bytes.tag(LEAF);
      bytes.hash(hash);
      bytes.text(node.text);
    } else if (depth === LEVELS) {
      bytes.tag(BELOW);
      bytes.hash(hash);
      bytes.number(source.bundleOf(hash), ID_BYTES);
    } else {
      if (node === undefined) throw new Error('a bundle is read as a whole');
      bytes.tag(NODE);
      bytes.hash(hash);
      add(node.left, depth + 1);
      add(node.right, depth + 1);
    }
  };
  add(root, 0);
  return bytes.taken();
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
    const length = take(LENGTH_BYTES).readUIntBE(0, LENGTH_BYTES);
    sink.node(hash, new StoredLeaf(take(length).toString()));
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
