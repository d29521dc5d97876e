import { statements, tablesOf, type Tables } from '../../../state/tables.js';
import { newDutyJournal } from './journal.js';
import type { DutyJournal } from './port.js';
import type { DutySchema } from './schema.js';

/** Duties, and how far each of them was carried out. */
export const dutyTables: Tables<DutyJournal> = {
  steps: [
    statements(
      `CREATE TABLE duties (
       obligation_id TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('DELETE', 'INFORM', 'ACKNOWLEDGE')),
       state TEXT NOT NULL CHECK (state IN ('OPEN', 'DONE', 'CLOSED')), evidence TEXT, notice TEXT, reason TEXT,
       updated_at TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (obligation_id, role))`,
      `CREATE INDEX duties_by_state ON duties (state, sequence)`,
    ),
  ],
  open: (database) => newDutyJournal(tablesOf<DutySchema>(database)),
};
