import type { LedgerRecord } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../../database/sqlite/database.js';
import { prepared, type Statement } from '../../database/sqlite/statement.js';
import { referencesIn, type Reference } from './references.js';

const NOTHING: ReadonlyMap<string, Reference> = new Map();

/** Writes edges as records change. Every change is one of the database transaction under way. */
export class EdgeRows {
  readonly #open: Statement;
  readonly #close: Statement;

  constructor(handle: SqliteHandle) {
    this.#open = prepared(
      handle,
      'INSERT INTO edges (source, kind, position, target, ended) VALUES (?, ?, ?, ?, ?)',
    );
    this.#close = prepared(
      handle,
      'UPDATE edges SET ended = ? WHERE source = ? AND kind = ? AND target = ? AND ended IS NULL',
    );
  }

  /**
   * Takes over what a transaction made of a record. What it says no longer ends with this transaction, as does everything that it says once
   * it has ended itself; what an ended record says for the first time begins and ends at once.
   */
  changed(before: LedgerRecord | undefined, after: LedgerRecord, position: number): void {
    const old = before === undefined ? NOTHING : referencesIn(before);
    const now = referencesIn(after);
    for (const [name, known] of old)
      if (known.isLive && now.get(name)?.isLive !== true) this.#end(known, position);
    for (const [name, reference] of now) {
      const known = old.get(name);
      if (known === undefined || (reference.isLive && !known.isLive)) this.#begin(reference, position);
    }
  }

  #begin({ from, kind, to, isLive }: Reference, position: number): void {
    this.#open.run(from, kind, position, to, isLive ? null : position);
  }

  #end({ from, kind, to }: Reference, position: number): void {
    this.#close.run(position, from, kind, to);
  }
}
