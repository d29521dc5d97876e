import type { Digest, Id } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';
import { Problem, ProblemError } from '../../http/problem.js';
import type { By } from '../custody/port.js';
import type { DutyInPolicy } from '../policies/port.js';
import { transformationProblems } from './problems.js';

/** Versions made from others before they are sealed, as a duty of a policy asks. */

export const FORMATS = ['json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** What a policy does not say and whoever transforms has to. */
export interface Details {
  /** JSONPaths (RFC 9535) of what is left out, and of what is replaced by a keyed digest. */
  readonly drop?: readonly string[] | undefined;
  readonly hash?: readonly string[] | undefined;
  /** For a computation over rows: the members whose equal values make a group, what is computed, and how many rows a group must have. */
  readonly groupBy?: readonly string[] | undefined;
  readonly of?: string | undefined;
  readonly minimum?: number | undefined;
}

export interface TransformAsk {
  readonly datasetId: Id<'dataset'>;
  /** The version that is transformed. */
  readonly versionId: Id<'version'>;
  readonly duty: DutyInPolicy;
  readonly format: Format;
  readonly details: Details;
}

export interface Transformed {
  /** Of the transaction that states how the version was made. */
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly versionId: Id<'version'>;
  readonly of: Id<'version'>;
  readonly number: number;
  readonly action: string;
  readonly parameters: Digest;
  readonly cid: string;
  readonly commitment: string;
  readonly bytes: bigint;
}

export type TransformErrorCode = keyof typeof transformationProblems;

/**
 * TRANSFORMATION_UNSUPPORTED: no transformation of ours carries out this action with these parameters. TRANSFORMATION_FAILED: the content is
 * not of the format, or the transformation would change nothing of it. TOO_LARGE_TO_TRANSFORM: the version does not fit into memory.
 * VERSION_MISMATCH: the version is not one of the dataset. Messages name columns and paths, never content.
 */
export class TransformError extends ProblemError {
  override readonly name = 'TransformError';
  readonly code: TransformErrorCode;
  constructor(code: TransformErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get problem(): Problem {
    return new Problem(transformationProblems[this.code], { cause: this, detail: this.message });
  }
}

export interface Transformations {
  /** Open an own version, transform it, seal the result as the next version, and state how it was made. Throws TransformError. */
  transform(by: By, ask: TransformAsk): Promise<Transformed>;
}

export const TRANSFORMATIONS = face<Transformations>('transformations');
