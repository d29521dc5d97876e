import { startEmbeddedLedger } from '../../test/differential/embedded-ledger.js';
import type { RunningLedger } from '../../test/differential/ledger.js';
import type { Ordering } from '../../test/differential/recording.js';
import { FABRIC_VERSION, startFabricLedger } from './fabric.js';

interface LedgerChoice {
  /** A fresh ledger with the test chaincode. */
  readonly start: () => Promise<RunningLedger>;
  readonly version: string;
  /** Programs that share blocks: as many as can be submitted in a part of the batch interval. */
  readonly together: number;
  /** Whose recordings it is held against. */
  readonly orderings: readonly Ordering[];
}

export type LedgerKind = 'embedded' | 'fabric-bft' | 'fabric-raft';

export const LEDGERS: Readonly<Record<LedgerKind, LedgerChoice>> = {
  embedded: { start: startEmbeddedLedger, version: 'embedded', together: 200, orderings: ['bft', 'raft'] },
  'fabric-bft': {
    start: () => startFabricLedger('fabric-bft'),
    version: FABRIC_VERSION,
    together: 60,
    orderings: ['bft'],
  },
  'fabric-raft': {
    start: () => startFabricLedger('fabric-raft'),
    version: FABRIC_VERSION,
    together: 60,
    orderings: ['raft'],
  },
};
