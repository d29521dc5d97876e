import { common } from '@hyperledger/fabric-protos';
import { dataHash, encodeBlock, headerHash } from '../wire/index.js';
import { signBlock } from './block-signature.js';
import type { ChannelConfig } from './channel-config.js';
import { commitHash } from './commit-hash.js';
import type { Signer } from './signer.js';
import type { Store, Tip } from './store.js';
import { validateBlock, type ValidatedBlock, type ValidatedTransaction } from './validator.js';

/** A block that is durable. */
export interface CommittedBlock {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly transactions: readonly ValidatedTransaction[];
}

/** The one chain of the channel: orders nothing itself, but turns batches into blocks, validates and commits them. */
export interface Chain {
  readonly height: number;
  /**
   * Makes the next block of `envelopes` and commits it. One call at a time: a block needs the state of the one before.
   * Rejects when the block cannot be written; the ledger is then as it was.
   */
  append(envelopes: readonly Uint8Array[]): Promise<void>;
  /** As `append`, for the one envelope of a block that is a configuration block; it counts from the next block on. */
  appendConfig(envelope: Uint8Array): Promise<void>;
  /** The bytes of a block, or nothing beyond the end. */
  block(number: number): Uint8Array | undefined;
  /** Calls back after each synced write, in order. Returns the way to stop. */
  onBlock(listener: (block: CommittedBlock) => void): () => void;
}

export interface ChainParts {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly store: Store;
  readonly orderer: Signer;
}

interface Assembled {
  readonly bytes: Uint8Array;
  readonly tip: Tip;
}

function encodeCommitHash(hash: Uint8Array): Uint8Array {
  const metadata = new common.Metadata();
  metadata.setValue(hash);
  return metadata.serializeBinary();
}

function assemble(
  before: Tip,
  envelopes: readonly Uint8Array[],
  validated: ValidatedBlock,
  lastConfig: number,
  orderer: Signer,
): Assembled {
  const header = {
    number: before.height,
    previousHash: Buffer.from(before.headerHash, 'hex'),
    dataHash: dataHash(envelopes),
  };
  const hash = commitHash(validated.flags, validated.updates, Buffer.from(before.commitHash, 'hex'));
  const metadata = {
    ...signBlock(header, lastConfig, orderer),
    flags: validated.flags,
    commitHash: encodeCommitHash(hash),
  };
  return {
    bytes: encodeBlock(header, envelopes, metadata),
    tip: {
      height: before.height + 1,
      headerHash: headerHash(header).toString('hex'),
      commitHash: hash.toString('hex'),
      lastConfig,
    },
  };
}

class StoredChain implements Chain {
  readonly #parts: ChainParts;
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  /** Every follower wants the newest block at once; it is kept so that they do not all read it from disk. */
  #newest: CommittedBlock | undefined;

  constructor(parts: ChainParts) {
    this.#parts = parts;
  }

  get #tip(): Tip {
    const { tip } = this.#parts.store;
    if (!tip) throw new Error('a chain starts with a genesis block');
    return tip;
  }

  get height(): number {
    return this.#tip.height;
  }

  append(envelopes: readonly Uint8Array[]): Promise<void> {
    return this.#commit(envelopes, this.#tip.lastConfig);
  }

  appendConfig(envelope: Uint8Array): Promise<void> {
    return this.#commit([envelope], this.#tip.height);
  }

  async #commit(envelopes: readonly Uint8Array[], lastConfig: number): Promise<void> {
    const { channel, config, store, orderer } = this.#parts;
    const before = this.#tip;
    const number = before.height;
    const validated = validateBlock(number, envelopes, { channelId: channel, config, ledger: store });
    const { bytes, tip } = assemble(before, envelopes, validated, lastConfig, orderer);
    const { transactions, updates } = validated;
    await store.append({ bytes, tip, transactions, updates });
    this.#newest = { number, bytes, transactions };
    for (const listener of this.#listeners) listener(this.#newest);
  }

  block(number: number): Uint8Array | undefined {
    return this.#newest?.number === number ? this.#newest.bytes : this.#parts.store.block(number);
  }

  onBlock(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The chain over a store that holds at least the genesis block. */
export function newChain(parts: ChainParts): Chain {
  return new StoredChain(parts);
}
