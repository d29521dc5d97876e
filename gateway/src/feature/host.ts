import type { Instant } from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/gateway.js';
import type { EnrolledIdentity } from '../identities/index.js';
import type { EvidenceSource } from '../ledger/evidence-source.js';
import type { Ledger } from '../ledger/port.js';
import type { Content } from '../payload/index.js';
import type { FollowedProjection, Lag } from '../projection/port.js';
import type { EnrolledFacts } from '../routes/ports.js';
import type { Openings } from '../state/port.js';
import type { Faces } from './face.js';

/** Custody re-runs the rules and policies explains them; all that other features hear of them is this. */
export interface Rules {
  /** The newest that this software knows. */
  readonly newest: string;
  readonly known: readonly string[];
  /** What the ledger sees of whoever signs with a certificate. */
  readonly factsOf: (creator: Pick<EnrolledIdentity, 'mspId' | 'certificate'>) => EnrolledFacts;
}

/** What a gateway gives to its features. */
export interface Host {
  readonly config: GatewayConfig;
  readonly ledger: Ledger;
  readonly projection: FollowedProjection;
  readonly content: Content;
  readonly openings: Openings;
  /** Enrolled identities of this organisation, by name. */
  readonly identities: ReadonlyMap<string, EnrolledIdentity>;
  /** The one that reads the ledger, and signs what needs no officer. */
  readonly operator: EnrolledIdentity;
  /** The one whose key a certified component holds. */
  readonly component: EnrolledIdentity;
  /** Who we are on the ledger, by the certificate of our component. */
  readonly participant: string;
  /** What the rules of the ledger make of certificates, and which rules there are. */
  readonly rules: Rules;
  /** What the features before this one show, and where this one shows itself. */
  readonly faces: Faces;
  /** Newest block of the own peer; asked for at most once a second. */
  readonly peerHeight: () => Promise<bigint>;
  /** Blocks that the projection is behind it. */
  readonly lag: Lag;
  readonly log: Logger;
  readonly now: () => Instant;
  /** Tells of the steps at which the process may have to die (`TALLYSTICK_FAILPOINT`). */
  readonly failpoints: <Name extends string>(names: readonly Name[]) => { reach(name: Name): void };
  /** The own peer’s blocks as they are, read by the operator; closed when the gateway stops. */
  readonly openBlocks: () => EvidenceSource;
}
