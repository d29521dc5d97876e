import type { IntakeCode } from '../src/intake/index.js';
import type { Verdict } from '../src/verdict.js';

/** What the page hands to its worker. Files are handles: their contents are read by the worker alone. */
export type Task = Verification | Gathering;

export interface Verification {
  readonly evidence: File;
  readonly trust: File;
  readonly payload: File | undefined;
}

/** Statements of organisations, to be made a trust file of. */
export interface Gathering {
  readonly statements: readonly File[];
}

/** A trust file that was made of statements, and what the reader has to confirm before it is believed. */
export interface Gathered {
  readonly trust: string;
  readonly signers: readonly {
    readonly organisation: string;
    /** SHA-256 of the certificate that signed. */
    readonly signer: string;
    /** SHA-256 of the pages that the organisation vouches for. */
    readonly pages: readonly string[];
  }[];
}

/** Why there is no verdict. The page says each in the reader's language. */
export type ProblemCode =
  | Exclude<IntakeCode, 'TOO_LARGE'>
  | 'EVIDENCE_UNREADABLE'
  | 'EVIDENCE_BROTLI'
  | 'EVIDENCE_USES'
  | 'TRUST_TOO_LARGE'
  | 'TRUST_UNUSABLE'
  | 'STATEMENTS_UNUSABLE'
  | 'PAYLOAD_UNREADABLE'
  | 'NO_CRYPTOGRAPHY'
  | 'NO_WORKER'
  | 'MISTAKE';

export interface Problem {
  readonly code: ProblemCode;
  /** What exactly, as the part that refused put it; may quote the file, so it is shown as text only. */
  readonly detail: string;
}

export type Answer =
  | { readonly verdict: Verdict }
  | { readonly gathered: Gathered }
  | { readonly problem: Problem };

/** Something about the files or the browser that makes a verdict impossible. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;

  constructor(code: ProblemCode, detail = '', options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}
