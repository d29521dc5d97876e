import type { CID } from 'multiformats/cid';

/** Where the blocks of this organisation are: what a content store stands on. */
export interface Blocks {
  /** A verified block, or `undefined` when it is not here. Asks nobody else. @throws PayloadError BLOCK_CORRUPT */
  read(cid: CID, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  has(cid: CID): Promise<boolean>;
  /** Keep a copy of somebody else's block. Whole if it is there, but a power cut may lose it. */
  keep(cid: CID, bytes: Uint8Array): Promise<void>;
  /** Forget a block, for ever; absent where something else decides what is forgotten. Of one that is not here: nothing. */
  remove?(cid: CID): Promise<void>;
  /** Start an import. */
  begin(): Promise<Import>;
}

/** Blocks that become findable together, the root last, or not at all. */
export interface Import {
  /** Resolves when the block may be forgotten by the caller and the next be brought; not when it is written. */
  put(cid: CID, bytes: Uint8Array): Promise<void>;
  /** Everything on disk, then findable. @throws PayloadError STORE_FULL */
  commit(root: CID, signal?: AbortSignal): Promise<void>;
  discard(): Promise<void>;
}
