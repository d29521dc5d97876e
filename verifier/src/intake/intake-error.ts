/**
 * Why a file was not even taken in. None of these says anything about what it should have held:
 * `CUT_SHORT`: it ends before it is complete, as a download does that broke off. `DAMAGED`: it does not unpack, or not to what it was packed
 * from. `OTHER_FILE`: it is a web page, or packed in a way that is not read. `TOO_LARGE`: larger than anybody may ask a reader to read.
 */
export type IntakeCode = 'CUT_SHORT' | 'DAMAGED' | 'OTHER_FILE' | 'TOO_LARGE';

export class IntakeError extends Error {
  override readonly name = 'IntakeError';
  readonly code: IntakeCode;

  constructor(code: IntakeCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
