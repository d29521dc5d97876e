import { statements, tablesOf, type Tables } from '../../../state/tables.js';
import { newCustodyJournal } from './journal.js';
import { newOffers } from './offers.js';
import { newOneTimeKeys } from './one-time-keys.js';
import { newOwnerHeaders } from './owner-headers.js';
import type { CustodyStores } from './port.js';
import type { CustodySchema } from './schema.js';

/** Tables of custody. */
export const custodyTables: Tables<CustodyStores> = {
  steps: [
    statements(
      `CREATE TABLE owner_headers (
       version_id TEXT PRIMARY KEY, header BLOB NOT NULL, plain_digest TEXT NOT NULL,
       key_commitment TEXT NOT NULL, created_at TEXT NOT NULL)`,
      `CREATE TABLE one_time_keys (usage_id TEXT PRIMARY KEY, identity TEXT NOT NULL, created_at TEXT NOT NULL)`,
      `CREATE TABLE custody_journal (
       usage_id TEXT PRIMARY KEY, grant_id TEXT NOT NULL, state TEXT NOT NULL, header BLOB, header_cid TEXT,
       slot INTEGER, tx_id TEXT, attempts INTEGER NOT NULL, reason TEXT, updated_at TEXT NOT NULL,
       sequence INTEGER NOT NULL)`,
      `CREATE INDEX custody_journal_by_state ON custody_journal (state, sequence)`,
      `CREATE INDEX custody_journal_by_grant ON custody_journal (grant_id)`,
      // A note for each transaction, so that taking one back never touches that of another under the same terms.
      `CREATE TABLE offers (
       sequence INTEGER PRIMARY KEY, grant_id TEXT NOT NULL, terms_digest TEXT NOT NULL,
       side TEXT NOT NULL CHECK (side IN ('OFFERED', 'ACCEPTED')), tx_id TEXT NOT NULL, created_at TEXT NOT NULL,
       UNIQUE (grant_id, terms_digest, side, tx_id))`,
      `CREATE INDEX offers_by_transaction ON offers (tx_id)`,
    ),
  ],
  open(database) {
    const tables = tablesOf<CustodySchema>(database);
    return {
      ownerHeaders: newOwnerHeaders(tables),
      oneTimeKeys: newOneTimeKeys(tables),
      custody: newCustodyJournal(tables),
      offers: newOffers(tables),
    };
  },
};
