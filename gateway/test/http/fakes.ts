import { createHash } from 'node:crypto';
import type { AnyRecord, Key, Leaf, RecordKind, RecordOfKind } from '@tallystick/chaincode/model';
import type { Ledger, Outcome, Submission } from '../../src/ledger/port.js';
import { PayloadError } from '../../src/payload/port.js';
import type {
  ListQuery,
  Page,
  ProjectedRecord,
  ProjectedTransaction,
  Projection,
  Trees,
  WrittenText,
} from '../../src/projection/port.js';
import {
  StateError,
  type ApiKey,
  type ApiKeys,
  type Idempotency,
  type IdempotencySlot,
  type Operation,
  type Operations,
  type StoredResponse,
} from '../../src/state/port.js';
import type { Offers, SignedTerms } from '../../src/features/custody/stores/port.js';
import type { UseCases } from '../../src/features/custody/port.js';

const AT = '2026-06-01T00:00:00.000Z';

/** A ledger that answers what a test tells it to, and remembers what it was asked. */
export class FakeLedger implements Ledger {
  readonly seen: Submission[] = [];
  /** What happens to a submission; the default commits it. */
  outcomeOf: (submission: Submission, txId: string) => Promise<string> = (_submission) =>
    Promise.resolve('{"done":true}');
  readonly records = new Map<string, string>();
  readonly reads: { identity: string; key: string }[] = [];
  outcomes = new Map<string, Outcome>();
  isReachable = true;
  inFlight = 0;
  #count = 0;

