import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { frame } from './framing.js';
import type { MetadataWrite, NamespaceSet, Version, Write } from './rwset.js';

/** The value of a key, `null` where it has none, and where it was written. */
interface Update {
  readonly value: Uint8Array | null;
  readonly version: Version;
}
type Updates = Map<string, Update>;

/** Values that stand before a block: a write of metadata alone renews the version of a value. */
export interface KnownValues {
  /** `collection` is empty for public values; keys of collections are hex hashes. `undefined`: no such key. */
  get(namespace: string, collection: string, key: string): Uint8Array | undefined;
  set(namespace: string, collection: string, key: string, value: Uint8Array | null): void;
}

/** Keeps every value in memory. */
export function newKnownValues(): KnownValues {
  const values = new Map<string, Uint8Array>();
  const name = (...parts: string[]): string => JSON.stringify(parts);
  return {
    get: (...parts) => values.get(name(...parts)),
    set(namespace, collection, key, value) {
      if (value) values.set(name(namespace, collection, key), value);
      else values.delete(name(namespace, collection, key));
    },
  };
}

/** Of a namespace: public values under the empty name, then collections. */
type NamespaceUpdates = Map<string, Updates>;

/** Everything that the valid transactions of a block write. */
export class BlockUpdates {
  readonly #namespaces = new Map<string, NamespaceUpdates>();
  readonly #known: KnownValues;

  constructor(known: KnownValues) {
    this.#known = known;
  }

  add(set: NamespaceSet, version: Version): void {
    this.#apply(set.namespace, '', set, version);
    for (const collection of set.collections)
      this.#apply(set.namespace, collection.name, collection, version);
  }

  /** Writes first; then metadata renews what is there and does nothing to what is not (fabric:txmgmt/validation/tx_ops.go). */
  #apply(
    namespace: string,
    collection: string,
    {
      writes,
      metadataWrites,
    }: { readonly writes: readonly Write[]; readonly metadataWrites: readonly MetadataWrite[] },
    version: Version,
  ): void {
    if (writes.length + metadataWrites.length === 0) return;
    const updates = this.#of(namespace, collection);
    for (const { key, value } of writes) updates.set(key, { value, version });
    for (const { key } of metadataWrites) {
      const update = updates.get(key);
      const value = update ? update.value : this.#known.get(namespace, collection, key);
      if (value) updates.set(key, { value, version });
    }
  }

  #of(namespace: string, collection: string): Updates {
    const collections = this.#namespaces.get(namespace) ?? new Map<string, Updates>();
    this.#namespaces.set(namespace, collections);
    const updates = collections.get(collection) ?? new Map<string, Update>();
    collections.set(collection, updates);
    return updates;
  }

  /**
   * Everything in the order of its bytes, public values before collections, and each namespace and collection named at its first entry
   * only (fabric:core/ledger/kvledger/txmgmt/txmgr/update_batch_bytes.go).
   */
  bytes(): Uint8Array {
    const namespaces = sorted(this.#namespaces).flatMap(([namespace, collections]) =>
      entriesOf(namespace, collections),
    );
    return concatBytes(...namespaces.map((entry) => frame(1, entry)));
  }

  /** The values stand from now on. */
  keep(): void {
    for (const [namespace, collections] of this.#namespaces)
      for (const [collection, updates] of collections)
        for (const [key, { value }] of updates) this.#known.set(namespace, collection, key, value);
  }
}

const utf8 = new TextEncoder();

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

/** By the bytes of the names, which for JavaScript's own order is not so outside the basic plane. */
function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  const keyed = [...map].map(([name, value]) => ({ bytes: utf8.encode(name), name, value }));
  return keyed.sort((a, b) => compare(a.bytes, b.bytes)).map(({ name, value }) => [name, value]);
}

function entriesOf(namespace: string, collections: NamespaceUpdates): Uint8Array[] {
  const entries = sorted(collections).flatMap(([collection, updates]) =>
    sorted(updates).map(([key, update], index) => {
      const named = collection !== '' && index === 0 ? frame(2, utf8.encode(collection)) : new Uint8Array();
      const bytes = collection === '' ? utf8.encode(key) : hexToBytes(key);
      return concatBytes(named, frame(3, bytes), valueBytes(update), frame(6, versionBytes(update.version)));
    }),
  );
  return entries.map((entry, index) =>
    index === 0 ? concatBytes(frame(1, utf8.encode(namespace)), entry) : entry,
  );
}

function valueBytes({ value }: Update): Uint8Array {
  return value ? frame(5, value) : Uint8Array.of(0x20, 1);
}

/** Length byte, then big-endian bytes without leading zeros: sorts like the number (fabric:common/ledger/util). */
function orderPreserving(number: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = number; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return [bytes.length, ...bytes];
}

function versionBytes({ block, index }: Version): Uint8Array {
  return Uint8Array.from([...orderPreserving(block), ...orderPreserving(BigInt(index))]);
}
