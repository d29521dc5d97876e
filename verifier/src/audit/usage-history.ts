import {
  anyForm,
  inForm,
  heldAs,
  isWithin,
  keys,
  type AnyRecord,
  type Grant,
  type Id,
  type Key,
  type Usage,
} from '@tallystick/chaincode/model';
import { textOf } from '../bytes/protobuf.js';
import type { Transaction } from '../fabric/transaction.js';
import { anyText } from '../fold/envelope.js';
import type { FoldedTransaction } from '../fold/index.js';
import { Rejection } from '../rejection.js';
import type { Place } from './findings.js';
import { spaceOf, type Snapshot } from './world-state.js';

/** A transaction that wrote a usage, by the rules. */
export interface UsageStep {
  readonly transaction: string;
  readonly txId: string;
  readonly block: number;
  /** Of the transaction, chosen by its submitter. */
  readonly time: string;
}

/** A use that endorsers wrote as allowed, or allowed once more, although the ledger, as it stood then, forbade it. */
export interface Breach {
  readonly usage: string;
  readonly txId: string;
  readonly block: number;
  readonly at: string;
  /** A grant that was not active, a hold, a broken duty that was not made good; `subject` has the record that says so. */
  readonly what: 'GRANT_NOT_ACTIVE' | 'HOLD' | 'BREACH';
  readonly subject: string;
  readonly detail: string;
}

export const USAGE_PREFIX = 'usage/';
const LEASE_PREFIX = 'lease/';

/** Longest lineage and line of transfers that is followed: the rules allow fewer. */
const LONGEST = 50;

export interface RecordedHistory {
  readonly steps: Iterable<readonly [usage: string, steps: readonly UsageStep[]]>;
  readonly breaches: readonly Breach[];
}

/** Which transactions made each usage what it is, and those that were allowed when they must not have been. */
export class UsageHistory {
  readonly #chaincode: string;
  readonly #steps: Map<string, readonly UsageStep[]>;
  readonly #breaches: Breach[];

  constructor(chaincode: string, before: RecordedHistory = { steps: [], breaches: [] }) {
    this.#chaincode = chaincode;
    this.#steps = new Map(before.steps);
    this.#breaches = [...before.breaches];
  }

  /** Notes which usages a transaction wrote, by the rules. */
  note({ writes, call, leaf: { txId, block } }: FoldedTransaction): void {
    if (!call) return;
    const { transaction, time } = call;
    for (const key of writes.keys())
      if (key.startsWith(USAGE_PREFIX))
        this.#steps.set(key, [...this.stepsOf(key), { transaction, txId, block, time }]);
  }

  /**
   * Looks at what the endorsers of a valid transaction wrote. Whether a use may be allowed is looked up here without the rules: a check of
   * them, not by them. @param before Fabric's state at the transaction's turn
   */
  judge(transaction: Transaction, { block }: Place, before: Snapshot): void {
    const own = transaction.namespaces.find(({ namespace }) => namespace === this.#chaincode);
    const { txId, time, args } = transaction;
    const step = { transaction: anyText(args[0] ?? new Uint8Array()), txId, block, time };
    const records = new Records(before, spaceOf(this.#chaincode));
    for (const { key, value } of own?.writes ?? []) {
      if (value === null) continue;
      if (key.startsWith(LEASE_PREFIX))
        this.#judgeLease(key.slice(LEASE_PREFIX.length), value, step, records);
      if (key.startsWith(USAGE_PREFIX))
        this.#judge(keys.usage(key.slice(USAGE_PREFIX.length) as Id<'usage'>), value, step, records);
    }
  }

  stepsOf(usageKey: string): readonly UsageStep[] {
    return this.#steps.get(usageKey) ?? [];
  }

  recorded(): RecordedHistory {
    return { steps: this.#steps, breaches: this.#breaches };
  }

  #judge(key: Key<Usage>, written: Uint8Array, step: UsageStep, records: Records): void {
    if (stateIn(written) !== 'ALLOWED') return;
    const usage = readRecord(key, written);
    if (usage?.state !== 'ALLOWED' || records.get(key)?.state === 'ALLOWED') return;
    this.#note(usage, usage.answer?.at ?? step.time, step, records);
  }

  /** A window more is a use more: the ledger must allow it as it stands then. */
  #judgeLease(name: string, written: Uint8Array, step: UsageStep, records: Records): void {
    const [id = '', number] = name.split('/');
    const lease = readRecord(keys.lease(id as Id<'usage'>, Number(number)), written);
    const usage = records.get(keys.usage(id as Id<'usage'>));
    if (lease?.outcome === 'ALLOWED' && usage) this.#note(usage, lease.at, step, records);
  }

  #note(usage: Usage, at: string, { txId, block }: UsageStep, records: Records): void {
    for (const breach of breachesOf(usage, at, records))
      this.#breaches.push({ usage: usage.id, txId, block, at, ...breach });
  }
}

/** Records as they stand; `undefined` for none, and for text that is no record. */
class Records {
  readonly #state: Snapshot;
  readonly #space: string;

