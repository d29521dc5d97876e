import { encode, keys, Refusal, type Id, type Instant, type Usage } from '@tallystick/chaincode/model';
import type { Caller, Execution } from '@tallystick/chaincode/rules';
import type { ProjectedRecord, ProjectedTransaction, Projection } from '../projection/port.js';
import type { CustodyEntry } from '../state/port.js';
import { decideAnswer, readerOver, requestFor, stateOf, type AnswerRequest } from './decision.js';
import { doubtTransaction } from './guards.js';
import type { Replayed, Replays } from './replay.js';

/** What a committed answer means for the header we hold. */
export type Verdict =
  | { readonly state: 'RELEASED'; readonly txId: string }
  | { readonly state: 'DENIED'; readonly reason: string }
  | { readonly state: 'WITHHELD'; readonly reason: string };

export interface Bench {
  readonly projection: Projection;
  /** Our participant id. */
  readonly participant: string;
  readonly now: () => Instant;
}

const withheld = (reason: string): Verdict => ({ state: 'WITHHELD', reason });

/**
 * Judge the answer that our own peer shows for a request. Released is only what a valid transaction of ours allowed, with the
 * header we hold, where the rules replayed at home write the very same record, and still allow it by our own clock now: the end
 * of a term is no write, so a transaction that was held back until after it is not invalid, and must release nothing.
 */
export async function judge(bench: Bench, entry: CustodyEntry, replays: Replays): Promise<Verdict> {
  const versions = await bench.projection.history(keys.usage(entry.usageId as Id<'usage'>).text);
  const record = versions.find(({ value }) => answerIn(value) !== undefined);
  if (record === undefined) return withheld('LAPSED');
  const { outcome, code, header } = answerIn(record.value) ?? {};
  if (outcome !== 'ALLOWED') return { state: 'DENIED', reason: code ?? 'DENIED' };
  if (entry.header === undefined || header !== entry.headerCid) return withheld('OTHER_HEADER');
  const doubt = await doubtAnswer(bench, record, replays);
  return doubt === undefined ? { state: 'RELEASED', txId: record.txId } : withheld(doubt);
}

const answerIn = (value: object): Usage['answer'] => (value as Usage).answer;

/** Why an answer that says ALLOWED releases nothing. */
async function doubtAnswer(
  bench: Bench,
  record: ProjectedRecord,
  replays: Replays,
): Promise<string | undefined> {
  const transaction = await bench.projection.transaction(record.txId);
  const doubt = doubtTransaction(transaction);
  if (doubt !== undefined || transaction === undefined) return doubt;
  const answered = record.value as unknown as Usage;
  const replayed = await replays.of(transaction, answered.rules);
  if (!isSignedByUs(bench, replayed.caller, record)) return 'OTHER_SIGNER';
  if (replayed.execution?.writes.get(record.key) !== encode(record.value)) return 'DECISION_DIFFERS';
  const refusal = await refusalNow(bench, answered, transaction, replayed);
  return refusal && `TOO_LATE ${refusal}`;
}

const isSignedByUs = ({ participant }: Bench, caller: Caller, { value }: ProjectedRecord): boolean =>
  caller.participant === participant && caller.keyDigest === answerIn(value)?.signedBy;

/** Why the rules would not allow this one answer at our clock; `undefined` when they still do. */
async function refusalNow(
  { now }: Bench,
  { id: usageId, rules }: Usage,
  { argument }: ProjectedTransaction,
  { caller, execution, before }: Replayed,
): Promise<string | undefined> {
  const request = requestFor(argument, usageId);
  if (request === undefined || execution === undefined) return 'NOT_IN_TRANSACTION';
  const time = now() > caller.time ? now() : caller.time;
  const others = new Map(execution.writes);
  for (const key of writtenFor(request, execution)) others.delete(key);
  try {
    const decided = await decideAnswer(
      encode(request),
      { ...caller, time },
      readerOver(others, before),
      rules,
    );
    const state = stateOf(decided, usageId);
    return state === 'ALLOWED' ? undefined : (denialOf(decided, usageId) ?? 'DENIED');
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** Keys of what this use wrote: its own record, and the slot it took. */
function writtenFor({ usageId, slot }: AnswerRequest, { writes }: Execution): readonly string[] {
  const { text: key } = keys.usage(usageId);
  const record = writes.get(key);
  if (record === undefined || slot === undefined) return [key];
  return [key, keys.usageSlot((JSON.parse(record) as Usage).grant, slot).text];
}

function denialOf({ writes }: Execution, usageId: Id<'usage'>): string | undefined {
  const text = writes.get(keys.usage(usageId).text);
  return text === undefined ? undefined : (JSON.parse(text) as Usage).answer?.code;
}
