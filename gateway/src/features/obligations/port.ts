import type { Id } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';
import { Problem, ProblemError } from '../../http/problem.js';
import type { Worker } from '../../workers/worker.js';
import { obligationProblems } from './problems.js';

/** What routes ask about duties that this gateway carries out by itself. */

export interface Deletion {
  readonly usageId: string;
  /** Whether there was still a key to forget. */
  readonly wasKeyHere: boolean;
  /** Duties that this fulfils; their fulfilment is then stated on the ledger. */
  readonly obligations: readonly Id<'obligation'>[];
}

export type ObligationErrorCode = keyof typeof obligationProblems;

/**
 * NOTICE_INVALID: it is no notice, not signed by a certified component of the debtor, or not for us. OBLIGATION_UNKNOWN: our own peer has
 * not shown the obligation (yet): to be sent again.
 */
export class ObligationError extends ProblemError {
  override readonly name = 'ObligationError';
  readonly code: ObligationErrorCode;
  constructor(code: ObligationErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  get problem(): Problem {
    return new Problem(obligationProblems[this.code], { cause: this });
  }
}

export interface Obligations {
  /** Forget a use now, whatever was agreed, and then state it where a duty asks for it. */
  deleteUse(usageId: string): Promise<Deletion>;
  /** Keep a notice of another member; durable when it resolves. Throws ObligationError. */
  receive(notice: unknown): Promise<{ readonly obligationId: Id<'obligation'> }>;
}

/** Carries out what is due. */
export interface DutyWorker extends Worker {
  start(): void;
  /** Resolves when nothing is left to do now. */
  idle(): Promise<void>;
}

export const OBLIGATIONS = face<Obligations>('obligations');
