import { Problem, ProblemError, problems } from '../../http/problem.js';
import type { ProblemType } from '../../http/problem-kind.js';
import { evidenceProblems } from './problems.js';

export type EvidenceErrorCode =
  /** No such record, or nothing in the space yet. */
  | 'NOT_FOUND'
  /** Our projection lacks something that the evidence names: it is being rebuilt, or behind. */
  | 'NOT_PROJECTED'
  /** What our own peer shows is not what our projection was made from. */
  | 'NOT_AS_PROJECTED'
  /** Larger than anybody reads. */
  | 'TOO_LARGE'
  /** Too few witnesses have signed a checkpoint over it yet. */
  | 'PENDING';

const { EVIDENCE_PENDING, EVIDENCE_TOO_LARGE } = evidenceProblems;
const ofCode: Readonly<Record<EvidenceErrorCode, ProblemType>> = {
  NOT_FOUND: problems.NOT_FOUND,
  NOT_PROJECTED: EVIDENCE_PENDING,
  NOT_AS_PROJECTED: EVIDENCE_PENDING,
  PENDING: EVIDENCE_PENDING,
  TOO_LARGE: EVIDENCE_TOO_LARGE,
};

export class EvidenceError extends ProblemError {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;

  constructor(code: EvidenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get problem(): Problem {
    return new Problem(ofCode[this.code], { cause: this, detail: this.message });
  }
}
