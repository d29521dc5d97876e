import type { Digest, FoldVerdict } from '@tallystick/chaincode/model';
import {
  EditionUnknown,
  foldBlock,
  plantBlock,
  StateOverlay,
  type FoldedBlock,
  type FoldSettings,
  type InForce,
  type LedgerEnvelopes,
  type LedgerName,
} from '@tallystick/verifier/fold';
import { setImmediate as turn } from 'node:timers/promises';
import type { LedgerBlock } from '../ledger/port.js';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared, type Statement } from '../database/sqlite/statement.js';
import { DefinitionRow } from './definition-row.js';
import { CommittedState } from './effective-state.js';
import { NO_PROJECTION_FAILPOINTS, type ProjectionFailpoints } from './failpoint.js';
import { RowWriter } from './row-writer.js';
import { inTransaction } from './schema.js';
import { Bodies } from './trees/bodies.js';
import { SqliteTrees } from './trees/sqlite-trees.js';

/** Number and header hash of a block. */
export interface Tip {
  readonly number: bigint;
  readonly hash: string;
}

/** The rules over a block, laid over a state. */
export type Fold = typeof foldBlock;

export interface BlockWriterOptions {
  readonly handle: SqliteHandle;
  readonly channel: string;
  /** Name of our chaincode in the channel. */
  readonly chaincode: string;
  /** Which definitions name which rules; the table of this software where none is given. */
  readonly editions?: FoldSettings['editions'];
  readonly fold?: Fold | undefined;
  readonly failpoints?: ProjectionFailpoints | undefined;
}

interface Pair {
  readonly block: LedgerBlock;
  readonly folded: FoldedBlock;
}

const EFFECTIVE: ReadonlySet<FoldVerdict> = new Set(['REPLAYED', 'CORRECTED']);

const digestOfHex = (hash: string): Digest => `sha256:${hash}`;

/** A block as it is folded. */
export const envelopesOf = ({ number, hash, transactions }: LedgerBlock): LedgerEnvelopes => ({
  number: Number(number),
  hash: digestOfHex(hash),
  envelopes: transactions.map(({ envelope }) => envelope),
  codes: Uint8Array.from(transactions, ({ validation }) => validation),
});

/** Folds blocks and writes what comes of it: rows, trees and the checkpoint, in one database transaction. */
export class BlockWriter {
  readonly #handle: SqliteHandle;
  readonly #options: BlockWriterOptions;
  readonly #fold: Fold;
  readonly #state: CommittedState;
  readonly #rows: RowWriter;
  readonly #trees: SqliteTrees;
  readonly #bodies: Bodies;
  readonly #checkpoint: Statement;
  readonly #definition: DefinitionRow;
  readonly #clock: Statement;
  #genesis: Digest | undefined;

  /** Over tables made by `ensureTables`. */
  constructor(options: BlockWriterOptions) {
    const { handle, chaincode, fold = foldBlock } = options;
    this.#handle = handle;
    this.#options = options;
    this.#fold = fold;
    this.#state = new CommittedState(handle);
    this.#rows = new RowWriter(handle, chaincode, (key) => this.#state.text(key));
    this.#trees = new SqliteTrees(handle);
    this.#bodies = new Bodies(handle);
    this.#definition = new DefinitionRow(handle);
    this.#genesis = this.#bodies.newest()?.genesis;
    this.#clock = prepared(
      handle,
      `INSERT INTO clock (time, block) SELECT ?1, ?2 WHERE ?1 > (SELECT coalesce(max(time), '') FROM clock)`,
    );
    this.#checkpoint = prepared(
      handle,
      `INSERT INTO checkpoint (id, block, hash) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET block = excluded.block, hash = excluded.hash`,
    );
  }

  /** Which definition is in force after the last block applied. */
  inForce(): InForce {
    return this.#state.inForce();
  }

  /** The last block applied; `undefined` before block 0. */
  tip(): Tip | undefined {
    const row = prepared<[block: number, hash: string]>(
      this.#handle,
      'SELECT block, hash FROM checkpoint',
    ).first();
    return row && { number: BigInt(row[0]), hash: row[1] };
  }

  /**
   * Applies consecutive blocks, all or none; none either when `signal` aborts before they are written. That they follow from the tip is
   * the caller's to check. After a failure the writer has to be made anew. Blocks before one that cannot be folded, because its rules are
   * not known, are applied: where the ledger stands, and under which definition, is then known.
   */
  async apply(blocks: readonly LedgerBlock[], signal?: AbortSignal): Promise<void> {
    const last = blocks.at(-1);
    if (last === undefined) return;
    const overlay = new StateOverlay(this.#state);
    const pairs: Pair[] = [];
    for (const [index, block] of blocks.entries()) {
      const folding = this.#fold(envelopesOf(block), overlay, this.#options);
      pairs.push({ block, folded: await folding.catch(this.#failed(blocks.slice(0, index), signal)) });
      // Requests are served in between.
      await turn();
      signal?.throwIfAborted();
    }
    const { failpoints = NO_PROJECTION_FAILPOINTS } = this.#options;
    await failpoints.reach('projection.folded');
    signal?.throwIfAborted();
    inTransaction(this.#handle, () => {
      for (const pair of pairs) this.#write(pair);
      this.#rows.write();
      this.#definition.write(overlay.inForce());
      this.#checkpoint.run(Number(last.number), last.hash);
    });
    this.#state.committed(overlay);
    await failpoints.reach('projection.written');
  }

  #failed(before: readonly LedgerBlock[], signal?: AbortSignal): (error: unknown) => Promise<never> {
    return async (error) => {
      if (error instanceof EditionUnknown) await this.apply(before, signal);
      throw error;
    };
  }

  #write({ block, folded }: Pair): void {
    const first = this.#trees.size;
    const body = plantBlock(folded, this.#trees, this.#ledgerOf(block));
    this.#trees.write();
    const times = folded.transactions.flatMap(({ call }) => call?.time ?? []);
    this.#bodies.add(body, times);
    // Endorsers look at the clock of what takes effect; anything else may be dated as far ahead as somebody likes.
    const effective = folded.transactions.filter(({ leaf: { verdict } }) => EFFECTIVE.has(verdict));
    this.#clock.run(
      effective.reduce((latest, { call: { time } = { time: '' } }) => (time > latest ? time : latest), ''),
      folded.number,
    );
    for (const [index, transaction] of folded.transactions.entries()) {
      const entry = block.transactions[index];
      if (entry === undefined) throw new Error('the fold has one transaction for each envelope');
      this.#rows.add({ position: first + index, entry, folded: transaction });
    }
  }

  #ledgerOf({ hash }: LedgerBlock): LedgerName {
    this.#genesis ??= digestOfHex(hash);
    return { channel: this.#options.channel, genesis: this.#genesis };
  }
}
