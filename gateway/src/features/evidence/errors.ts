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

export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;

  constructor(code: EvidenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
