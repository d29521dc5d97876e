import type { Read } from '../fabric/rwset.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { placeOf, type Evidence, type Position } from './reading.js';
import type { Evidenced } from './transactions.js';

/**
 * Keys whose values an exporter may state, so that transactions about other things stay out of the file: counters, and other uses that
 * were answered in one transaction with the one in question. Never a right. The replay binds what is stated: it must give the recorded
 * writes, which hold the counter one higher, and the other use with every member of its request.
 */
const MAY_BE_STATED = /^(?:open-grants|claim-grants|usage-slot|usage)\//;

/** What stood under a key at a read version, and what says so. */
export type Value =
  | { readonly kind: 'evidenced'; readonly text: string | null; readonly by: Evidenced }
  | { readonly kind: 'absent' }
  | { readonly kind: 'stated'; readonly text: string }
  | { readonly kind: 'withheld' };

/** The records of our chaincode, version by version, as the transactions of the file wrote them. */
export class EvidencedRecords {
  readonly #byPlace: ReadonlyMap<string, Evidenced>;
  readonly #stated: ReadonlyMap<string, string>;

  /** @throws Rejection MALFORMED, STATED_NOT_ALLOWED, UNUSED_MATERIAL, POSITION_DIFFERS for two transactions at one place */
  constructor({ stated, subject }: Pick<Evidence, 'stated' | 'subject'>, transactions: readonly Evidenced[]) {
    for (const { writes } of transactions) for (const text of writes.values()) assertJson(text);
    this.#byPlace = new Map(transactions.map((each) => [each.place, each]));
    rejectUnless(this.#byPlace.size === transactions.length, 'POSITION_DIFFERS', {
      what: 'two transactions at one position',
    });
    for (const { key } of stated) {
      const isAllowed = MAY_BE_STATED.test(key) && key !== `usage/${subject.id}`;
      rejectUnless(isAllowed, 'STATED_NOT_ALLOWED', { key });
    }
    this.#stated = new Map(stated.map(({ key, position, value }) => [`${placeOf(position)} ${key}`, value]));
    rejectUnless(this.#stated.size === stated.length, 'STATED_NOT_ALLOWED', { what: 'one value twice' });
    this.#assertAllRead(transactions);
  }

  /** What nothing read is nobody's to state. */
  #assertAllRead(transactions: readonly Evidenced[]): void {
    const reads = new Set(
      transactions.flatMap(({ reads: each }) =>
        each.map(({ key, version }) => `${version ? placeOf(version) : ''} ${key}`),
      ),
    );
    for (const name of this.#stated.keys())
      rejectUnless(reads.has(name), 'UNUSED_MATERIAL', { stated: name });
  }

  /**
   * The value behind an endorsed read.
   * @throws Rejection POSITION_DIFFERS when the transaction at that place did not write the key
   */
  at({ key, version }: Read): Value {
    if (version === null) return { kind: 'absent' };
    const place = placeOf(version);
    const by = this.#byPlace.get(place);
    if (by === undefined) return this.#statedAt(place, key);
    const text = by.writes.get(key);
    rejectUnless(text !== undefined, 'POSITION_DIFFERS', { key, place, transaction: by.tx.txId });
    return { kind: 'evidenced', text, by };
  }

  /** Transactions that wrote a key, in the order of the ledger. */
  writersOf(key: string): readonly Evidenced[] {
    return [...this.#byPlace.values()]
      .filter(({ writes }) => writes.has(key))
      .sort((one, other) => compare(one.position, other.position));
  }

  /** What the newest transaction of the file that wrote a key left there. */
  newest(key: string): string | undefined {
    const writer = this.writersOf(key).at(-1);
    return writer?.writes.get(key) ?? undefined;
  }

  /** The newest text of every key that a transaction of the file wrote, in order of the keys. */
  all(): Readonly<Record<string, string>> {
    const newest = new Map<string, string | null>();
    const inOrder = [...this.#byPlace.values()].sort((one, other) => compare(one.position, other.position));
    for (const { writes } of inOrder) for (const [key, text] of writes) newest.set(key, text);
    const present = [...newest].filter((entry): entry is [string, string] => entry[1] !== null);
    return Object.fromEntries(present.sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #statedAt(place: string, key: string): Value {
    const text = this.#stated.get(`${place} ${key}`);
    return text === undefined ? { kind: 'withheld' } : { kind: 'stated', text };
  }
}

/** The rules write nothing else; who reads a record later need not ask again. */
function assertJson(text: string | null): void {
  try {
    if (text !== null) JSON.parse(text);
  } catch {
    throw new Rejection('MALFORMED', { what: 'a record that is not JSON' });
  }
}

/** In the order of the ledger. */
export function compare(one: Position, other: Position): number {
  if (one.block !== other.block) return one.block < other.block ? -1 : 1;
  return one.index - other.index;
}
