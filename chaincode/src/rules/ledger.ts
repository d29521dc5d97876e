import {
  Allowance,
  bytesOf,
  decodeRecord,
  digestOf,
  encodeRecord,
  millisOf,
  refuseBeyond,
  refuseUnless,
  Refusal,
  type AnyRecord,
  type Digest,
  type Fact,
  type Instant,
  type Key,
  type Opening,
  type Unstamped,
} from '../model/index.js';

/** Committed state: text under a key, `undefined` for nothing. Point reads only, so a replay has no phantoms. */
export type Reader = (key: string) => Promise<string | undefined>;

/** What a rule sees of the ledger. */
export interface Ledger {
  get<T extends AnyRecord>(key: Key<T>): Promise<T | undefined>;
  /** Like `get`, but refuses with NOT_FOUND. */
  need<T extends AnyRecord>(key: Key<T>): Promise<T>;
  /** Opening of a sealed field by its digest, when the caller sent one as transient data. */
  opening(digest: Digest): Opening | undefined;
  /**
   * Whether a check of a sealed value is to be left out, which the execution then says. It is asked last, and nothing that is written
   * depends on what it says.
   */
  leavesSealed(): boolean;
  /** Counts steps of judging uses and policies, of all requests of the transaction. Refuses with LIMIT_EXCEEDED. */
  judges(steps: number): void;
  /**
   * Every key read for the present request so far, and every key of these writes, whose last time is compared with that of the
   * transaction; with the digest of what stood there. Whoever has these texts, and nothing else, can decide the request again.
   */
  facts(writes: readonly Write[]): Promise<readonly Fact[]>;
}

/** A record to be written. The ledger stamps its kind and form, the time and the edition of the rules. */
export interface Write {
  readonly key: Key;
  readonly record: object;
}

export const write = <T extends AnyRecord>(key: Key<T>, record: Unstamped<T> | T): Write => ({
  key,
  record: { ...record },
});

/** In which hand an edition of the rules writes. */
export interface Hand {
  /** Of the edition: every record and decision that it makes names it. */
  readonly name: string;
  /** The form in which records of a kind are read and written, where that is not the first. */
  readonly forms: Readonly<Record<string, number>>;
}

/** How sealed values are dealt with. */
export interface Terms {
  /** Openings of sealed fields by their digest. */
  readonly openings: ReadonlyMap<Digest, Opening>;
  /**
   * Of a replay only: sealed values are not judged, for everybody alike, also where an opening is at hand. Otherwise who holds one
   * and who does not would come to two states.
   */
  readonly sealed?: 'unopened';
}

/** Time of a transaction, and whether it may lie before that of what stands. */
export interface Stamp {
  readonly time: Instant;
  readonly anyTime: boolean;
}

/** The ledger refuses a time further back than this before the last event of a subject. */
const REGRESSION_MILLIS = 300_000;

/**
 * Committed state with the writes of earlier requests of the same transaction laid over it. Each key is read
 * from the peer once, so that the read set does not depend on how rules are written.
 */
export class Overlay implements Ledger {
  readonly #read: Reader;
  readonly #openings: ReadonlyMap<Digest, Opening>;
  readonly #hand: Hand | undefined;
  readonly #leavesSealed: boolean;
  #unopened = false;
  readonly #judging = new Allowance('judging');
  readonly #committed = new Map<string, Promise<string | undefined>>();
  readonly #written = new Map<string, string>();
  #seen = new Map<string, string | undefined>();

  /** @param hand without one, records are read in their present forms, and none is written */
  constructor(read: Reader, { openings, sealed }: Terms, hand?: Hand) {
    this.#read = metered(read);
    this.#openings = openings;
    this.#hand = hand;
    this.#leavesSealed = sealed === 'unopened';
  }

  /** Whether a check of a sealed value was left out. */
  get unopened(): boolean {
    return this.#unopened;
  }

  async get<T extends AnyRecord>(key: Key<T>): Promise<T | undefined> {
    const text = await this.#look(key.text);
    return text === undefined ? undefined : decodeRecord(key.type, text, this.#formOf(key));
  }

  async need<T extends AnyRecord>(key: Key<T>): Promise<T> {
    const record = await this.get(key);
    if (record === undefined) throw new Refusal('NOT_FOUND', { key: key.text });
    return record;
  }

  opening(digest: Digest): Opening | undefined {
    return this.#openings.get(digest);
  }

  leavesSealed(): boolean {
    this.#unopened ||= this.#leavesSealed;
    return this.#leavesSealed;
  }

  judges(steps: number): void {
    this.#judging.spend(steps);
  }

  async facts(writes: readonly Write[]): Promise<readonly Fact[]> {
    await Promise.all(writes.map(({ key }) => this.#look(key.text)));
    return [...this.#seen].map(([key, text]) => ({ key, value: text === undefined ? null : digestOf(text) }));
  }

  /** Forget the facts of the request before. */
  next(): void {
    this.#seen = new Map();
  }

  /** Lay writes over the state, in order. What stood there is asked for at once: a peer answers many keys in one turn. */
  async putAll(writes: readonly Write[], { time, anyTime }: Stamp): Promise<void> {
    if (this.#hand === undefined) throw new Error('only an edition of the rules writes');
    const { name: rules } = this.#hand;
    const before = await Promise.all(writes.map(({ key }) => this.#text(key.text)));
    for (const [index, { key, record }] of writes.entries()) {
      const last = this.#written.get(key.text) ?? before[index];
      if (last !== undefined && !anyTime)
        refuseRegression(key, (JSON.parse(last) as AnyRecord).updatedAt, time);
      const { kind } = key.type;
      const form = this.#formOf(key);
      const stamped = { ...record, kind, schema: form, updatedAt: time, rules };
      const text = encodeRecord(key.type, stamped, form);
      refuseBeyond('record', bytesOf(text));
      this.#written.set(key.text, text);
    }
  }

  /** All writes, in the order of first writing. */
  writes(): ReadonlyMap<string, string> {
    return this.#written;
  }

  #formOf({ type: { kind, version } }: Key): number {
    return this.#hand === undefined ? version : (this.#hand.forms[kind] ?? 1);
  }

  async #look(key: string): Promise<string | undefined> {
    const text = await this.#text(key);
    this.#seen.set(key, text);
    return text;
  }

  #text(key: string): Promise<string | undefined> {
    const written = this.#written.get(key);
    if (written !== undefined) return Promise.resolve(written);
    const known = this.#committed.get(key) ?? this.#read(key);
    this.#committed.set(key, known);
    return known;
  }
}

/** A reader that stops at the number of keys and bytes that one transaction may read. Refuses with LIMIT_EXCEEDED. */
function metered(read: Reader): Reader {
  const [keys, reads] = [new Allowance('keys'), new Allowance('reads')];
  return async (key) => {
    keys.spend(1);
    const text = await read(key);
    if (text !== undefined) reads.spend(bytesOf(text));
    return text;
  };
}

function refuseRegression(key: Key, last: Instant, time: Instant): void {
  refuseUnless(millisOf(time) >= millisOf(last) - REGRESSION_MILLIS, 'TIME_REGRESSION', {
    key: key.text,
    last,
    time,
  });
}
