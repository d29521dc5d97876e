import { concatBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@tallystick/chaincode/model';
import { rejectUnless } from '../rejection.js';
import { BlockUpdates, newKnownValues, type KnownValues } from './block-updates.js';
import { varint } from './framing.js';
import type { NamespaceSet } from './rwset.js';

/** Where a pass over a ledger stands. */
export interface CommitPoint {
  /** The block the hash is of. */
  readonly block: bigint;
  readonly hash: Uint8Array;
}

/** Peers have no commit hash for block 0, and an empty one goes into that of block 1. */
const BEGINNING: CommitPoint = { block: 0n, hash: new Uint8Array() };

/**
 * The chain of hashes that peers keep over all validation flags and all writes (fabric:core/ledger/kvledger/kv_ledger.go,
 * addBlockCommitHash). Two peers with one commit hash agree on every flag and value up to there.
 */
export class CommitHashes {
  readonly #known: KnownValues;
  #point: CommitPoint;

  /** `known` holds the values at `point`. */
  constructor(known: KnownValues = newKnownValues(), point: CommitPoint = BEGINNING) {
    this.#known = known;
    this.#point = point;
  }

  get point(): CommitPoint {
    return this.#point;
  }

  /**
   * The commit hash of the next block. `transactions` by place: `undefined` for those that write nothing, as configurations do; what
   * invalid ones wanted to write is not looked at. @throws Rejection SEQUENCE_BROKEN, FLAGS_DIFFER (not one flag a transaction)
   */
  append(
    block: bigint,
    flags: Uint8Array,
    transactions: readonly ({ readonly namespaces: readonly NamespaceSet[] } | undefined)[],
  ): Uint8Array {
    rejectUnless(block === this.#point.block + 1n, 'SEQUENCE_BROKEN', { block: `${block}` });
    rejectUnless(flags.length === transactions.length, 'FLAGS_DIFFER', { block: `${block}` });
    const updates = new BlockUpdates(this.#known);
    for (const [index, transaction] of transactions.entries()) {
      if (flags[index] !== 0) continue;
      for (const set of transaction?.namespaces ?? []) updates.add(set, { block, index });
    }
    const count = Uint8Array.from(varint(flags.length));
    const hash = sha256(concatBytes(count, flags, updates.bytes(), this.#point.hash));
    updates.keep();
    this.#point = { block, hash };
    return hash;
  }
}
