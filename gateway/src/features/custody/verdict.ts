import {
  decodeRecord,
  encode,
  keys,
  Refusal,
  usageType,
  type Id,
  type Instant,
  type Usage,
} from '@tallystick/chaincode/model';
import type { Caller, Execution } from '@tallystick/chaincode/rules';
import type { ProjectedRecord, ProjectedTransaction } from '../../projection/port.js';
import type { CustodyEntry } from './stores/port.js';
import { decideAnswer, readerOver, requestFor, stateOf, type AnswerRequest } from './decision.js';
import { doubtTransaction } from './guards.js';
import type { CustodyProjection } from './parts.js';
import { readerBefore } from './projected.js';
import { callerBy } from './signers.js';

/** The rules allow it, and Fabric holds something else than they gave under keys that the answer wrote: until these are restored. */
export interface Waiting {
  readonly state: 'WAITING';
  readonly keys: readonly string[];
}

/** What a committed answer means for the header we hold. */
export type Verdict =
  | { readonly state: 'RELEASED'; readonly txId: string }
  | { readonly state: 'DENIED'; readonly reason: string }
  | { readonly state: 'WITHHELD'; readonly reason: string }
  | Waiting;

export interface JudgementSources {
  readonly projection: CustodyProjection;
  /** Our participant id. */
  readonly participant: string;
  readonly now: () => Instant;
}

const withheld = (reason: string): Verdict => ({ state: 'WITHHELD', reason });

/**
 * Judge the answer that our own peer shows for a request. Released is only what a valid transaction of ours allowed, with the
 * header we hold, where the rules gave this very record, and still allow it by our own clock now: the end of a term is no
 * write, so a transaction that was held back until after it is not invalid, and must release nothing.
 */
export async function judge(sources: JudgementSources, entry: CustodyEntry): Promise<Verdict> {
  const versions = await sources.projection.history(keys.usage(entry.usageId as Id<'usage'>));
  const record = versions.find(({ value }) => value.answer !== undefined);
  if (record === undefined) return withheld('LAPSED');
  const { outcome, code, header } = record.value.answer ?? {};
  if (outcome !== 'ALLOWED') return { state: 'DENIED', reason: code ?? 'DENIED' };
  if (entry.header === undefined || header !== entry.headerCid) return withheld('OTHER_HEADER');
  const doubt = await doubtAnswer(sources, record);
  return doubt === undefined ? whenStanding(sources, record) : withheld(doubt);
}

type Answered = ProjectedRecord<Usage>;

/**
 * A REPLAYED answer stands on Fabric as the rules gave it. A CORRECTED one does not, or did not: where others cannot see the record,
 * nothing may leave on the strength of it.
 */
async function whenStanding({ projection }: JudgementSources, { txId }: Answered): Promise<Verdict> {
  const folded = await projection.verdictOf(txId);
  if (folded?.verdict === 'REPLAYED') return { state: 'RELEASED', txId };
  if (folded?.verdict !== 'CORRECTED') return withheld('NOT_REPLAYED');
  const written = (await projection.effectiveTexts(folded.position)).map(([key]) => key);
  const diverging = await projection.divergingAmong([...written, ...folded.noted]);
  return diverging.length === 0 ? { state: 'RELEASED', txId } : { state: 'WAITING', keys: diverging };
}

/** Why an answer that says ALLOWED releases nothing. */
async function doubtAnswer(sources: JudgementSources, record: Answered): Promise<string | undefined> {
  const transaction = await sources.projection.transaction(record.txId);
  const doubt = doubtTransaction(transaction);
  if (doubt !== undefined || transaction === undefined) return doubt;
  const caller = callerBy(transaction, transaction.time);
  if (!isSignedByUs(sources, caller, record)) return 'OTHER_SIGNER';
  const refusal = await refusalNow(sources, record.value, transaction, caller);
  return refusal && `TOO_LATE ${refusal}`;
}

const isSignedByUs = ({ participant }: JudgementSources, caller: Caller, { value }: Answered): boolean =>
  caller.participant === participant && caller.keyDigest === value.answer?.signedBy;

/** Why the rules would not allow this one answer at our clock; `undefined` when they still do. */
async function refusalNow(
  { projection, now }: JudgementSources,
  { id: usageId, rules }: Usage,
  transaction: ProjectedTransaction,
  caller: Caller,
): Promise<string | undefined> {
  const request = requestFor(transaction.argument, usageId);
  if (request === undefined) return 'NOT_IN_TRANSACTION';
  const time = now() > caller.time ? now() : caller.time;
  const before = readerOver(
    await othersOf(projection, transaction, request),
    readerBefore(projection, transaction),
  );
  try {
    const decided = await decideAnswer(rules, encode(request), { ...caller, time }, before);
    const state = stateOf(decided, usageId);
    return state === 'ALLOWED' ? undefined : (denialOf(decided, usageId) ?? 'DENIED');
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** What the transaction wrote for the other uses that it answered. */
async function othersOf(
  projection: CustodyProjection,
  { txId }: ProjectedTransaction,
  request: AnswerRequest,
): Promise<ReadonlyMap<string, string>> {
  const folded = await projection.verdictOf(txId);
  const texts = new Map(folded && (await projection.effectiveTexts(folded.position)));
  for (const key of writtenFor(request, texts)) texts.delete(key);
  return texts;
}

/** Keys of what this use wrote: its own record, and the slot it took. */
function writtenFor({ usageId, slot }: AnswerRequest, texts: ReadonlyMap<string, string>): readonly string[] {
  const { text: key } = keys.usage(usageId);
  const record = texts.get(key);
  if (record === undefined || slot === undefined) return [key];
  return [key, keys.usageSlot(decodeRecord(usageType, record).grant, slot).text];
}

function denialOf({ writes }: Execution, usageId: Id<'usage'>): string | undefined {
  const text = writes.get(keys.usage(usageId).text);
  return text === undefined ? undefined : decodeRecord(usageType, text).answer?.code;
}
