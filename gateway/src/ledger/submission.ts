import type { SubmittedTransaction, Proposal, Transaction } from '@hyperledger/fabric-gateway';
import { endorseFailure, isCommitStatusPending, submitFailure, validationFailure } from './fabric-failure.js';
import type { Lane } from './lane.js';
import { pause } from './pause.js';
import { LedgerError, LedgerUnavailable, OutcomeUnknown, type LedgerErrorCode } from './port-errors.js';
import type { Committed, Prepared } from './port.js';

const VALID = 0;

/** Milliseconds allowed for each step. */
export interface Deadlines {
  readonly endorse: number;
  readonly submit: number;
  /** From the orderer's acceptance to the own peer's commit. */
  readonly commit: number;
  readonly evaluate: number;
}

export interface SubmissionContext {
  readonly lane: Lane;
  readonly deadlines: Deadlines;
  /** MSP ids asked for; `undefined` when the peer chooses. */
  readonly endorsers: readonly string[] | undefined;
}

const COMMIT_STATUS_PAUSE = 200;
const within = (milliseconds: number): { deadline: number } => ({ deadline: Date.now() + milliseconds });

const BEFORE_ORDERING: ReadonlySet<LedgerErrorCode> = new Set(['OVERLOADED', 'UNAVAILABLE', 'NOT_ENDORSED']);
const isBeforeOrdering = (error: unknown): boolean =>
  error instanceof LedgerError && BEFORE_ORDERING.has(error.code);

/** One transaction on its way: what has been reached is kept, so that calling `submit` again goes on from there. */
class PreparedSubmission implements Prepared {
  readonly #proposal: Proposal;
  readonly #context: SubmissionContext;
  #endorsed: Transaction | undefined;
  #submitted: SubmittedTransaction | undefined;
  /** An earlier call may have reached the orderer: from then on no failure means that nothing was ordered. */
  #isDoubtful = false;

  constructor(proposal: Proposal, context: SubmissionContext) {
    this.#proposal = proposal;
    this.#context = context;
  }

  get txId(): string {
    return this.#proposal.getTransactionId();
  }

  async submit(signal?: AbortSignal): Promise<Committed> {
    try {
      return await this.#context.lane.run(async () => {
        const submitted = this.#submitted ?? (await this.#order(signal));
        return this.#committed(submitted, signal);
      }, signal);
    } catch (error) {
      if (!this.#isDoubtful || !isBeforeOrdering(error)) throw error;
      throw new OutcomeUnknown(this.txId, 'ORDERING', { cause: error });
    }
  }

  async #order(signal: AbortSignal | undefined): Promise<SubmittedTransaction> {
    this.#endorsed ??= await this.#endorse();
    // The last moment to turn back. From here on the orderer may have it.
    if (signal?.aborted === true) {
      throw new LedgerUnavailable('Given up before it was sent', { txId: this.txId, cause: signal.reason });
    }
    try {
      this.#submitted = await this.#endorsed.submit(within(this.#context.deadlines.submit));
      return this.#submitted;
    } catch (error) {
      const failure = submitFailure(error, this.txId);
      this.#isDoubtful ||= failure instanceof OutcomeUnknown;
      throw failure;
    }
  }

  async #endorse(): Promise<Transaction> {
    try {
      return await this.#proposal.endorse(within(this.#context.deadlines.endorse));
    } catch (error) {
      throw endorseFailure(error, this.txId, this.#context.endorsers);
    }
  }

  async #committed(submitted: SubmittedTransaction, signal: AbortSignal | undefined): Promise<Committed> {
    const status = await this.#statusOf(submitted, signal);
    if ((status.code as number) !== VALID) throw validationFailure(status.code, this.txId);
    const result = Buffer.from(submitted.getResult()).toString('utf8');
    return { txId: this.txId, blockNumber: status.blockNumber, result };
  }

  async #statusOf(submitted: SubmittedTransaction, signal: AbortSignal | undefined): Promise<Status> {
    const end = Date.now() + this.#context.deadlines.commit;
    for (;;) {
      try {
        return await unlessAborted(submitted.getStatus({ deadline: end }), signal);
      } catch (error) {
        const isLast = signal?.aborted === true || Date.now() + COMMIT_STATUS_PAUSE >= end;
        if (isLast || !isCommitStatusPending(error))
          throw new OutcomeUnknown(this.txId, 'COMMIT', { cause: error });
        await pause(COMMIT_STATUS_PAUSE, signal);
      }
    }
  }
}

type Status = Awaited<ReturnType<SubmittedTransaction['getStatus']>>;

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new DOMException('The caller stopped waiting', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A prepared transaction over a proposal that is signed when it is first sent. */
export function newPreparedSubmission(proposal: Proposal, context: SubmissionContext): Prepared {
  return new PreparedSubmission(proposal, context);
}
