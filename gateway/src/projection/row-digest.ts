import { createHash } from 'node:crypto';
import type { SqliteHandle } from '../sqlite/database.js';

/** Every row that blocks determine, in an order that does not depend on how it came there. */
const questions = [
  'SELECT block, hash FROM checkpoint',
  'SELECT key, kind, value, tx_id, block, idx FROM records ORDER BY key',
  'SELECT key, block, idx, tx_id, value FROM history ORDER BY key, block, idx',
  `SELECT block, idx, tx_id, code, msp_id, certificate, signed, time, transaction_name, argument, result
     FROM transactions JOIN submitters ON submitters.id = transactions.submitter ORDER BY block, idx`,
];

/**
 * SHA-256 over all rows, lower-case hex. It runs in one go, so that no block is applied in between, and blocks the process meanwhile:
 * for tests, rebuild drills and comparing two gateways, not for every request.
 */
export function rowDigest(handle: SqliteHandle): string {
  const hash = createHash('sha256');
  for (const [index, question] of questions.entries()) {
    for (const row of handle.prepare(question).iterate([])) {
      hash.update(`${index} ${JSON.stringify(Object.values(row as object))}\n`);
    }
  }
  return hash.digest('hex');
}
