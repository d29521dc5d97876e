import type { Instant, Opening } from '@tallystick/chaincode/model';
import type { Faces } from '../feature/face.js';
import type { Ledger } from '../ledger/port.js';
import type { ContentStore } from '../payload/port.js';
import type { Lag, Projection, Trees } from '../projection/port.js';
import type { ApiKeys, Operations } from '../state/port.js';

/** One thing that must work before requests are sent here; resolves to what is wrong, or to `undefined`. */
export type ReadinessCheck = () => Promise<string | undefined>;

/** What the ledger sees of an enrolled identity: it follows from its certificate. */
export interface EnrolledFacts {
  readonly participant: string;
  /** `sha256:<hex>` over the public key, as component records name it. */
  readonly keyDigest: string;
  /** Organisation unit, where its certificate names one. */
  readonly unit?: string;
  readonly role: string | undefined;
}

/** Everything routes stand on: ports, and a few words about ourselves. */
export interface Ports {
  /** What features show. */
  readonly faces: Pick<Faces, 'of'>;
  readonly ledger: Ledger;
  readonly projection: Projection & Pick<Trees, 'leaves'>;
  readonly blocks: Pick<ContentStore, 'block'>;
  readonly apiKeys: ApiKeys;
  readonly operations: Operations;
  /** Keep the openings of sealed fields that we send, before we send them: nothing on the ledger holds them. */
  readonly keepOpenings: (openings: readonly Opening[]) => Promise<void>;
  readonly mspId: string;
  /** The enrolled identities by name: what an API key can be mapped to. */
  readonly identities: ReadonlyMap<string, EnrolledFacts>;
  /** Blocks that the projection is behind the peer; a failure means that the peer cannot be asked. */
  readonly lag: Lag;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  /** Whether blocks are served to everyone, or to keys with `blocks:read`. */
  readonly blockAccess: 'public' | 'keys';
  /** Our own clock: what is overdue is derived when it is read. */
  readonly now: () => Instant;
  /** Bytes that an upload may have. */
  readonly uploadLimit: number;
  /** Bytes that a JSON body may have. */
  readonly bodyLimit: number;
}
