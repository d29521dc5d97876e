import type {
  CheckpointBody,
  Digest,
  FoldVerdict,
  Leaf,
  ListHead,
  ListRange,
  MapKey,
  MapProof,
  WriteDigest,
} from '@tallystick/chaincode/model';
import type { Page } from './page.js';

/** A transaction in the log. */
export interface LoggedLeaf {
  readonly position: number;
  readonly leaf: Leaf;
}

/** A record key under which Fabric holds something else than the rules gave. */
export interface StandingKey {
  readonly key: string;
  /** Digest of what stands on Fabric; `null`: nothing does. */
  readonly standing: Digest | null;
  /** What should stand: the effective text; `null`: nothing should. */
  readonly text: string | null;
}

/** A transaction that is not what the rules make of it: what the alarm and `GET /divergences` say. */
export interface Divergence {
  readonly txId: string;
  readonly blockNumber: bigint;
  readonly txIndex: number;
  readonly position: number;
  readonly verdict: 'CORRECTED' | 'VOID';
  /** Record keys that its endorsers wrote. */
  readonly keys: readonly string[];
  /** What the rules say: a refusal's code, or how their outcome differs. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  /** As the submitter claims; empty where it cannot be read. */
  readonly time: string;
}

/** What the fold made of a transaction. */
export interface Folded {
  readonly position: number;
  readonly verdict: FoldVerdict;
  readonly flags: Leaf['flags'];
  /** Oddities that change nothing. */
  readonly lint: readonly string[];
  /** Keys that its endorsers wrote while the rules gave something else. */
  readonly noted: readonly string[];
}

/**
 * The log, the map and the lists that every gateway keeps, with proofs out of them. Whatever names a height or a size is answered for that
 * one exactly, however far the follower has gone on meanwhile. Rejects with ProjectionError OUT_OF_RANGE for what is not there yet.
 */
export interface Trees {
  leafAt(position: number): Promise<Leaf | undefined>;
  /** Leaves from a position on, in their order; at most `limit`, and at most 1,000. */
  leaves(from: number, limit: number): Promise<readonly LoggedLeaf[]>;
  /** Of an id that stands in the chain more than once, the first. */
  positionOf(txId: string): Promise<LoggedLeaf | undefined>;
  /** Path of a leaf in the log of the first `size` leaves, nearest sibling first. */
  inclusion(position: number, size: number): Promise<readonly string[]>;
  /** The map of a height under these keys. Rejects with HEIGHT_NOT_KEPT for one more than 1,000 below the newest. */
  mapProof(height: number, keys: readonly MapKey[]): Promise<MapProof>;
  /** The body of a height; `undefined` where it is not kept, or not reached. */
  body(height: number): Promise<CheckpointBody | undefined>;
  /** Body of the newest height; `undefined` before block 0. */
  newestBody(): Promise<CheckpointBody | undefined>;
  /**
   * Keeps a body for good, because something outside names it: a file, a time token, a proof of a lie. May be repeated. Rejects with
   * HEIGHT_NOT_KEPT when it is gone.
   */
  keepBody(height: number): Promise<void>;
  /** The envelope as it stands in the block. */
  envelope(blockNumber: number, txIndex: number): Promise<Uint8Array | undefined>;
  /** Effective writes of a transaction, in the order of their keys. */
  effectiveWrites(position: number): Promise<readonly WriteDigest[]>;
  /** The same with their texts. */
  effectiveTexts(position: number): Promise<readonly (readonly [key: string, text: string])[]>;
  /** Members of a list (`listKey`) from one count to another. */
  listRange(list: string, from: number, to: number): Promise<ListRange>;
  /** `undefined` of a list without members at that height. */
  listHeadAt(list: string, height: number): Promise<ListHead | undefined>;
  /** Every key that diverges now. */
  standing(): Promise<readonly StandingKey[]>;
  /** Which of these record keys diverge now. */
  divergingAmong(keys: readonly string[]): Promise<readonly string[]>;
  /** CORRECTED and VOID transactions, oldest first. */
  divergences(page: { readonly limit: number; readonly after?: string }): Promise<Page<Divergence>>;
  /** How many there are. */
  divergenceCount(): Promise<number>;
  /** Of an id that stands in the chain more than once, the first. */
  verdictOf(txId: string): Promise<Folded | undefined>;
}
