export type EvidenceErrorCode =
  /** No such record. */
  | 'NOT_FOUND'
  /** Too few organisations answer now; it is tried again. */
  | 'TOO_FEW_ORGANISATIONS'
  /** Our projection lacks something that the evidence names: it is being rebuilt, or behind. */
  | 'NOT_PROJECTED'
  /** What the organisations signed is not what our own peer has shown us. */
  | 'NOT_AS_PROJECTED'
  /** Collecting takes longer than a request may. */
  | 'PENDING';

export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly code: EvidenceErrorCode;

  constructor(code: EvidenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
