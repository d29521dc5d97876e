import { face } from '../../feature/face.js';
import type { ConfigChain } from './config-chain.js';

/** What the channel's configuration says, as our own peer shows it. */

export type { ConfigChain, Configuration, RawHeader } from './config-chain.js';

/** Authorities of organisations as one configuration block has them. */
export interface Membership {
  /** Of the configuration block. */
  readonly number: bigint;
  /** DER certificates of the root and intermediate authorities of an organisation; empty where it is no member. */
  authorities(mspId: string): readonly Uint8Array[];
}

/** Every configuration up to a block, oldest first, as our own peer shows them. Throws LedgerError, ChainBroken. */
export type Memberships = (upTo: bigint) => Promise<readonly Membership[]>;

export interface Channel {
  /** Its configuration blocks, each kept once seen. */
  readonly configuration: ConfigChain;
  /** Whose certificates are whose. */
  readonly memberships: Memberships;
}

export const CHANNEL = face<Channel>('the channel');
