import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { digest, instant, mspId, text } from '../schema.js';

/**
 * Declarations that one participant's own officers may make, and as many again that regulators may make of its keys: whoever holds a
 * stolen officer's key cannot use up the room of the others.
 */
export const MAX_OWN_COMPROMISES = 50;
/** Of all participants of one MSP together: every transaction of theirs reads them. */
export const MAX_COMPROMISES = 1000;

/** A key of one organisation that others may hold. Never taken back: it stays here, and its date only moves to an earlier one. */
export const compromise = z.strictObject({
  participant: id('participant'),
  /** SHA-256 of the SubjectPublicKeyInfo. The key and not a certificate: a stolen key may stand in several. */
  key: digest,
  /** From when on others may have signed with it (RFC 5280, section 5.3.2: the invalidity date). */
  from: instant,
  by: id('participant'),
  /** Whose certificate declared it, and with which key: a declaration made with a stolen key is worth nothing. */
  mspId,
  signedBy: digest,
  at: instant,
  reason: text(200),
});
export type Compromise = z.infer<typeof compromise>;

/**
 * One record for each MSP, so that a proof of a few records answers for all signers of an evidence file, and one who declares again and
 * again makes only transactions of its own organisation wait.
 */
export const compromisesType = recordType('compromises', 1, {
  mspId,
  keys: z.array(compromise).max(MAX_COMPROMISES),
});
export type Compromises = RecordOf<typeof compromisesType>;
