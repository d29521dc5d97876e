import {
  digestOfHash,
  hashOfDigest,
  leafHash,
  TreeError,
  type Hash,
  type Leaf,
} from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';

type Row = readonly [
  position: number,
  block: number,
  index: number,
  txId: string,
  envelope: Buffer,
  validation: number,
  verdict: Leaf['verdict'],
  flags: string,
  writes: Buffer,
];

const COLUMNS = 'position, block, idx, tx_id, envelope, validation, verdict, flags, writes';

/** The members of a leaf that have columns of their own beside those of the transaction. */
export const leafColumns = ({ envelope, code, verdict, flags, writes }: Leaf) =>
  [hashOfDigest(envelope), code, verdict, flags.join(), hashOfDigest(writes)] as const;

const toLogged = ([position, block, index, txId, envelope, code, verdict, flags, writes]: Row): {
  readonly position: number;
  readonly leaf: Leaf;
} => ({
  position,
  leaf: {
    block,
    index,
    txId,
    envelope: digestOfHash(envelope),
    code,
    verdict,
    flags: flags === '' ? [] : (flags.split(',') as Leaf['flags']),
    writes: digestOfHash(writes),
  },
});

export interface LoggedRow {
  readonly position: number;
  readonly leaf: Leaf;
}

/** Leaves of the log, out of the rows of their transactions. */
export class LeafRows {
  readonly #from: Statement<Row>;
  readonly #byId: Statement<Row>;

  constructor(handle: SqliteHandle) {
    this.#from = prepared<Row>(
      handle,
      `SELECT ${COLUMNS} FROM transactions WHERE position >= ? ORDER BY position LIMIT ?`,
    );
    this.#byId = prepared<Row>(
      handle,
      `SELECT ${COLUMNS} FROM transactions WHERE tx_id = ? ORDER BY position LIMIT 1`,
    );
  }

  at(position: number): Leaf | undefined {
    const [found] = this.from(position, 1);
    return found?.position === position ? found.leaf : undefined;
  }

  from(position: number, limit: number): readonly LoggedRow[] {
    return this.#from.all(position, limit).map(toLogged);
  }

  byId(txId: string): LoggedRow | undefined {
    const row = this.#byId.first(txId);
    return row && toLogged(row);
  }

  /** @throws TreeError NODE_MISSING */
  hashAt(position: number): Hash {
    const found = this.at(position);
    if (found === undefined) throw new TreeError('NODE_MISSING', `leaf ${position}`);
    return leafHash(found);
  }
}
