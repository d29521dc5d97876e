import { instantOf, type Instant } from '@tallystick/chaincode/model';
import type { newCustody } from '../features/custody/custody.js';
import type { EnrolledIdentity } from '../identities/index.js';
import type { PeerAddress } from '../ledger/connection.js';
import type { Ledger } from '../ledger/port.js';
import type { Content } from '../payload/index.js';
import type { RecipientKeys } from '../payload/port.js';
import type { FollowedProjection } from '../projection/port.js';
import type { StateStore } from '../state/port.js';

export type Identities = ReadonlyMap<string, EnrolledIdentity>;
type Closer = () => Promise<void> | void;

/** What has been started, to be stopped in reverse. */
export class Started {
  readonly #closers: Closer[] = [];

  add(closer: Closer): void {
    this.#closers.push(closer);
  }

  async stop(): Promise<void> {
    for (let closer = this.#closers.pop(); closer; closer = this.#closers.pop()) await closer();
  }
}

export interface Kept {
  readonly state: StateStore;
  readonly content: Content;
  /** The organisation's age identity. */
  readonly age: RecipientKeys;
}

export interface Followed {
  readonly peers: readonly PeerAddress[];
  readonly ledger: Ledger;
  readonly projection: FollowedProjection;
}

export type Custody = ReturnType<typeof newCustody>;

export const now = (): Instant => instantOf(Date.now());
