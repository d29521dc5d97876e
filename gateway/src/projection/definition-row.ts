import { NOTHING_IN_FORCE, type InForce } from '@tallystick/verifier/fold';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { prepared, type Statement } from '../database/sqlite/statement.js';

/** The definition of our chaincode in force after the last block, so that a restart decides by the same rules. */
export class DefinitionRow {
  readonly #select: Statement<[version: string | null, decided: string | null]>;
  readonly #write: Statement;

  constructor(handle: SqliteHandle) {
    this.#select = prepared(handle, 'SELECT version, decided FROM definition');
    this.#write = prepared(
      handle,
      `INSERT INTO definition (id, version, decided) VALUES (1, ?, ?)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, decided = excluded.decided`,
    );
  }

  read(): InForce {
    const row = this.#select.first();
    return row === undefined ? NOTHING_IN_FORCE : { version: row[0], decided: row[1] ?? undefined };
  }

  write({ version, decided }: InForce): void {
    this.#write.run(version, decided ?? null);
  }
}
