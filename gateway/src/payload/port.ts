/** Off-chain payloads: sealed by age v1 with a detached header, stored by content (CID). */

/** CID profile of IPIP-499; recorded on the ledger beside every CID. */
export const CID_PROFILE = 'unixfs-v1-2025';

export interface Stored {
  readonly cid: string;
  readonly bytes: bigint;
}

/** A store of IPFS blocks that verifies every block it reads; CIDs are equal across adapters. */
export interface ContentStore {
  /** Import a file. Nothing is findable under the CID before all its blocks are durable. */
  put(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored>;
  /** Stream a file, each block checked against its CID before a byte of it is yielded. */
  get(cid: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** One raw block (trustless gateway `?format=raw`), verified. */
  block(cid: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** True when the root and all its blocks are here. */
  has(cid: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Where to look for blocks that are not here: other members' raw-block endpoints. */
export interface BlockSource {
  block(cid: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A sealed payload: what the owner keeps (header) and what everyone may store (ciphertext by CID). */
export interface SealedPayload {
  /** age v1 header wrapping the file key to the owner's recipient; kept by the owner only. */
  readonly header: Uint8Array;
  readonly cid: string;
  readonly cipherBytes: bigint;
  readonly plainBytes: bigint;
  /** `sha256:<hex>` of salt || plaintext, salt = HKDF-SHA-256(file key, info "commitment"). */
  readonly commitment: string;
  /** `sha256:<hex>` binding the file key. */
  readonly keyCommitment: string;
  /** SHA-256 of the bare plaintext, hex; shown to the owner, never put on the ledger. */
  readonly plainDigest: string;
}

export interface Opened {
  readonly bytes: bigint;
  readonly commitment: string;
  readonly plainDigest: string;
}
