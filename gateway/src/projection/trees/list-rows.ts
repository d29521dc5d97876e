import {
  listLeafHash,
  LogFrontier,
  peaksOf,
  TreeError,
  type Hash,
  type LogNode,
  type LogReader,
} from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { grown } from './grown.js';
import type { Subtrees } from './subtrees.js';

interface List {
  readonly id: number;
  frontier: LogFrontier;
}

/** Lists whose frontier is remembered between blocks. */
const REMEMBERED = 4096;

/** Members of the lists, by list and place. */
export class ListRows {
  readonly #subtrees: Subtrees;
  readonly #find: Statement<[id: number, count: number]>;
  readonly #create: Statement<[id: number]>;
  readonly #update: Statement;
  readonly #append: Statement;
  readonly #members: Statement<[usage: string]>;
  readonly #height: Statement<[height: number]>;
  readonly #known = new Map<string, List>();
  readonly #changed = new Set<List>();

  constructor(handle: SqliteHandle, subtrees: Subtrees) {
    this.#subtrees = subtrees;
    this.#find = prepared<[id: number, count: number]>(handle, 'SELECT id, count FROM lists WHERE key = ?');
    this.#create = prepared<[id: number]>(
      handle,
      'INSERT INTO lists (key, count) VALUES (?, 0) RETURNING id',
    );
    this.#update = prepared(handle, 'UPDATE lists SET count = ? WHERE id = ?');
    this.#append = prepared(handle, 'INSERT INTO members (list, idx, height, usage) VALUES (?, ?, ?, ?)');
    this.#members = prepared<[usage: string]>(
      handle,
      'SELECT usage FROM members WHERE list = ? AND idx >= ? ORDER BY idx LIMIT ?',
    );
    this.#height = prepared<[height: number]>(
      handle,
      'SELECT height FROM members WHERE list = ? AND idx = ?',
    );
  }

  /** Not to be appended to. */
  frontier(key: string): LogFrontier {
    return this.#list(key)?.frontier ?? new LogFrontier();
  }

  append(key: string, usage: string, height: number, nodes: readonly LogNode[]): void {
    const list = this.#list(key) ?? this.#created(key);
    this.#append.run(list.id, list.frontier.size, height, usage);
    this.#subtrees.keep(list.id, nodes);
    list.frontier = grown(list.frontier, nodes);
    this.#changed.add(list);
  }

  /** Writes down how long the lists are that were appended to. */
  write(): void {
    for (const { id, frontier } of this.#changed) this.#update.run(frontier.size, id);
    this.#changed.clear();
    if (this.#known.size > REMEMBERED) this.#known.clear();
  }

  /** @throws TreeError NODE_MISSING for a list that is not there */
  reader(key: string): LogReader {
    const id = this.#idOf(key);
    return this.#subtrees.reader(id, (index) => this.#leaf(id, index));
  }

  usages(key: string, from: number, to: number): readonly string[] {
    const [id] = this.#find.first(key) ?? [];
    if (id === undefined) return [];
    return this.#members.all(id, from, to - from).map(([usage]) => usage);
  }

  count(key: string): number {
    const [, count] = this.#find.first(key) ?? [];
    return count ?? 0;
  }

  /** How many members there were at a height: they are in the order of their heights. */
  countAt(key: string, height: number): number {
    const [id, count] = this.#find.first(key) ?? [];
    if (id === undefined || count === undefined) return 0;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#heightOf(id, middle) <= height) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #heightOf(list: number, index: number): number {
    const [height] = this.#height.first(list, index) ?? [];
    if (height === undefined) throw new TreeError('NODE_MISSING', `member ${list}/${index}`);
    return height;
  }

  #leaf(list: number, index: number): Hash {
    const [[usage] = []] = this.#members.all(list, index, 1);
    if (usage === undefined) throw new TreeError('NODE_MISSING', `member ${list}/${index}`);
    return listLeafHash(usage);
  }

  #idOf(key: string): number {
    const [id] = this.#find.first(key) ?? [];
    if (id === undefined) throw new TreeError('NODE_MISSING', `list ${key}`);
    return id;
  }

  #list(key: string): List | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [id, count] = this.#find.first(key) ?? [];
    if (id === undefined || count === undefined) return undefined;
    const frontier = new LogFrontier(count, peaksOf(this.reader(key), count));
    return this.#remember(key, { id, frontier });
  }

  #created(key: string): List {
    const [id] = this.#create.first(key) ?? [];
    if (id === undefined) throw new Error('INSERT RETURNING returns a row');
    return this.#remember(key, { id, frontier: new LogFrontier() });
  }

  #remember(key: string, list: List): List {
    this.#known.set(key, list);
    return list;
  }
}
