import { logNodeHash, TreeError, type Hash, type LogNode, type LogReader } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';

/** Levels of a log that are derived again rather than kept. */
const STEP = 4;

const isKept = (level: number): boolean => level > 0 && level % STEP === 0;

/**
 * Complete subtrees of the log and of the lists. Of 16 leaves one row is kept (and of 16 rows one above them), the levels between are
 * hashed again out of at most 16 when a proof is made: a row a node would be two rows for each transaction and for each list that a usage
 * is in, and tiles of 256 (C2SP tlog-tiles) would be written again with every block, once for every list it touches. Leaves are not kept at
 * all: they are what the rows of transactions and members hash to.
 */
export class Subtrees {
  readonly #insert: Statement;
  readonly #select: Statement<[Buffer]>;

  constructor(handle: SqliteHandle) {
    this.#insert = prepared(handle, 'INSERT INTO subtrees (tree, level, idx, hash) VALUES (?, ?, ?, ?)');
    this.#select = prepared<[Buffer]>(
      handle,
      'SELECT hash FROM subtrees WHERE tree = ? AND level = ? AND idx = ?',
    );
  }

  /** @param nodes that became complete with a leaf */
  keep(tree: number, nodes: readonly LogNode[]): void {
    for (const { level, index, hash } of nodes) if (isKept(level)) this.#insert.run(tree, level, index, hash);
  }

  /** Reader of one tree. @param leaf hash of a leaf, which throws TreeError NODE_MISSING where there is none */
  reader(tree: number, leaf: (index: number) => Hash): LogReader {
    const read: LogReader = (level, index) => {
      if (level === 0) return leaf(index);
      if (!isKept(level)) return logNodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1));
      const [hash] = this.#select.first(tree, level, index) ?? [];
      if (hash === undefined) throw new TreeError('NODE_MISSING', `${tree}/${level}/${index}`);
      return hash;
    };
    return read;
  }
}
