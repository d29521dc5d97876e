/**
 * Makes test/vectors/ledger: the blocks of a workshop space, and the checkpoint that each height must come to, whoever folds them:
 * `node --conditions=source --import tsx scripts/vectors/ledger.ts`. Keys and nonces are fresh, so each run gives another, equally good
 * ledger. It is recorded once: who comes to other bodies over it, comes to others than those that witnesses have signed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import { CHAINCODE } from '../../test/evidence/configuration.js';
import { deliveredBy, RECORDED, workshop, type RecordedExpectation } from '../../test/histories/recorded.js';

const world = await workshop();
const { bodies, transactions } = await world.ledger.folded();
const expected: RecordedExpectation = {
  channel: bodies[0]?.channel ?? '',
  chaincode: CHAINCODE,
  rules: RULES_VERSION,
  verdicts: transactions.map(({ leaf: { verdict } }) => verdict),
  bodies,
};
mkdirSync(RECORDED, { recursive: true });
writeFileSync(`${RECORDED}blocks.json.gz`, gzipSync(JSON.stringify(deliveredBy(world)), { level: 9 }));
writeFileSync(`${RECORDED}expected.json`, `${JSON.stringify(expected, null, 2)}\n`);