  prepare(submission: Submission): ReturnType<Ledger['prepare']> {
    this.seen.push(submission);
    this.#count += 1;
    const txId = createHash('sha256').update(String(this.#count)).digest('hex');
    return {
      txId,
      submit: async () => ({
        txId,
        blockNumber: BigInt(this.#count),
        result: await this.outcomeOf(submission, txId),
      }),
    };
  }

  outcome(txId: string): Promise<Outcome> {
    if (!this.isReachable) return Promise.reject(new Error('out of reach'));
    return Promise.resolve(this.outcomes.get(txId) ?? { state: 'UNKNOWN' });
  }

  height(): Promise<bigint> {
    return this.isReachable ? Promise.resolve(0n) : Promise.reject(new Error('out of reach'));
  }

  read(identity: string, key: string): Promise<string | undefined> {
    this.reads.push({ identity, key });
    return Promise.resolve(this.records.get(key));
  }

  blocks(): ReturnType<Ledger['blocks']> {
    throw new Error('nobody follows here');
  }

  close(): void {
    this.isReachable = false;
  }
}

export class FakeProjection implements Projection, Pick<Trees, 'leaves'> {
  readonly rows: (WrittenText & { readonly kind: string; readonly value: Record<string, unknown> })[] = [];
  readonly log: Leaf[] = [];
  readonly transactions = new Map<string, ProjectedTransaction>();
  readonly lists: ListQuery[] = [];
  tip = 0n;

  /** Put a version of a record. */
  put(key: string, value: Record<string, unknown>, blockNumber: bigint, txIndex = 0): void {
    const kind = key.split('/')[0] ?? key;
    const txId = createHash('sha256').update(`${key} ${blockNumber.toString()}`).digest('hex');
    this.rows.push({ key, kind, value, text: JSON.stringify(value), txId, blockNumber, txIndex });
    this.tip = blockNumber;
  }

  async record<T extends AnyRecord>({ text }: Key<T>): Promise<ProjectedRecord<T> | undefined> {
    return (await this.text(text)) as ProjectedRecord<T> | undefined;
  }

  text(key: string): Promise<WrittenText | undefined> {
    return Promise.resolve(this.rows.findLast((row) => row.key === key));
  }

  list<K extends RecordKind>(query: ListQuery<K>): Promise<Page<ProjectedRecord<RecordOfKind<K>>>> {
    this.lists.push(query);
    const filters = Object.entries(query.where ?? {});
    const earlier = Object.entries(query.before ?? {});
    const found = this.rows.filter(
      ({ kind, value }) =>
        kind === query.kind &&
        filters.every(([name, wanted]) => value[name] === wanted) &&
        earlier.every(([name, instant]) => ((value[name] as string | undefined) ?? instant) < instant),
    );
    const start = query.after === undefined ? 0 : Number(query.after);
    const items = found.slice(start, start + query.limit) as unknown as ProjectedRecord<RecordOfKind<K>>[];
    const end = start + items.length;
    return Promise.resolve({ items, ...(end < found.length && { next: String(end) }) });
  }

  async history<T extends AnyRecord>({ text }: Key<T>): Promise<readonly ProjectedRecord<T>[]> {
    return (await this.texts(text)) as readonly ProjectedRecord<T>[];
  }

  texts(key: string): Promise<readonly WrittenText[]> {
    return Promise.resolve(this.rows.filter((row) => row.key === key));
  }

  transaction(txId: string): Promise<ProjectedTransaction | undefined> {
    return Promise.resolve(this.transactions.get(txId));
  }

  height(): Promise<bigint> {
    return Promise.resolve(this.tip);
  }

  digest(): Promise<string> {
    return Promise.resolve('');
  }

  reached(blockNumber: bigint, signal?: AbortSignal): Promise<void> {
    if (blockNumber <= this.tip) return Promise.resolve();
    return new Promise((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason as Error)),
    );
  }

  leaves(from: number, limit: number): ReturnType<Trees['leaves']> {
    const found = this.log.slice(from, from + limit);
    return Promise.resolve(found.map((leaf, index) => ({ position: from + index, leaf })));
  }

  onBlock(): () => void {
    return () => undefined;
  }
}

export class FakeApiKeys implements ApiKeys {
  readonly #bySecret = new Map<string, ApiKey>();

  issueNow(name: string, scopes: readonly string[], identity = 'officer'): string {
    const secret = `secret-of-${name}`;
    this.#bySecret.set(secret, { name, identity, scopes, createdAt: AT });
    return secret;
  }

  authenticate(secret: string): Promise<ApiKey | undefined> {
    return Promise.resolve(this.#bySecret.get(secret));
  }

  async issue(key: Pick<ApiKey, 'name' | 'identity' | 'scopes'>): Promise<{ secret: string; key: ApiKey }> {
    if (await this.#find(key.name)) throw new StateError('CONFLICT', `the key ${key.name} exists`);
    const secret = this.issueNow(key.name, key.scopes, key.identity);
    return { secret, key: { ...key, createdAt: AT } };
  }

  async revoke(name: string): Promise<boolean> {
    return (await this.#find(name)) !== undefined && this.#bySecret.delete(`secret-of-${name}`);
  }

  list(): Promise<readonly ApiKey[]> {
    return Promise.resolve([...this.#bySecret.values()]);
  }

  #find(name: string): Promise<ApiKey | undefined> {
    return Promise.resolve([...this.#bySecret.values()].find((key) => key.name === name));
  }
}

interface Slot {
  fingerprint: string;
  txIds: string[];
  response?: StoredResponse;
}

export class FakeIdempotency implements Idempotency {
  readonly slots = new Map<string, Slot>();

  begin({ principal, key }: IdempotencySlot, fingerprint: string): ReturnType<Idempotency['begin']> {
    const slot = this.slots.get(`${principal} ${key}`);
    if (slot === undefined) {
      this.slots.set(`${principal} ${key}`, { fingerprint, txIds: [] });
      return Promise.resolve({ state: 'NEW' });
    }
    if (slot.fingerprint !== fingerprint) return Promise.resolve({ state: 'MISMATCH' });
    return Promise.resolve(
      slot.response === undefined ? { state: 'IN_FLIGHT' } : { state: 'REPLAY', response: slot.response },
    );
  }

  bind({ principal, key }: IdempotencySlot, txId: string): Promise<void> {
    this.slots.get(`${principal} ${key}`)?.txIds.push(txId);
    return Promise.resolve();
  }

  finish({ principal, key }: IdempotencySlot, response: StoredResponse): Promise<void> {
    const slot = this.slots.get(`${principal} ${key}`);
    if (slot) slot.response = response;
    return Promise.resolve();
  }

  free({ principal, key }: IdempotencySlot): Promise<void> {
    this.slots.delete(`${principal} ${key}`);
    return Promise.resolve();
  }

  unfinished(): ReturnType<Idempotency['unfinished']> {
    return Promise.resolve([]);
  }

  purge(): Promise<number> {
    return Promise.resolve(0);
  }
}

export class FakeOperations implements Operations {
  readonly all: Operation[] = [];

  create(operation: Pick<Operation, 'principal' | 'txId' | 'transaction'>): Promise<Operation> {
    const id = `operation-${this.all.length + 1}`;
    const made: Operation = { ...operation, id, state: 'PENDING', createdAt: AT, updatedAt: AT };
    this.all.push(made);
    return Promise.resolve(made);
  }

  get(principal: string, id: string): Promise<Operation | undefined> {
    return Promise.resolve(this.all.find((one) => one.id === id && one.principal === principal));
  }

  commit(id: string, { blockNumber, result }: { blockNumber: bigint; result?: string }): Promise<Operation> {
    return this.#end(id, { state: 'COMMITTED', blockNumber, ...(result !== undefined && { result }) });
  }

  fail(id: string, refusal: string): Promise<Operation> {
    return this.#end(id, { state: 'FAILED', refusal });
  }

  pending(): Promise<readonly Operation[]> {
    return Promise.resolve(this.all.filter(({ state }) => state === 'PENDING'));
  }

  #end(id: string, change: Partial<Operation>): Promise<Operation> {
    const index = this.all.findIndex((one) => one.id === id);
    const ended = { ...this.all[index], ...change } as Operation;
    this.all[index] = ended;
    return Promise.resolve(ended);
  }
}

export class FakeOffers implements Offers {
  said: Omit<SignedTerms, 'createdAt'>[] = [];

  withdraw(txIds: readonly string[]): Promise<void> {
    this.said = this.said.filter(({ txId }) => !txIds.includes(txId));
    return Promise.resolve();
  }

  put(terms: Omit<SignedTerms, 'createdAt'>): Promise<void> {
    this.said.push(terms);
    return Promise.resolve();
  }

  get(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  ofGrant(): Promise<readonly SignedTerms[]> {
    return Promise.resolve([]);
  }
}

type Called = Parameters<UseCases['registerFile']>;

/** Use cases that read what they are given, and answer what a test tells them to. */
export class FakeUseCases implements UseCases {
  readonly recipient = `age1${'q'.repeat(58)}`;
  /** Files that arrived whole. */
  readonly stored: { by: Called[0]; metadata: unknown; bytes: Buffer }[] = [];
  readonly asked: unknown[] = [];
  readonly opened: { usageId: string; acknowledge: boolean; signal: AbortSignal | undefined }[] = [];
  requesting: UseCases['requestUse'] = async (by, ask) => {
    this.asked.push(ask);
    await by.onPrepared?.('f'.repeat(64), 'usage:Request');
    return {
      txId: 'f'.repeat(64),
      blockNumber: 7n,
      usageId: 'usage-made',
      state: 'REQUESTED',
    };
  };
  /** Plaintext of any use. */
  plaintext: () => AsyncIterable<Uint8Array> = () => pieces('hello ', 'world');
  bytes = 11n;
  ending = new AbortController();

  async registerFile(by: Called[0], metadata: unknown, source: AsyncIterable<Uint8Array>): Promise<never> {
    const parts: Uint8Array[] = [];
    try {
      for await (const part of source) parts.push(part);
    } catch (cause) {
      throw new PayloadError('SOURCE_TRUNCATED', 'the source ended early', { cause });
    }
    const bytes = Buffer.concat(parts);
    this.stored.push({ by, metadata, bytes });
    const result = { datasetId: 'dataset-made', versionId: 'version-made', claimId: 'claim-made' };
    const plainDigest = createHash('sha256').update(bytes).digest('hex');
    return {
      txId: 'e'.repeat(64),
      blockNumber: 9n,
      result,
      cid: 'bafy',
      commitment: 'sha256:00',
      plainDigest,
      bytes: BigInt(bytes.length),
    } as never;
  }

  appendFile(by: Called[0], metadata: unknown, source: AsyncIterable<Uint8Array>): Promise<never> {
    return this.registerFile(by, metadata, source);
  }

  requestUse(...call: Parameters<UseCases['requestUse']>): ReturnType<UseCases['requestUse']> {
    return this.requesting(...call);
  }

  openUse(
    _by: unknown,
    usageId: string,
    { acknowledge }: { acknowledge: boolean },
    signal?: AbortSignal,
  ): ReturnType<UseCases['openUse']> {
    this.opened.push({ usageId, acknowledge, signal });
    return Promise.resolve({
      usageId,
      versionId: 'version-made',
      bytes: this.bytes,
      stream: this.plaintext(),
      ending: this.ending.signal,
      acknowledged: Promise.resolve({ state: 'NOT_ASKED' }),
    });
  }

  openOwn(): ReturnType<UseCases['openOwn']> {
    return Promise.resolve(this.plaintext());
  }

  readonly erased: string[] = [];

  eraseUse(usageId: string): ReturnType<UseCases['eraseUse']> {
    this.erased.push(usageId);
    return Promise.resolve({ usageId, at: AT, wasKeyHere: true, discarded: [] });
  }

  handOver(...[by, claimId, to]: Parameters<UseCases['handOver']>): ReturnType<UseCases['handOver']> {
    this.asked.push({ by: by.identity, claimId, to });
    const committed = { txId: 'a'.repeat(64), blockNumber: 8n };
    return Promise.resolve({ ...committed, claimId, offerDigest: `sha256:${'1'.repeat(64)}`, versions: [] });
  }

  takeOver(...[by, claimId, digest]: Parameters<UseCases['takeOver']>): ReturnType<UseCases['takeOver']> {
    this.asked.push({ by: by.identity, claimId, offerDigest: digest });
    return Promise.resolve({ txId: 'b'.repeat(64), blockNumber: 9n, claimId: 'claim-made', versions: [] });
  }

  usageStatus(usageId: string): ReturnType<UseCases['usageStatus']> {
    return Promise.resolve({ usageId, side: 'NEITHER', isKeyHere: false });
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }
}

/** Text as a stream of pieces; an error among them is thrown where it stands. */
export async function* pieces(...parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}
