import { decodeRecord, encode, grantType, keys, Refusal, type Id } from '@tallystick/chaincode/model';
import type { Execution, Reader } from '@tallystick/chaincode/rules';
import { readerOver } from './decision.js';

/** A request that is ready to be answered: its re-wrapped header is durable, or it has none and can only be denied. */
export interface Candidate {
  readonly usageId: Id<'usage'>;
  readonly grantId: Id<'grant'>;
  readonly headerCid?: string | undefined;
}

/** One request of `usage:Answer`. */
export interface AnswerRequest {
  readonly usageId: Id<'usage'>;
  readonly component: Id<'component'>;
  readonly header?: string;
  readonly slot?: number;
}

export interface Plan {
  readonly requests: readonly AnswerRequest[];
  /** Candidates that the rules would refuse, at the state and time of the plan: a batch with them would fail whole. */
  readonly refused: readonly { readonly candidate: Candidate; readonly refusal: Refusal }[];
  /**
   * Candidates whose decision reads or writes keys under which Fabric holds something else than the rules gave. Endorsers decide over that:
   * whatever they would say of them, it is not what the rules say.
   */
  readonly hindered: readonly { readonly candidate: Candidate; readonly keys: readonly string[] }[];
}

export interface Planning {
  readonly component: Id<'component'>;
  /** Committed state. */
  readonly read: Reader;
  /** The rules for one `usage:Answer`; throws Refusal. */
  readonly decide: (argument: string, read: Reader) => Promise<Execution>;
  /** Which of these keys diverge. */
  readonly diverging: (keys: readonly string[]) => Promise<readonly string[]>;
}

/** The single argument of the transaction: one request, or the list form. */
export const argumentOf = ({ requests }: Plan): string =>
  encode(requests.length === 1 ? requests[0] : requests);

/**
 * Candidates for one transaction, oldest first, all of one consumer: the evidence of a use holds the whole transaction that answered
 * it, and must not show one consumer what another has asked. A grant whose slots another transaction is handing out is left for
 * later: two transactions that take the same slot would cancel each other.
 */
export function takeBatch<T extends { readonly grantId: string }>(
  candidates: readonly T[],
  consumerOf: (grantId: string) => string | undefined,
  busy: ReadonlySet<string>,
  limit: number,
): readonly T[] {
  const free = candidates.filter(({ grantId }) => !busy.has(grantId));
  const [first] = free;
  if (first === undefined) return [];
  const consumer = consumerOf(first.grantId);
  // Of a grant that nobody knows, nothing is known to be of the same consumer.
  if (consumer === undefined) return [first];
  return free.filter(({ grantId }) => consumerOf(grantId) === consumer).slice(0, limit);
}

/**
 * Decide candidates one after the other over the writes of those before them, as the ledger will. Each gets the next free slot of
 * its grant, in order; when all are used, slot = quota, which yields a written denial.
 */
export async function planBatch(candidates: readonly Candidate[], planning: Planning): Promise<Plan> {
  const writes = new Map<string, string>();
  const touched = new Set<string>();
  const read = noting(touched, readerOver(writes, planning.read));
  const slots = new SlotCounter(read);
  const [requests, refused, hindered]: [
    AnswerRequest[],
    Plan['refused'][number][],
    Plan['hindered'][number][],
  ] = [[], [], []];
  for (const candidate of candidates) {
    touched.clear();
    const request = requestOf(candidate, planning.component, await slots.next(candidate.grantId));
    const decided = await decidedOr(planning.decide(encode(request), read));
    const written = decided instanceof Refusal ? [] : [...decided.writes.keys()];
    const keys = await planning.diverging([...new Set([...touched, ...written])]);
    if (keys.length > 0) hindered.push({ candidate, keys });
    else if (decided instanceof Refusal) refused.push({ candidate, refusal: decided });
    else {
      for (const [key, text] of decided.writes) writes.set(key, text);
      slots.note(candidate.grantId, decided);
      requests.push(request);
    }
  }
  return { requests, refused, hindered };
}

/** Tells which keys were read. */
const noting =
  (touched: Set<string>, read: Reader): Reader =>
  (key) => {
    touched.add(key);
    return read(key);
  };

/** What was decided, or that the rules refuse. */
const decidedOr = (decision: Promise<Execution>): Promise<Execution | Refusal> =>
  decision.catch((error: unknown) => {
    if (error instanceof Refusal) return error;
    throw error;
  });

const requestOf = (
  { usageId, headerCid }: Candidate,
  component: Id<'component'>,
  slot: number | undefined,
): AnswerRequest => ({
  usageId,
  component,
  ...(headerCid !== undefined && { header: headerCid }),
  ...(slot !== undefined && { slot }),
});

/** Hands out the slots of counted grants in order. */
class SlotCounter {
  readonly #read: Reader;
  readonly #next = new Map<string, number | undefined>();

  constructor(read: Reader) {
    this.#read = read;
  }

  async next(grantId: Id<'grant'>): Promise<number | undefined> {
    if (!this.#next.has(grantId)) this.#next.set(grantId, await this.#firstFree(grantId));
    return this.#next.get(grantId);
  }

  /** Go on to the next slot when the one handed out was taken; a denial takes none. */
  note(grantId: Id<'grant'>, { writes }: Execution): void {
    const slot = this.#next.get(grantId);
    if (slot === undefined || !writes.has(keys.usageSlot(grantId, slot).text)) return;
    this.#next.set(grantId, slot + 1);
  }

  /** `undefined` for an uncounted or unknown grant. Slots are taken in order, so halving finds the first free one. */
  async #firstFree(grantId: Id<'grant'>): Promise<number | undefined> {
    const text = await this.#read(keys.grant(grantId).text);
    const quota = text === undefined ? undefined : decodeRecord(grantType, text).quota;
    if (quota === undefined) return undefined;
    let [low, high] = [0, quota];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const isTaken = (await this.#read(keys.usageSlot(grantId, middle).text)) !== undefined;
      if (isTaken) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
