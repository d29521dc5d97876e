/** Where a value was written. */
export interface Version {
  readonly block: number;
  readonly index: number;
}

/** What stands under a key. */
export interface Entry {
  readonly version: Version;
  readonly value: Uint8Array;
  /** Serialized policy that writes of this very key must satisfy (VALIDATION_PARAMETER), where one was set. */
  readonly policy?: Uint8Array;
}

/** A write of a valid transaction; `undefined` deletes. */
export interface Update {
  readonly space: string;
  readonly key: string;
  readonly entry: Entry | undefined;
}

/** State as of one moment. */
export interface Snapshot {
  get(space: string, key: string): Entry | undefined;
}

/** State whose keys can be listed, in no particular order. */
export interface ListedState extends Snapshot {
  all(space: string): Iterable<readonly [key: string, entry: Entry]>;
}

export const isSameVersion = (a: Version | undefined, b: Version | undefined): boolean =>
  a?.block === b?.block && a?.index === b?.index;

/**
 * A namespace, or the hashes of a private collection in one. Names hold no U+0000 (fabric:core/chaincode/lifecycle, namespaces and
 * collections are letters, digits, `_` and `-`).
 */
export const spaceOf = (namespace: string, collection?: string): string =>
  collection === undefined ? namespace : `${namespace}\u0000${collection}`;

/**
 * The state that valid transactions add up to. In memory: about the size of the records and 200 bytes for each; several million keys
 * are fine, tens of millions are not.
 */
export class WorldState implements ListedState {
  readonly #spaces = new Map<string, Map<string, Entry>>();

  get(space: string, key: string): Entry | undefined {
    return this.#spaces.get(space)?.get(key);
  }

  apply(updates: Iterable<Update>): void {
    for (const { space, key, entry } of updates) {
      if (entry === undefined) this.#spaces.get(space)?.delete(key);
      else this.#keysOf(space).set(key, entry);
    }
  }

  /** Everything, in no particular order. */
  *entries(): Generator<{ readonly space: string; readonly key: string; readonly entry: Entry }> {
    for (const [space, keys] of this.#spaces) for (const [key, entry] of keys) yield { space, key, entry };
  }

  all(space: string): Iterable<readonly [key: string, entry: Entry]> {
    return this.#spaces.get(space) ?? [];
  }

  #keysOf(space: string): Map<string, Entry> {
    const known = this.#spaces.get(space) ?? new Map<string, Entry>();
    this.#spaces.set(space, known);
    return known;
  }
}

/** State with the updates of a block's earlier transactions laid over it. */
export class BlockState implements ListedState {
  readonly #before: ListedState;
  readonly #updates = new Map<string, Update>();

  constructor(before: ListedState) {
    this.#before = before;
  }

  get(space: string, key: string): Entry | undefined {
    const update = this.#updates.get(nameOf(space, key));
    return update ? update.entry : this.#before.get(space, key);
  }

  /** Whether an earlier transaction of the block wrote the key. */
  isWritten(space: string, key: string): boolean {
    return this.#updates.has(nameOf(space, key));
  }

  put(update: Update): void {
    this.#updates.set(nameOf(update.space, update.key), update);
  }

  *all(space: string): Generator<readonly [key: string, entry: Entry]> {
    for (const [key, entry] of this.#before.all(space)) if (!this.isWritten(space, key)) yield [key, entry];
    for (const { space: other, key, entry } of this.#updates.values())
      if (other === space && entry) yield [key, entry];
  }

  /** The last write of each key. */
  updates(): Iterable<Update> {
    return this.#updates.values();
  }
}

const nameOf = (space: string, key: string): string => `${space}\u0000\u0000${key}`;
