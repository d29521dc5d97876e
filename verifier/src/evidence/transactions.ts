import type { Claim, Digest, Grant, Leaf, Usage, Valuation } from '@tallystick/chaincode/model';
import type { Caller } from '@tallystick/chaincode/rules';
import type { SerializedIdentity } from '../fabric/proposal.js';

/** A signed call that took effect, at its place in the log. */
export interface EvidencedTransaction {
  readonly leaf: Leaf;
  readonly position: number;
  readonly txId: string;
  /** Name of the function that was called. */
  readonly name: string;
  /** Canonical JSON: a request or a list of them. */
  readonly argument: string;
  readonly submitter: SerializedIdentity;
  readonly caller: Caller;
  /** By the submitter's clock. */
  readonly time: string;
  /** Effective writes that are shown: texts by ledger key. */
  readonly writes: ReadonlyMap<string, string>;
}

/** What evidence is about. */
export type SubjectRecord = Usage | Claim | Grant | Valuation;

/** What stands newest under the key of the subject, at the height of the checkpoint. */
export interface NewestRecord {
  readonly key: string;
  readonly text: string;
  /** The text, read. */
  readonly record: SubjectRecord;
  /** Place in the log of the transaction that wrote it. */
  readonly leaf: number;
  /** Digest of what stands on Fabric instead, where a forgery has not been undone yet. */
  readonly standing?: Digest | null | undefined;
  /** Place in the log of the last CORRECTED or VOID transaction whose endorsers wrote the key. */
  readonly note?: number | undefined;
}

/** What the verified part of a file, or the court's own fold, says of the ledger up to one height. */
export interface World {
  readonly height: number;
  /** In the order of the log. */
  readonly transactions: readonly EvidencedTransaction[];
  readonly newest: NewestRecord;
  /** A text with that digest under a key, as it stood at some time; `undefined`: not at hand. */
  textOf(key: string, digest: Digest): string | undefined;
  /** What stands under a key at the height, where that is shown. */
  current(key: string): string | undefined;
}
