import { decodeRefusal, descriptors, keys, Refusal, refusals, type Id } from '@tallystick/chaincode/model';
import { LedgerError, LedgerRefusal } from '../../ledger/port-errors.js';
import type { Prepared } from '../../ledger/port.js';
import type { CustodyEntry } from './stores/port.js';
import { argumentOf, planBatch, type Candidate, type Plan } from './batch.js';
import { decideAnswer, needRules } from './decision.js';
import type { Custody } from './parts.js';
import { fail, giveUp, prepareHeader, withhold } from './preparation.js';
import { readerNow, recordAt } from './projected.js';
import type { Hindrance } from './port.js';
import type { Retries } from '../../workers/retries.js';
import { settle } from './release.js';
import { callerOf, componentOf } from './signers.js';

/** Answers batches of requests, each in one transaction. */
export class Answering {
  readonly #custody: Custody;
  readonly #retries: Retries;
  readonly #hindered = new Map<string, readonly string[]>();
  #limit: number;

  constructor(custody: Custody, retries: Retries) {
    this.#custody = custody;
    this.#retries = retries;
    this.#limit = custody.settings.batch;
  }

  /** Requests a transaction may hold now: a refusal is all or nothing, so batches shrink until the culprit stands alone. */
  get limit(): number {
    return this.#limit;
  }

  /** Requests that wait for records to be restored. */
  get hindered(): readonly Hindrance[] {
    return [...this.#hindered].map(([usageId, keys]) => ({ usageId, keys }));
  }

  /** Forget every other request: it has ended one way or another. */
  retain(usageIds: ReadonlySet<string>): void {
    for (const usageId of this.#hindered.keys()) if (!usageIds.has(usageId)) this.#hindered.delete(usageId);
  }

  /** Never rejects for a reason that can be tried again; what is not done stays in the journal. */
  async answer(batch: readonly CustodyEntry[], signal: AbortSignal): Promise<void> {
    const entries = new Map(batch.map((entry) => [entry.usageId, entry]));
    const plan = await this.#plan(batch);
    for (const { usageId } of batch) this.#hindered.delete(usageId);
    if (plan === undefined) for (const { usageId } of batch) this.#retries.failed(usageId);
    else await this.#carryOut(plan, entries, signal);
  }

  async #carryOut(plan: Plan, entries: Entries, signal: AbortSignal): Promise<void> {
    for (const { candidate, keys } of plan.hindered) await this.#wait(need(entries, candidate.usageId), keys);
    for (const { candidate, refusal } of plan.refused) {
      await this.#refused(need(entries, candidate.usageId), refusal.code, isHopeless(refusal));
    }
    if (plan.requests.length > 0) await this.#submit(plan, signal);
  }

  /** The rules at home, over what our own peer has shown us; `undefined` while no component of ours can sign. */
  async #plan(batch: readonly CustodyEntry[]): Promise<Plan | undefined> {
    const { signers, projection, now, log } = this.#custody;
    const caller = callerOf(signers, this.#custody.component, now());
    const component = await componentOf(projection, caller);
    if (component === undefined) {
      log.warn({ requests: batch.length }, 'No component of ours holds the key that signs answers');
      return undefined;
    }
    const read = readerNow(projection);
    const rules = needRules(projection);
    return planBatch(batch.map(toCandidate), {
      component,
      read,
      decide: (argument, over) => decideAnswer(rules, argument, caller, over),
      diverging: (keys) => projection.divergingAmong(keys),
    });
  }

  async #submit(plan: Plan, signal: AbortSignal): Promise<void> {
    const { ledger, projection, failpoints, component } = this.#custody;
    const prepared = ledger.prepare({
      identity: component,
      transaction: descriptors.usage.Answer.name,
      argument: argumentOf(plan),
    });
    const journaled = await this.#journal(plan, prepared.txId);
    await failpoints.reach('custody.journaled');
    try {
      const { blockNumber } = await this.#send(prepared, signal);
      await failpoints.reach('custody.committed');
      await projection.reached(blockNumber, signal);
    } catch (error) {
      await this.#failed(journaled, error);
      return;
    }
    this.#limit = Math.min(this.#limit * 2, this.#custody.settings.batch);
    await Promise.all(journaled.map((entry) => this.settle(entry)));
  }

  async #send(prepared: Prepared, signal: AbortSignal): ReturnType<Prepared['submit']> {
    const patience = AbortSignal.timeout(this.#custody.settings.answerWithin);
    const committed = prepared.submit(AbortSignal.any([signal, patience]));
    committed.catch(() => undefined);
    await this.#custody.failpoints.reach('custody.sent');
    return committed;
  }

