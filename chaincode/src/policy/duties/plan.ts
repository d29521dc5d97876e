import type { Id } from '../../model/index.js';
import type { DutyKind } from '../vocabulary/index.js';

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
