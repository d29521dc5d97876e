/**
 * Makes those of test/vectors/ledger that are not there: the blocks of a workshop space, and the checkpoint that each height must come to,
 * whoever folds them: `node --conditions=source --import tsx scripts/vectors/ledger.ts`. Keys and nonces are fresh, so each run would give
 * another, equally good ledger. Each is recorded once and kept: who comes to other bodies over it, comes to others than those that
 * witnesses have signed. Until the first release the newest edition changes in place: remove its directories and make them anew.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CHAINCODE } from '../../test/evidence/configuration.js';
import {
  bytesOf,
  directoryOf,
  isRecorded,
  RECORDINGS,
  workshop,
  type RecordedExpectation,
  type Recording,
} from '../../test/histories/recorded.js';

async function recordOne(recording: Recording): Promise<void> {
  const world = await workshop(recording);
  const { bodies, transactions } = await world.ledger.folded();
  const expected: RecordedExpectation = {
    channel: bodies[0]?.channel ?? '',
    chaincode: CHAINCODE,
    rules: transactions.map(({ rules }) => rules ?? null),
    verdicts: transactions.map(({ leaf: { verdict } }) => verdict),
    bodies,
  };
  const directory = directoryOf(recording);
  mkdirSync(directory, { recursive: true });
  const blocks = bytesOf(world).map((bytes) => Buffer.from(bytes).toString('base64'));
  writeFileSync(`${directory}blocks.json.gz`, gzipSync(JSON.stringify(blocks), { level: 9 }));
  writeFileSync(`${directory}expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
}

for (const recording of RECORDINGS) if (!isRecorded(recording)) await recordOne(recording);
