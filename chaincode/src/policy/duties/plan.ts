import type { Id } from '../../model/index.js';

/**
 * How the ledger sees to a duty.
 * RECEIPT: the receipt of the use is its performance (`idsc:LOG`, `idsc:TRACK_PROVENANCE`, `idsc:INCREMENT_COUNTER`).
 * TRANSFORMATION: the version used must have been made that way (`anonymize`, `idsc:REPLACE`, `idsc:MPC`, ...).
 * CONSENT: enough of the parties named must have consented (`obtainConsent`).
 * BEFORE: an obligation that must be FULFILLED before a use is allowed (`compensate`, and whatever says `event lt policyUsage`).
 * AFTER: an obligation that an allowed use, or the acceptance of the grant, creates with a deadline (`delete`, `inform`, ...).
 * ONWARD: binds sub-grants (`nextPolicy`).
 */
export type DutyKind = 'RECEIPT' | 'TRANSFORMATION' | 'CONSENT' | 'BEFORE' | 'AFTER' | 'ONWARD';

/** How far the ledger can answer for it: it withholds the key; a certified component has stated it; a breach is found afterwards. */
export type Enforcement = 'TECHNICAL' | 'ATTESTED' | 'DETECTIVE';

export interface PlannedDuty {
  /** `/permission/0/duty/1`, `/obligation/0`, `/obligation/0/consequence/0`, `/prohibition/0/remedy/0`. */
  readonly pointer: string;
  readonly action: string;
  readonly kind: DutyKind;
  readonly enforcement: Enforcement;
  /** Whose component states that it was done: the consumer, the provider, or the participant that the duty names. */
  readonly attester: 'CONSUMER' | 'PROVIDER' | Id<'participant'>;
  /** When it is due: an instant, or an xsd:duration after the use (or after acceptance, or the breach it follows from). */
  readonly due?: { readonly at: string } | { readonly after: string };
  /** xsd:duration of the period in which it has to be done anew, counted from the activation of the grant. */
  readonly every?: string;
  /** Who may consent, and how many of them must. */
  readonly consent?: { readonly parties: readonly string[]; readonly needed: number };
  /** SHA-256 of the canonical JSON of the action's refinements. */
  readonly parameters?: string;
  /** JSON pointers of the consequences. */
  readonly consequences: readonly string[];
}
