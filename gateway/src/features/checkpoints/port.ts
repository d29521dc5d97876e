import type { Checkpoint, Witnessing } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';
import type { Divergence, Page } from '../../projection/port.js';
import { Problem, ProblemError } from '../../http/problem.js';
import type { Lie, Retraction } from './stores/port.js';
import { checkpointProblems } from './problems.js';

export type { FirstDifference, Lie, Retraction } from './stores/port.js';

/** NOT_KEPT: no signed checkpoint of that height is here. RETRACTED: there was one, and it turned out to be of another history. */
export type CheckpointErrorCode = 'NOT_KEPT' | 'RETRACTED';

export class CheckpointError extends ProblemError {
  override readonly name = 'CheckpointError';
  readonly code: CheckpointErrorCode;
  constructor(code: CheckpointErrorCode, height: number, options?: ErrorOptions) {
    super(`${code}: the checkpoint of height ${height}`, options);
    this.code = code;
  }

  get problem(): Problem {
    return new Problem(checkpointProblems[`CHECKPOINT_${this.code}`], { cause: this });
  }
}

/** What is known of another member's witness. */
export interface MemberWitness {
  readonly mspId: string;
  /** Highest height at which it signed our body; absent when none was seen. */
  readonly height?: number;
  /** Why it says nothing at present; OTHER_LEDGER: it follows another channel, or another one of this name. */
  readonly silence?: 'DOWN' | 'BEHIND' | 'OTHER_LEDGER' | 'UNSIGNED' | 'NOT_A_WITNESS' | 'LIES';
}

/** For `/readyz`, metrics and operators. */
export interface CheckpointStatus {
  /** Name of the identity that signs; absent where none does. */
  readonly identity?: string;
  /** Highest height that this gateway signed. */
  readonly signed?: number;
  /** Highest height that another member signed as we did. */
  readonly witnessed?: number;
  readonly members: readonly MemberWitness[];
  readonly lies: number;
  readonly retractions: number;
}

/**
 * KEPT: as it was signed last. RENEWED: signed anew where that shows that nothing newer is there, for which our own peer is asked at most
 * once a second.
 */
export type Wanted = 'KEPT' | 'RENEWED';

/** Signed checkpoints of this organisation, and what other members' witnesses say of the same heights. */
export interface Checkpoints {
  /** The newest that this gateway signed; RENEWED unless told otherwise. Throws CheckpointError NOT_KEPT. */
  latest(wanted?: Wanted): Promise<Checkpoint>;
  /** Has our own witness and those of members that speak say of the newest height that it is the newest. Resolves within seconds. */
  renew(): Promise<void>;
  /** With our own signature; signed now where only the body is kept. Throws CheckpointError NOT_KEPT, RETRACTED. */
  at(height: number): Promise<Checkpoint>;
  /**
   * Signatures under our body of a height that verify and whose signers are witnesses in the newest configuration, ours first, one for each
   * signer. Other members are asked for theirs where none is kept; one that does not answer within seconds is left out. Empty where the
   * body is not kept. `organisations`: only these MSP ids.
   */
  witnessed(height: number, organisations?: readonly string[]): Promise<readonly Witnessing[]>;
  /**
   * The highest height under whose body witnesses of so many organisations (ours included) have signed; members are asked when what is known
   * is below `atLeast`. `undefined` where there is none.
   */
  commonHeight(needed: number, atLeast?: number): Promise<number | undefined>;
  /** Keeps body and signatures of a height for good: something outside names it. Throws CheckpointError NOT_KEPT. */
  keep(height: number): Promise<void>;
  status(): Promise<CheckpointStatus>;
  lies(): Promise<readonly Lie[]>;
  retractions(): Promise<readonly Retraction[]>;
}

/** What `GET /divergences` shows. */
export interface ShownDivergence extends Divergence {
  /** Of its keys, those under which Fabric still holds something else than the rules gave. */
  readonly standing: readonly string[];
  /** True when everything it wrote has been put right. */
  readonly isRestored: boolean;
}

export interface Divergences {
  list(page: { readonly limit: number; readonly after?: string }): Promise<Page<ShownDivergence>>;
  /** How many transactions diverge, and under how many keys Fabric holds something else now. */
  counts(): Promise<{ readonly corrected: number; readonly void: number; readonly standing: number }>;
}

export const CHECKPOINTS = face<Checkpoints>('checkpoints');
export const DIVERGENCES = face<Divergences>('divergences');
