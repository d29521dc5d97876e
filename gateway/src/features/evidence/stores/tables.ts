import { statements, tablesOf, type Tables } from '../../../state/tables.js';
import { newEvidenceArchive } from './archive.js';
import type { EvidenceArchive } from './port.js';
import type { EvidenceSchema } from './schema.js';

/** What evidence is made with and nobody may be left to give again. */
export const evidenceTables: Tables<EvidenceArchive> = {
  steps: [
    statements(
      `CREATE TABLE checkpoint_tokens (
       height INTEGER NOT NULL, authority TEXT NOT NULL, token BLOB NOT NULL, PRIMARY KEY (height, authority))`,
    ),
  ],
  open: (database) => newEvidenceArchive(tablesOf<EvidenceSchema>(database)),
};
