import type { Digest, Instant, Leaf } from '@tallystick/chaincode/model';
import type { EditionTable } from '@tallystick/chaincode/rules';
import type { InForce } from './edition.js';

/** What is folded by, and equal for everybody. */
export interface FoldSettings {
  /** Name of our chaincode in the channel. */
  readonly chaincode: string;
  /** Which definitions name which rules; the table of this software where none is given. */
  readonly editions?: EditionTable | undefined;
}

/** A block as the ledger has it: envelopes in order, and Fabric's code of each. */
export interface LedgerEnvelopes {
  readonly number: number;
  /** SHA-256 of the DER header. */
  readonly hash: Digest;
  /** Serialized common.Envelope. */
  readonly envelopes: readonly Uint8Array[];
  /** peer.TxValidationCode, one byte for each envelope. */
  readonly codes: Uint8Array;
}

/** A signed call to our chaincode, as Fabric reads it. */
export interface FoldedCall {
  readonly transaction: string;
  /** The first argument; empty where the call has none. */
  readonly argument: string;
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly time: Instant;
  /** What the endorsers say that the chaincode returned. */
  readonly response: string;
  /** What the rules return; absent where they refuse. */
  readonly result?: string;
  readonly chaincode: string;
}

/** Why a transaction is CORRECTED or VOID. */
export interface Difference {
  /** A word out of `DIFFERENCES`. */
  readonly reason: DifferenceReason;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * CORRECTED: WRITES_DIFFER, RESPONSE_DIFFERS, STATUS_DIFFERS, EVENT_DIFFERS. VOID: RULES_REFUSE, CALL_UNREADABLE, NAMESPACE_TOUCHED,
 * RESTORATION_UNFOUNDED. The earlier of two that hold, in this order, is told.
 */
export const DIFFERENCES = [
  'CALL_UNREADABLE',
  'NAMESPACE_TOUCHED',
  'RULES_REFUSE',
  'RESTORATION_UNFOUNDED',
  'WRITES_DIFFER',
  'RESPONSE_DIFFERS',
  'STATUS_DIFFERS',
  'EVENT_DIFFERS',
] as const;
export type DifferenceReason = (typeof DIFFERENCES)[number];

/** A usage that is new in a list. */
export interface Listed {
  /** `listKey` of model/trees. */
  readonly list: string;
  readonly usage: string;
}

/** What a transaction comes to, over the effective state that the one before left. */
export interface FoldedTransaction {
  readonly leaf: Leaf;
  /** Absent for a configuration and for what cannot be read. */
  readonly call?: FoldedCall;
  /** Effective texts by ledger key. */
  readonly writes: ReadonlyMap<string, string>;
  /** Canonical JSON of the events that the rules emit with them; absent where nothing takes effect. */
  readonly events?: string;
  /** Changes of what stands on Fabric where that is not the effective text: `null` for nothing, `undefined` where both agree again. */
  readonly standing: ReadonlyMap<string, Digest | null | undefined>;
  /** Keys that the endorsers of a CORRECTED or VOID transaction wrote. */
  readonly noted: readonly string[];
  readonly listed: readonly Listed[];
  /** Name of the edition that decided; absent where no rules were asked. */
  readonly rules?: string;
  /** The definition for the transaction that follows. */
  readonly inForce: InForce;
  /**
   * Oddities that change nothing: UNKNOWN_FIELD, REPEATED_FIELD, IDLE_BYTES, ACTION_HEADER (the action's header spells the same creator
   * otherwise), OTHER_NAME (the call names another chaincode than its header), OTHER_KIND and the kind (endorsers wrote a record of a kind
   * that the transaction is not about). Sorted.
   */
  readonly lint: readonly string[];
  /** Of CORRECTED and VOID. */
  readonly difference?: Difference;
}

export interface FoldedBlock {
  readonly number: number;
  readonly hash: Digest;
  readonly transactions: readonly FoldedTransaction[];
  /** Digest of the editions that have decided up to its end (`editionsDigest`). */
  readonly editions: Digest;
}
