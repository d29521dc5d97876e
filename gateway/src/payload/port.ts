/** Off-chain payloads: sealed by age v1 with a detached header, stored by content (CID). */

/** CID profile of IPIP-499; recorded on the ledger beside every CID. */
export const CID_PROFILE = 'unixfs-v1-2025';

/** Suite of the sealed payload; recorded on the ledger beside its CID. */
export const PAYLOAD_SUITE = 'age-v1';

/**
 * Why a payload could not be sealed, stored or opened, and what the caller does about it:
 *
 * - CID_INVALID: not a canonical CIDv1 of sha2-256, raw or dag-pb. Change the request.
 * - RECIPIENT_INVALID, IDENTITY_INVALID: not an X25519 recipient (`age1...`) or identity of age. Change the request.
 * - SOURCE_TRUNCATED: the plaintext ended in an error; nothing was stored. Send it again.
 * - STORE_FULL: no space; nothing was stored. Make room, then retry.
 * - STORE_FAILED: the content store failed, or did not answer in time; an import registered nothing. Retry later.
 * - STORE_CLOSED: the gateway is stopping. Retry later.
 * - BLOCK_MISSING: a block is neither here nor with the members asked. Retry later, or ask the provider.
 * - BLOCK_CORRUPT: a stored block is not the bytes its CID names. Restore it (importing the file again heals it).
 * - NOT_A_FILE: the CID names blocks that form no file of the CID profile. Give up; the provider published it wrong.
 * - HEADER_INVALID: not an age v1 header. Give up on this header.
 * - HEADER_TAMPERED: a well-formed header whose MAC does not fit its file key. Give up on this header.
 * - NOT_A_RECIPIENT: the header wraps the key for somebody else. Give up; for a one-time key this is a ground to contest.
 * - KEY_MISMATCH: the header opens, to another file key than the version committed to. A ground to contest.
 * - SEAL_BROKEN: the sealed payload was truncated, extended, reordered, altered, or is not sealed by this key.
 * - COMMITMENT_MISMATCH: everything opened, and it is not what the ledger committed to. Destroy what was received; contest.
 */
export type PayloadErrorCode =
  | 'CID_INVALID'
  | 'RECIPIENT_INVALID'
  | 'IDENTITY_INVALID'
  | 'SOURCE_TRUNCATED'
  | 'STORE_FULL'
  | 'STORE_FAILED'
  | 'STORE_CLOSED'
  | 'BLOCK_MISSING'
  | 'BLOCK_CORRUPT'
  | 'NOT_A_FILE'
  | 'HEADER_INVALID'
  | 'HEADER_TAMPERED'
  | 'NOT_A_RECIPIENT'
  | 'KEY_MISMATCH'
  | 'SEAL_BROKEN'
  | 'COMMITMENT_MISMATCH';

/** Its message and cause never hold a file key, an identity, or plaintext. */
export class PayloadError extends Error {
  readonly code: PayloadErrorCode;
  constructor(code: PayloadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PayloadError';
    this.code = code;
  }
}

export interface Stored {
  readonly cid: string;
  readonly bytes: bigint;
}

/** A store of IPFS blocks that verifies every block it reads; CIDs are equal across adapters. */
export interface ContentStore {
  /** Import a file. Nothing is findable under the CID before all its blocks are durable. */
  put(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored>;
  /** Stream a file, each block checked against its CID before a byte of it is yielded. Asks other members for blocks that are not here. */
  get(cid: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * One raw block that is here (trustless gateway `?format=raw`), verified. Never asks other members: this is what the
   * raw-block endpoint serves, and two gateways must not ask each other in circles.
   */
  block(cid: string, signal?: AbortSignal): Promise<Uint8Array>;
  /** True when the root and all its blocks are here. */
  has(cid: string): Promise<boolean>;
  /**
   * Forget every block of a file that is here. Absent where the store makes room by itself: Kubo forgets what was fetched from others
   * at its next garbage collection.
   */
  discard?(cid: string): Promise<void>;
  /** Refuses new work, then waits for what is under way. */
  close(): Promise<void>;
}

/** Where to look for blocks that are not here: other members' raw-block endpoints. Need not be trusted. */
export interface BlockSource {
  block(cid: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** What a sweep of a store did. */
export interface Swept {
  /** Files looked at: imported before the time given, and not found to be needed by an earlier sweep. */
  readonly seen: number;
  readonly released: readonly string[];
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
  /** `sha256:<hex>` binding the file key: SHA-256("tallystick/key-commitment/v1" || file key). */
  readonly keyCommitment: string;
  /** SHA-256 of the bare plaintext, hex; shown to the owner, never put on the ledger. */
  readonly plainDigest: string;
}

/** A sealed payload to be opened, and what the ledger says it must turn out to be. */
export interface OpenRequest {
  /** Header wrapped to this identity's recipient. */
  readonly header: Uint8Array;
  /** `AGE-SECRET-KEY-1...` */
  readonly identity: string;
  readonly cid: string;
  /** Committed length of the plaintext. */
  readonly bytes: bigint;
  readonly commitment: string;
  /** When given, a header that wraps another key is refused before anything is fetched. */
  readonly keyCommitment?: string;
}

export interface Opened {
  readonly bytes: bigint;
  readonly commitment: string;
  readonly plainDigest: string;
}

/** An age X25519 key pair. The identity is a secret. */
export interface RecipientKeys {
  /** `AGE-SECRET-KEY-1...` */
  readonly identity: string;
  /** `age1...` */
  readonly recipient: string;
}

/** Everything the rest of a gateway does with payloads; one value, bound to one content store. */
export interface Payloads {
  /** A fresh key pair, for an owner or for one use. */
  newRecipient(): RecipientKeys;
  /** Encrypt and store a file as it streams. Errors: RECIPIENT_INVALID, SOURCE_TRUNCATED, STORE_FULL. */
  seal(source: AsyncIterable<Uint8Array>, recipient: string, signal?: AbortSignal): Promise<SealedPayload>;
  /**
   * Stream a plaintext, of which only verified bytes are yielded. It throws COMMITMENT_MISMATCH after the last byte when
   * the whole is not what was committed to: whoever passes the bytes on must then destroy the response.
   */
  open(request: OpenRequest, signal?: AbortSignal): AsyncGenerator<Uint8Array, Opened, undefined>;
  /** The same file key, wrapped for somebody else. Touches no payload. */
  rewrap(header: Uint8Array, identity: string, recipient: string): Uint8Array;
  /** What only who can open all of these headers can say about a context: `sha256:<hex>`. */
  possession(headers: readonly Uint8Array[], identity: string, context: string): string;
  /** Make a file our own: every block of it is durable here. Errors: STORE_FULL, BLOCK_MISSING. */
  keep(cid: string, signal?: AbortSignal): Promise<void>;
  /** CID under which a header will be found, before it is published. */
  headerCid(header: Uint8Array): string;
  /** Put a header into the content store. */
  publishHeader(header: Uint8Array, signal?: AbortSignal): Promise<Stored>;
  /** Forget our copy of a file, where the store can. */
  discard(cid: string): Promise<void>;
  /** Find a published header, or something else of at most `maxBytes`, here or with other members. */
  fetchHeader(cid: string, signal?: AbortSignal, maxBytes?: number): Promise<Uint8Array>;
}
