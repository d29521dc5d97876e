import type { Commit, Gateway, Proposal, Signable, Status, Transaction } from '@hyperledger/fabric-gateway';
import type { EnrolledIdentity } from '../identities/index.js';
import type { Peer } from './connection.js';
import {
  endorseFailure,
  isCommitStatusPending,
  isTimeout,
  submitFailure,
  validationFailure,
} from './fabric-failure.js';
import type { Lane } from './lane.js';
import { pause } from './pause.js';
import type { PeerPool } from './peer-pool.js';
import { LedgerError, LedgerUnavailable, OutcomeUnknown, type LedgerErrorCode } from './port-errors.js';
import type { Committed, Prepared } from './port.js';

const VALID = 0;

/** Milliseconds allowed for each step, however many peers are asked. */
export interface Deadlines {
  readonly endorse: number;
  readonly submit: number;
  /** From the orderer's acceptance to the commit by one of the own organisation's peers. */
  readonly commit: number;
  readonly evaluate: number;
}

export interface SubmissionContext {
  readonly pool: PeerPool;
  readonly identity: EnrolledIdentity;
  readonly lane: Lane;
  readonly deadlines: Deadlines;
  /** MSP ids asked for; `undefined` when the peer chooses. */
  readonly endorsers: readonly string[] | undefined;
}

const COMMIT_STATUS_PAUSE = 200;
/** The longest that one peer is asked for a commit status, as part of the time there is. */
const LONGEST_TURN = 1 / 6;

const BEFORE_ORDERING: ReadonlySet<LedgerErrorCode> = new Set(['OVERLOADED', 'UNAVAILABLE', 'NOT_ENDORSED']);
const isBeforeOrdering = (error: unknown): boolean =>
  error instanceof LedgerError && BEFORE_ORDERING.has(error.code);

/** A step of fabric-gateway, signed once, that any peer can be asked to take. */
type Movable<Step> = (peer: Peer) => Step;

function movable<Step extends Signable>(
  home: Peer,
  step: Step,
  remake: (peer: Peer, bytes: Uint8Array) => Step,
): Movable<Step> {
  return (peer) => (peer === home ? step : remake(peer, step.getBytes()));
}

interface Submitted {
  readonly commit: Movable<Commit>;
  readonly result: string;
}

/** One transaction on its way: what has been reached is kept, so that calling `submit` again goes on from there. */
class PreparedSubmission implements Prepared {
  readonly txId: string;
  readonly #context: SubmissionContext;
  readonly #proposal: Movable<Proposal>;
  #endorsed: Movable<Transaction> | undefined;
  #submitted: Submitted | undefined;
  /** An earlier call may have reached the orderer: from then on no failure means that nothing was ordered. */
  #isDoubtful = false;

  constructor(newProposal: (gateway: Gateway) => Proposal, context: SubmissionContext) {
    this.#context = context;
    const home = context.pool.first();
    const proposal = newProposal(this.#gateway(home));
    this.txId = proposal.getTransactionId();
    this.#proposal = movable(home, proposal, (peer, bytes) => this.#gateway(peer).newProposal(bytes));
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

  async #order(signal: AbortSignal | undefined): Promise<Submitted> {
    this.#endorsed ??= await this.#endorse();
    // The last moment to turn back. From here on the orderer may have it.
    if (signal?.aborted === true) {
      throw new LedgerUnavailable('Given up before it was sent', { txId: this.txId, cause: signal.reason });
    }
    // One peer only: whether the orderer has it is for a look-up to find out, before another peer hands it over.
    const { pool, deadlines } = this.#context;
    const peer = pool.first();
    try {
      const submitted = await this.#endorsed(peer).submit({ deadline: Date.now() + deadlines.submit });
      const commit = movable<Commit>(peer, submitted, (other, bytes) =>
        this.#gateway(other).newCommit(bytes),
      );
      this.#submitted = { commit, result: Buffer.from(submitted.getResult()).toString('utf8') };
      return this.#submitted;
    } catch (error) {
      pool.failed(peer, error);
      const failure = submitFailure(error, this.txId);
      this.#isDoubtful ||= failure instanceof OutcomeUnknown;
      throw failure;
    }
  }

  /** Nothing is ordered by this, so any peer may be asked, and the next one after it. */
  async #endorse(): Promise<Movable<Transaction>> {
    const { pool, deadlines, endorsers } = this.#context;
    try {
      return await pool.ask(deadlines.endorse, async (peer, deadline) => {
        const transaction = await this.#proposal(peer).endorse({ deadline });
        return movable(peer, transaction, (other, bytes) => this.#gateway(other).newTransaction(bytes));
      });
    } catch (error) {
      throw endorseFailure(error, this.txId, endorsers);
    }
  }

  async #committed({ commit, result }: Submitted, signal: AbortSignal | undefined): Promise<Committed> {
    const { code, blockNumber } = await this.#statusOf(commit, signal);
    if ((code as number) !== VALID) throw validationFailure(code, this.txId);
    return { txId: this.txId, blockNumber, result };
  }

  async #statusOf(commit: Movable<Commit>, signal: AbortSignal | undefined): Promise<Status> {
    const { pool, deadlines } = this.#context;
    const end = Date.now() + deadlines.commit;
    // A peer may be alive and yet receive no blocks: each is given two turns.
    const turn = deadlines.commit * Math.min(LONGEST_TURN, 1 / (2 * pool.size));
    for (let turns = 1; ; turns += 1) {
      const peer = pool.first();
      try {
        const deadline = Math.min(end, Date.now() + turn);
        const status = await unlessAborted(commit(peer).getStatus({ deadline }), signal);
        pool.holds(peer, status.blockNumber, this.txId);
        return status;
      } catch (error) {
        pool.failed(peer, error);
        const isLast = signal?.aborted === true || Date.now() + COMMIT_STATUS_PAUSE >= end;
        if (isLast || !isCommitStatusPending(error))
          throw new OutcomeUnknown(this.txId, 'COMMIT', { cause: error });
        await pause(COMMIT_STATUS_PAUSE, signal);
        if (isTimeout(error) && turns % pool.size === 0) await this.#sendAgain(turn);
      }
    }
  }

  /**
   * No peer has it in a block. An orderer of Raft that has taken a transaction hands it to its leader and answers at once; when
   * the leader dies, nobody has it any more. The same envelope takes effect once, however often it is ordered (fabric: DUPLICATE_TXID).
   */
  async #sendAgain(within: number): Promise<void> {
    const again = this.#endorsed?.(this.#context.pool.first());
    await again?.submit({ deadline: Date.now() + within }).catch(() => undefined);
  }

  #gateway(peer: Peer): Gateway {
    return peer.gatewayOf(this.#context.identity);
  }
}

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
export function newPreparedSubmission(
  newProposal: (gateway: Gateway) => Proposal,
  context: SubmissionContext,
): Prepared {
  return new PreparedSubmission(newProposal, context);
}
