import type { KeyObject } from 'node:crypto';
import type { MspId, Signatory } from './program.js';

/** A certificate with its key, and the MSP id that it is presented under. */
export interface SigningIdentity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
}

/** Where an organisation's own peer serves the Gateway. */
export interface PeerAccess {
  readonly address: string;
  /** PEM of the authorities that its TLS certificate must come from; absent without TLS. */
  readonly tlsRoots?: string;
  /** Name in the TLS certificate, where it is not the host of the address. */
  readonly serverName?: string;
}

/** A ledger that speaks Fabric's protocol, and everything that is needed to play programs on it. */
export interface LedgerAccess {
  readonly channel: string;
  readonly chaincode: string;
  readonly peers: Readonly<Record<MspId, PeerAccess>>;
  readonly identities: Readonly<Record<Signatory, SigningIdentity>>;
  /**
   * The first transaction after a pause gets a block of its own, and the clock of the next block starts with it.
   * False where the clock starts with the first transaction of the block.
   */
  readonly isCutWhenIdle: boolean;
  /** Given where orderers accept an envelope that already waits and order it once: how long to look for the second. */
  readonly dropsDuplicatesAfterMs?: number;
}

/** A ledger that was started for a run. */
export interface RunningLedger extends LedgerAccess {
  stop(): Promise<void>;
}
