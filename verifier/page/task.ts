import type { Verdict } from '../src/verdict.js';

/** What the page hands to its worker. Files are handles: their contents are read by the worker alone. */
export interface Task {
  readonly evidence: File;
  readonly trust: File;
  readonly payload: File | undefined;
}

/** Why there is no verdict. The page says each in the reader's language. */
export type ProblemCode =
  | 'EVIDENCE_TOO_LARGE'
  | 'EVIDENCE_UNREADABLE'
  | 'TRUST_TOO_LARGE'
  | 'TRUST_UNUSABLE'
  | 'PAYLOAD_UNREADABLE'
  | 'NO_CRYPTOGRAPHY'
  | 'NO_WORKER'
  | 'MISTAKE';

export interface Problem {
  readonly code: ProblemCode;
  /** What exactly, as the part that refused put it; may quote the file, so it is shown as text only. */
  readonly detail: string;
}

export type Answer = { readonly verdict: Verdict } | { readonly problem: Problem };

/** Something about the files or the browser that makes a verdict impossible. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;

  constructor(code: ProblemCode, detail = '', options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