  /** The id is durable for every request of the batch before a byte is sent. */
  #journal({ requests }: Plan, txId: string): Promise<readonly CustodyEntry[]> {
    const { custody } = this.#custody.state;
    return Promise.all(
      requests.map(({ usageId, slot }) =>
        custody.move(usageId, 'PREPARED', 'SUBMITTED', { txId, ...(slot !== undefined && { slot }) }),
      ),
    );
  }

  /** The entry at its end. A failure here concerns one request, which is tried again by itself. */
  async settle(entry: CustodyEntry): Promise<CustodyEntry> {
    try {
      const settled = await settle(this.#custody, entry);
      if (settled.state !== 'WAITING') return settled;
      this.#hinder(entry.usageId, settled.keys);
      return entry;
    } catch (error) {
      this.#custody.log.error({ usageId: entry.usageId, code: codeOf(error) }, 'Could not settle an answer');
      this.#retries.failed(entry.usageId);
      return entry;
    }
  }

  /** What is certainly not on the ledger goes back to PREPARED; anything else stays SUBMITTED and is looked up. */
  async #failed(entries: readonly CustodyEntry[], error: unknown): Promise<void> {
    const code = codeOf(error);
    this.#custody.log.warn({ code, requests: entries.length, txId: entries[0]?.txId }, 'No answer was made');
    const isFinal = error instanceof LedgerError && FINAL.has(error.code);
    if (error instanceof LedgerRefusal) this.#limit = Math.max(1, Math.floor(entries.length / 2));
    for (const entry of entries) {
      if (!isFinal) this.#retries.failed(entry.usageId);
      else if (entries.length === 1) await this.#refusedByLedger(entry, code, isHopeless(error));
      else await this.#again(entry, code);
    }
  }

  /**
   * Endorsers decide over what stands on Fabric, which may be something that was never written by the rules and that our projection has
   * not come to yet. So what would end a request for good is planned again at home before it is believed.
   */
  #refusedByLedger(entry: CustodyEntry, code: string, hopeless: boolean): Promise<void> {
    const isForHome = code === 'ANSWER_TOO_LATE' || (hopeless && entry.header === undefined);
    return isForHome && entry.attempts < this.#custody.settings.attempts
      ? this.#again(entry, code)
      : this.#refused(entry, code, hopeless);
  }

  async #refused(entry: CustodyEntry, code: string, isHopeless = false): Promise<void> {
    if (code === 'ANSWER_TOO_LATE') await withhold(this.#custody, entry, code);
    else if (code === 'ILLEGAL_STATE') await this.#answered(entry);
    else if (isHopeless && entry.header === undefined) await this.#headerless(entry);
    else if (isHopeless && entry.attempts >= this.#custody.settings.attempts) {
      await fail(this.#custody, entry, code);
    } else await this.#again(entry, code);
  }

  /** It is answered already, or has lapsed: as soon as our projection shows it too, that is its end. */
  async #answered(entry: CustodyEntry): Promise<void> {
    const usage = await recordAt(this.#custody.projection, keys.usage(entry.usageId as Id<'usage'>));
    if (usage === undefined || usage.state === 'REQUESTED') await this.#again(entry, 'ILLEGAL_STATE');
    else await this.settle(entry);
  }

  /**
   * The rules do not deny what we have nothing for. Looked at once more first: the terms may have become ours between the
   * preparation and this plan.
   */
  async #headerless(entry: CustodyEntry): Promise<void> {
    const usage = await recordAt(this.#custody.projection, keys.usage(entry.usageId as Id<'usage'>));
    if (usage?.state !== 'REQUESTED') return;
    const again = await prepareHeader(this.#custody, entry, usage);
    if (again.state === 'PREPARED' && again.header === undefined) await giveUp(this.#custody, again);
  }

  /** Until its keys are restored, unless the rules have answered it already: then that is its end. */
  async #wait(entry: CustodyEntry, diverging: readonly string[]): Promise<void> {
    const usage = await recordAt(this.#custody.projection, keys.usage(entry.usageId as Id<'usage'>));
    if (usage?.state === 'REQUESTED') this.#hinder(entry.usageId, diverging);
    else await this.settle(entry);
  }

  /** Neither withheld nor failed: what hinders it is not its own. It is looked at again, also when nothing else happens. */
  #hinder(usageId: string, keys: readonly string[]): void {
    this.#custody.log.warn({ usageId, keys }, 'A request waits until records are restored');
    this.#hindered.set(usageId, keys);
    this.#retries.failed(usageId);
  }

  async #again({ usageId, state }: CustodyEntry, reason: string): Promise<void> {
    this.#retries.failed(usageId);
    await this.#custody.state.custody.move(usageId, state, 'PREPARED', { reason });
  }
}

type Entries = ReadonlyMap<string, CustodyEntry>;

function need(entries: Entries, usageId: string): CustodyEntry {
  const entry = entries.get(usageId);
  if (entry === undefined) throw new Error('a plan holds only what it was made for');
  return entry;
}

const toCandidate = ({ usageId, grantId, headerCid }: CustodyEntry): Candidate => ({
  usageId: usageId as Id<'usage'>,
  grantId: grantId as Id<'grant'>,
  headerCid,
});

/** After these the transaction is certainly not, and will never be, on the ledger. */
const FINAL: ReadonlySet<string> = new Set([
  'REFUSED',
  'MVCC_READ_CONFLICT',
  'PHANTOM_READ_CONFLICT',
  'PAYLOADS_DIFFER',
  'INVALID',
  'NOT_ENDORSED',
  'UNAVAILABLE',
  'OVERLOADED',
]);

/** The refusal code of the contract where it spoke, else the code of the error. */
export function codeOf(error: unknown): string {
  if (error instanceof LedgerRefusal) return decodeRefusal(error.refusal)?.code ?? error.code;
  return error instanceof Error && 'code' in error ? String(error.code) : 'FAILED';
}

/** Made anew it would end the same way, as far as anybody can tell. */
function isHopeless(error: unknown): boolean {
  const refusal = error instanceof LedgerRefusal ? decodeRefusal(error.refusal) : error;
  if (refusal instanceof Refusal) return refusals[refusal.code].advice !== 'retry';
  return error instanceof LedgerError && !error.isRetryable;
}
