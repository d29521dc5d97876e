export type EnrolledIdentityErrorCode = 'UNREADABLE' | 'KEY_MISMATCH' | 'KEY_UNSUPPORTED' | 'UNNAMED';

/** An MSP directory that cannot be used. Never carries key material, only where it was looked for. */
export class EnrolledIdentityError extends Error {
  readonly code: EnrolledIdentityErrorCode;
  constructor(code: EnrolledIdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EnrolledIdentityError';
    this.code = code;
  }
}
