import { createHash, type Hash as Hashing } from 'node:crypto';
import { EMPTY_MAP, isSameHash, type Hash } from '@tallystick/chaincode/model';
import type { SqliteHandle } from '../database/sqlite/database.js';
import { KeptHeights } from './trees/kept-heights.js';
import { bundleRows, MapReader } from './trees/map-store.js';

/** Every row that blocks determine, in an order that does not depend on how it came there. Envelopes stand in it by their digest. */
const questions = [
  'SELECT block, hash FROM checkpoint',
  'SELECT version, decided FROM definition',
  'SELECT key, kind, value, tx_id, block, idx FROM records ORDER BY key',
  'SELECT key, position, value FROM history ORDER BY key, position',
  `SELECT position, block, idx, tx_id, code, msp_id, certificate, signed, time, transaction_name, argument, result,
     hex(envelope), validation, verdict, flags, hex(writes), lint
     FROM transactions JOIN submitters ON submitters.id = transactions.submitter ORDER BY position`,
  'SELECT position, length(bytes) FROM envelopes ORDER BY position',
  'SELECT key, digest FROM standings ORDER BY key',
  'SELECT position, keys, reason, facts FROM divergences ORDER BY position',
  'SELECT key, count FROM lists ORDER BY key',
  'SELECT key, idx, height, usage FROM members JOIN lists ON lists.id = members.list ORDER BY key, idx',
  `SELECT coalesce(key, ''), level, idx, hex(hash) FROM subtrees LEFT JOIN lists ON lists.id = subtrees.tree
     ORDER BY 1, level, idx`,
  'SELECT time, block FROM clock ORDER BY time',
  'SELECT position, idx, name, members FROM events ORDER BY position, idx',
  'SELECT source, kind, position, target, ended FROM edges ORDER BY source, kind, position, target',
  `SELECT height, body, begins_hour FROM bodies
     WHERE begins_hour = 1 OR height > (SELECT max(height) FROM bodies) - 10000 ORDER BY height`,
];

/** Entries of the newest map in the order of their paths: that each can be reached is part of what is told. */
function hashMap(handle: SqliteHandle, hash: Hashing): void {
  const newest = new KeptHeights(handle).newest();
  const reader = new MapReader(bundleRows(handle), newest);
  const walk = (root: Hash): void => {
    if (isSameHash(root, EMPTY_MAP)) return;
    const node = reader.get(root);
    if ('entry' in node) hash.update(`map ${JSON.stringify(node.entry)}\n`);
    else {
      walk(node.left);
      walk(node.right);
    }
  };
  walk(newest.root);
}

/**
 * SHA-256 over rows and trees, lower-case hex. It runs in one go, so that no block is applied in between, and blocks the process meanwhile:
 * for tests, rebuild drills and comparing two gateways, not for every request.
 */
export function projectionDigest(handle: SqliteHandle): string {
  const hash = createHash('sha256');
  for (const [index, question] of questions.entries()) {
    for (const row of handle.prepare(question).iterate([])) {
      hash.update(`${index} ${JSON.stringify(Object.values(row as object))}\n`);
    }
  }
  hashMap(handle, hash);
  return hash.digest('hex');
}
