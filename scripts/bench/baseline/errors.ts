export type BaselineErrorCode = 'NO_CHECKOUT' | 'NO_MODULES' | 'BUILD_FAILED' | 'RUN_FAILED';

/**
 * NO_CHECKOUT: the directory is no checkout of this project. NO_MODULES: it has no node_modules of its own. BUILD_FAILED, RUN_FAILED:
 * what was run there did not end as it should; the end of its output is in the message.
 */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  readonly code: BaselineErrorCode;

  constructor(code: BaselineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
