import type { EvidenceSubject, Instant, UsesList } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';

export { EvidenceError } from './errors.js';

export interface EvidenceOptions {
  readonly isFull: boolean;
  /** With the openings of sealed fields that this organisation has, and the salt of its plaintext. */
  readonly isOpened: boolean;
  /** Aborted when nobody waits for the file any more. */
  readonly signal?: AbortSignal;
}

/** Whose uses, and of when. */
export interface UsesQuestion {
  readonly list: UsesList;
  /** Uses requested in blocks whose transactions are all earlier are left out. */
  readonly from?: Instant;
  /** Uses requested in the first block with a transaction that is later, and in all after it, are left out. */
  readonly to?: Instant;
}

/** Uses of a list, as they stand at a height. */
export interface UsesRows {
  /** Heights between which the uses were requested; `from` is the last one before them, -1 where there is none. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  /** Where the next page begins. */
  readonly next?: number;
}

/** What routes ask for evidence. */
export interface Evidence {
  /**
   * The evidence file of a subject, canonical JSON, made now.
   * Throws EvidenceError NOT_FOUND, TOO_LARGE, or PENDING when too few witnesses have signed a checkpoint over its newest state yet.
   */
  file(subject: EvidenceSubject, options: EvidenceOptions): Promise<string>;
  /** The completeness file of a list, canonical JSON. Throws EvidenceError PENDING, TOO_LARGE. */
  provenUses(question: UsesQuestion, signal?: AbortSignal): Promise<string>;
  /** The same uses as plain rows, from one of them on. Throws EvidenceError TOO_LARGE. */
  uses(question: UsesQuestion, page: { readonly skip: number; readonly limit: number }): Promise<UsesRows>;
  /** The organisation's fingerprint statement, as text. Throws EvidenceError, LedgerError. */
  statement(): Promise<string>;
}

export const EVIDENCE = face<Evidence>('evidence');
