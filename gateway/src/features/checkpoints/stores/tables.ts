import { statements, tablesOf, type Tables } from '../../../state/tables.js';
import { newCheckpointArchive } from './archive.js';
import type { CheckpointArchive } from './port.js';
import type { CheckpointSchema } from './schema.js';

/** Signatures under checkpoints. One signer has one body at one height: the key says so. */
export const checkpointTables: Tables<CheckpointArchive> = {
  steps: [
    statements(
      `CREATE TABLE checkpoint_bodies (digest TEXT PRIMARY KEY, height INTEGER NOT NULL, body TEXT NOT NULL)`,
      `CREATE INDEX checkpoint_bodies_by_height ON checkpoint_bodies (height)`,
      `CREATE TABLE checkpoint_certificates (
       digest TEXT PRIMARY KEY, msp_id TEXT NOT NULL, certificate TEXT NOT NULL)`,
      `CREATE TABLE checkpoint_signatures (
       key TEXT NOT NULL, height INTEGER NOT NULL, own INTEGER NOT NULL, body TEXT NOT NULL,
       certificate TEXT NOT NULL, statement TEXT NOT NULL, signature TEXT NOT NULL,
       state TEXT NOT NULL CHECK (state IN ('STANDS', 'VOID')), agreed INTEGER NOT NULL, named INTEGER NOT NULL,
       PRIMARY KEY (key, height)) WITHOUT ROWID`,
      `CREATE INDEX checkpoint_signatures_by_height ON checkpoint_signatures (height, own, body)`,
      `CREATE TABLE checkpoint_retractions (height INTEGER PRIMARY KEY, retraction TEXT NOT NULL)`,
      `CREATE TABLE checkpoint_lies (
       id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, height INTEGER NOT NULL, lie TEXT NOT NULL,
       UNIQUE (kind, key, height))`,
    ),
  ],
  open: (database) => newCheckpointArchive(tablesOf<CheckpointSchema>(database)),
};
