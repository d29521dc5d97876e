import { encode } from '@tallystick/chaincode/model';
import type { EndorsedBytes } from '../ledger/endorsed-bytes.js';
import type { Projection, TransactionLog } from '../projection/port.js';
import type { Core } from './core.js';
import { EvidenceError } from './errors.js';
import { processedOf, readsOf, type Place, type Read } from './recorded.js';

/** A transaction with what organisations signed about it. */
export interface Proven {
  readonly txId: string;
  readonly place: Place;
  readonly answers: readonly EndorsedBytes[];
  readonly reads: readonly Read[];
}

/** A value that a transaction of others wrote, as our projection has it. */
export interface Stated {
  readonly key: string;
  readonly place: Place;
  readonly value: string;
}

export interface Closure {
  /** In the order of the ledger. */
  readonly transactions: readonly Proven[];
  readonly stated: readonly Stated[];
}

export interface ClosureParts {
  readonly projection: Pick<Projection, 'history' | 'transaction'> & Pick<TransactionLog, 'idAt'>;
  readonly chaincode: string;
  /** The answers about a transaction, kept or fetched. */
  readonly answersTo: (txId: string) => Promise<readonly EndorsedBytes[]>;
}

/** Records that count what others do; whoever wrote them last need not have had anything to do with the subject. */
const COUNTERS: ReadonlySet<string> = new Set(['open-grants', 'claim-grants', 'usage-slot']);
const LIFECYCLE = '_lifecycle';

const kindIn = (key: string): string => key.slice(0, key.indexOf('/'));

/** Counters, and other uses that were answered in one transaction with the one in question. */
const isAside = (key: string, subject: string): boolean =>
  COUNTERS.has(kindIn(key)) || (kindIn(key) === 'usage' && kindIn(subject) === 'usage' && key !== subject);
const nameOf = ({ block, index }: Place): string => `${block.toString()}.${index}`;

interface Placed {
  readonly place: Place;
}
const byPlace = ({ place: a }: Placed, { place: b }: Placed): number =>
  a.block === b.block ? a.index - b.index : Number(a.block - b.block);

/**
 * The core, whoever wrote what it has read, and the definitions of the chaincode that each was endorsed under. What only transactions
 * about other things wrote (counters, other uses of one answer) is stated, unless `isFull`.
 */
export async function closureOf(core: Core, parts: ClosureParts, isFull = false): Promise<Closure> {
  const gathering = new Gathering(parts, core.key, isFull);
  await gathering.addAll(core.txIds);
  await gathering.addWriters(core.txIds);
  await gathering.addDefinitions();
  return gathering.closure();
}

class Gathering {
  readonly #parts: ClosureParts;
  readonly #subject: string;
  readonly #isFull: boolean;
  readonly #proven = new Map<string, Proven>();
  readonly #aside = new Map<string, Stated & { readonly txId: string }>();

  constructor(parts: ClosureParts, subject: string, isFull: boolean) {
    this.#parts = parts;
    this.#subject = subject;
    this.#isFull = isFull;
  }

  async addAll(txIds: Iterable<string>): Promise<void> {
    await Promise.all([...txIds].map((txId) => this.#add(txId)));
  }

  async addWriters(txIds: ReadonlySet<string>): Promise<void> {
    const { chaincode } = this.#parts;
    const reads = new Map<string, Read & { readonly at: Place }>();
    for (const txId of txIds)
      for (const { namespace, key, at } of this.#proven.get(txId)?.reads ?? [])
        if (namespace === chaincode && at !== undefined)
          reads.set(`${key} ${nameOf(at)}`, { namespace, key, at });
    const writers = await Promise.all([...reads.values()].map(({ key, at }) => this.#writerOf(key, at)));
    await this.addAll(writers.flatMap((writer) => writer ?? []));
  }

  /** A definition names in its own read set the one before it. */
  async addDefinitions(): Promise<void> {
    const places = new Map<string, Place>();
    for (const { reads } of this.#proven.values())
      for (const place of this.#definitionsIn(reads)) places.set(nameOf(place), place);
    const txIds = await Promise.all([...places.values()].map((place) => this.#idAt(place)));
    const fresh = txIds.filter((txId) => !this.#proven.has(txId));
    if (fresh.length === 0) return;
    await this.addAll(fresh);
    await this.addDefinitions();
  }

  closure(): Closure {
    const strange = [...this.#aside.values()].filter(({ txId }) => !this.#proven.has(txId));
    const stated = strange.map(({ key, place, value }) => ({ key, place, value }));
    stated.sort((a, b) => (a.key === b.key ? byPlace(a, b) : a.key < b.key ? -1 : 1));
    return { transactions: [...this.#proven.values()].sort(byPlace), stated };
  }

  #definitionsIn(reads: readonly Read[]): readonly Place[] {
    const sequence = `namespaces/fields/${this.#parts.chaincode}/Sequence`;
    return reads.flatMap(({ namespace, key, at }) =>
      namespace === LIFECYCLE && key === sequence && at !== undefined ? [at] : [],
    );
  }

  async #idAt(place: Place): Promise<string> {
    const txId = await this.#parts.projection.idAt(place.block, place.index);
    if (txId !== undefined) return txId;
    throw new EvidenceError('NOT_PROJECTED', `the transaction at ${nameOf(place)} is not in our projection`);
  }

  async #writerOf(key: string, place: Place): Promise<string | undefined> {
    const versions = await this.#parts.projection.history(key);
    const version = versions.find(
      ({ blockNumber, txIndex }) => blockNumber === place.block && txIndex === place.index,
    );
    if (version === undefined)
      throw new EvidenceError('NOT_PROJECTED', `${key} at ${nameOf(place)} is not in our projection`);
    const { txId, value } = version;
    if (this.#isFull || !isAside(key, this.#subject)) return txId;
    this.#aside.set(`${key} ${nameOf(place)}`, { key, place, value: encode(value), txId });
    return undefined;
  }

  async #add(txId: string): Promise<void> {
    if (this.#proven.has(txId)) return;
    const [answers, projected] = await Promise.all([
      this.#parts.answersTo(txId),
      this.#parts.projection.transaction(txId),
    ]);
    const [first] = answers;
    if (projected === undefined || first === undefined)
      throw new EvidenceError('NOT_PROJECTED', `${txId} is not in our projection`);
    const place = { block: projected.blockNumber, index: projected.txIndex };
    this.#proven.set(txId, { txId, place, answers, reads: readsOf(processedOf(first).envelope) });
  }
}
