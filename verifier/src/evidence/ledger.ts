import type { Checklist } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import type { Subtle } from '../crypto/subtle.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import type { Patience } from '../time/index.js';
import type { Trust } from '../trust/trust.js';
import type { AsOf } from '../verdict.js';
import type { Declared } from './compromises.js';
import type { Evidence } from './reading.js';
import type { Clocks } from './time.js';
import type { EvidencedTransaction, World } from './transactions.js';

/** A file of the right form, and what it is judged by. */
export interface VerificationInput {
  readonly evidence: Evidence;
  readonly trust: Trust;
  readonly payload: AsyncIterable<Uint8Array> | undefined;
  readonly subtle: Subtle;
  readonly signatures: Signatures;
  readonly patience: Patience;
  readonly list: Checklist;
}

/** What a file shows of its ledger, by whichever profile. */
export interface ShownLedger {
  /** Every configuration up to the height. */
  readonly chain: ConfigChain;
  /** Absent where the height could not be shown. */
  readonly asOf: AsOf | undefined;
  readonly clocks: Clocks;
  /** Keys that others may hold, as of the height. */
  readonly declared: Declared;
  /** In the order of the log. */
  readonly transactions: readonly EvidencedTransaction[];
  /** Absent where the newest state of the subject could not be shown. */
  readonly world: World | undefined;
  /** Record texts for the reader, the newest last. */
  readonly texts: readonly (readonly [key: string, text: string])[];
  /** Whether a transaction about something else is refused: whoever chose what is in the file could have left it out. */
  readonly isChosen: boolean;
}
