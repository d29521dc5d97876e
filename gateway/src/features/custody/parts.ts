import type { ClaimBody, ClaimTypedData, Instant } from '@tallystick/chaincode/model';
import type { Ledger } from '../../ledger/port.js';
import type { Payloads, RecipientKeys } from '../../payload/port.js';
import type { Definitions, Projection, Trees } from '../../projection/port.js';
import type { Log } from '../../workers/log.js';
import type { Memberships } from '../channel/port.js';
import type { Failpoints } from './failpoint.js';
import type { Patience } from '../../ledger/port-persistence.js';
import type { Signers } from './signers.js';
import type { CustodyStores } from './stores/port.js';

export interface CustodySettings {
  /**
   * Requests answered in one transaction at most. The evidence of one use holds the answers of all that were answered with it: each
   * adds about half a kilobyte to a compressed file.
   */
  readonly batch: number;
  /** Answer transactions under way at most; each for other grants. */
  readonly lanes: number;
  /** Submissions without effect after which an operator has to look. */
  readonly attempts: number;
  /**
   * Milliseconds for an answer to be endorsed, ordered and committed. An orderer that dies can lose what it has accepted, and
   * the grant waits meanwhile: afterwards the outcome is looked up, and the answer made anew when there is none.
   */
  readonly answerWithin: number;
  /** How often an unknown outcome is looked up before the answer is made anew. */
  readonly looks: number;
  /** Milliseconds before a step is tried again; doubled with each failure. */
  readonly pause: number;
  /** How often an opening looks for a header that was allowed. */
  readonly headerLooks: number;
  readonly acknowledgement: Patience;
}

export const DEFAULT_SETTINGS: CustodySettings = {
  batch: 20,
  lanes: 4,
  attempts: 20,
  answerWithin: 15_000,
  looks: 5,
  pause: 100,
  headerLooks: 7,
  acknowledgement: { attempts: 8, pause: 200 },
};

export type SignClaim = (data: ClaimTypedData) => Promise<NonNullable<ClaimBody['ownerSignature']>>;

/** What custody asks of the projection: the effective state, which rules are in force, what the fold made of an answer, and where Fabric holds something else. */
export type CustodyProjection = Projection &
  Definitions &
  Pick<Trees, 'verdictOf' | 'effectiveTexts' | 'divergingAmong'>;

/** What custody of one organisation works with; wired in main. */
export interface CustodyParts {
  readonly ledger: Ledger;
  readonly projection: CustodyProjection;
  /** Whose certificates are whose. */
  readonly memberships: Memberships;
  readonly state: CustodyStores;
  readonly payloads: Payloads;
  /** Enrolled identities of this organisation, by name. */
  readonly signers: Signers;
  /** The one whose key a certified component holds: it signs answers. */
  readonly component: string;
  /** One with the role of operator or officer: it signs `usage:Deliver`. */
  readonly operator: string;
  /** The organisation's own age identity (see `openAgeIdentity`). */
  readonly age: RecipientKeys;
  readonly failpoints: Failpoints;
  readonly log: Log;
  /**
   * Signs claims with the owner's own key (EIP-712), where there is one. It has to be here: what is signed names the
   * commitment, which nobody knows before the file is sealed.
   */
  readonly signClaim?: SignClaim;
  /** Our own clock. */
  readonly now: () => Instant;
  readonly settings: CustodySettings;
}

/** The parts, and who we are by the certificate of our component. */
export interface Custody extends CustodyParts {
  readonly mspId: string;
  readonly participant: string;
}