  constructor(state: Snapshot, space: string) {
    this.#state = state;
    this.#space = space;
  }

  get<T extends AnyRecord>(key: Key<T>): T | undefined {
    const found = this.#state.get(this.#space, key.text);
    return found && readRecord(key, found.value);
  }
}

const read = new WeakMap<Uint8Array, AnyRecord | null>();

/**
 * A value under a key as a record. A colluding majority may have written anything: what the schema does not accept is no record.
 * Remembers as long as the value stands, since a grant is looked at with every use of it.
 */
function readRecord<T extends AnyRecord>({ type }: Key<T>, value: Uint8Array): T | undefined {
  const known = read.get(value) ?? parsedRecord(type, value) ?? null;
  read.set(value, known);
  return known?.kind === type.kind ? (known as T) : undefined;
}

function parsedRecord<T extends AnyRecord>(type: Key<T>['type'], value: Uint8Array): T | undefined {
  const { data } = anyForm(type).safeParse(parsed(value));
  return data && inForm(type, data);
}

/** Most usages that are written are not allowed ones: the state alone costs little. */
function stateIn(value: Uint8Array): unknown {
  const record = parsed(value);
  return typeof record === 'object' && record !== null && 'state' in record ? record.state : undefined;
}

function parsed(value: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(value));
  } catch (error) {
    if (error instanceof Rejection || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Found = Pick<Breach, 'what' | 'subject' | 'detail'>;

function breachesOf(usage: Usage, at: string, records: Records): Found[] {
  const lineage = lineageOf(usage.grant, records);
  const inactive = lineage.filter(({ state }) => state !== 'ACTIVE');
  const claims = lineage.slice(0, 1).map(({ claim }) => rootOf(claim, records));
  const subjects = new Set([usage.dataset, ...claims, ...lineage.map(({ id }) => id)]);
  return [
    ...inactive.map((grant) => ({
      what: 'GRANT_NOT_ACTIVE' as const,
      subject: grant.id,
      detail: grant.state,
    })),
    ...[...subjects].flatMap((subject) => holdsOn(subject, at, records)),
    ...lineage.flatMap(({ id }) => openOn(id, records)),
  ];
}

function lineageOf(id: Id<'grant'>, records: Records): Grant[] {
  const lineage: Grant[] = [];
  let next: Id<'grant'> | undefined = id;
  while (next !== undefined && lineage.length < LONGEST) {
    const grant: Grant | undefined = records.get(keys.grant(next));
    if (!grant) break;
    lineage.push(grant);
    next = grant.parent?.grant;
  }
  return lineage;
}

/** The claim under which holds on a claim are recorded, whoever holds it after transfers. */
function rootOf(id: Id<'claim'>, records: Records): Id<'claim'> {
  const claim = records.get(keys.claim(id));
  return claim === undefined ? id : heldAs(claim);
}

function openOn(subject: Id<'grant'>, records: Records): Found[] {
  const { open = [] } = records.get(keys.breaches(subject)) ?? {};
  return open.map((detail) => ({ what: 'BREACH' as const, subject, detail }));
}

function holdsOn(subject: Id<'dataset' | 'claim' | 'grant'>, at: string, records: Records): Found[] {
  const { holds = [] } = records.get(keys.holds(subject)) ?? {};
  return holds
    .filter(
      ({ released, effects, term }) =>
        released === undefined && effects.includes('NO_USE') && isWithin(at, term),
    )
    .map(({ id }) => ({ what: 'HOLD' as const, subject, detail: id }));
}
