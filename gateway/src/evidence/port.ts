import type { EvidenceSubject } from '@tallystick/chaincode/model';

export { EvidenceError, type EvidenceErrorCode } from './errors.js';

export interface EvidenceOptions {
  readonly isFull: boolean;
  /** With the openings of sealed fields that this organisation has, and the salt of its plaintext. */
  readonly isOpened: boolean;
}

/** What routes ask of the collector. */
export interface Evidence {
  /**
   * The evidence file of a subject, canonical JSON. What is not kept yet is collected now.
   * Throws EvidenceError NOT_FOUND, or PENDING when that takes too long or not enough organisations answer.
   */
  file(subject: EvidenceSubject, options: EvidenceOptions): Promise<string>;
  /** Receipts whose proof is still to be collected, those included whose time has not come. */
  backlog(): Promise<number>;
  /** The organisation's fingerprint statement, as text. Throws EvidenceError, LedgerError. */
  statement(): Promise<string>;
}
