import type { Guard } from './guard.js';

const LIMITS = ['chaincode/test/limits.test.ts'];
const TRANSFER = ['chaincode/test/claims-transfer.test.ts'];

/** A limit that nobody keeps, or a proof that nobody asks for. */
const guard = (
  name: string,
  file: string,
  source: string,
  without: string,
  tests: readonly string[],
): Guard => ({
  name: `limits: ${name}`,
  file,
  source,
  without,
  tests,
});

export const limitGuards: readonly Guard[] = [
  guard(
    'the argument',
    'chaincode/src/rules/execution.ts',
    "refuseBeyond('argument', bytesOf(text));",
    '',
    LIMITS,
  ),
  guard(
    'openings',
    'chaincode/src/rules/execution.ts',
    "refuseBeyond('openings', bytesOf(text));",
    '',
    LIMITS,
  ),
  guard(
    'what is written',
    'chaincode/src/rules/execution.ts',
    'effect.spend(bytesOf(text))',
    'effect.spend(0)',
    LIMITS,
  ),
  guard(
    'what is read',
    'chaincode/src/rules/ledger.ts',
    'reads.spend(bytesOf(text))',
    'reads.spend(0)',
    LIMITS,
  ),
  guard(
    'what is answered',
    'chaincode/src/rules/records.ts',
    'answer.spend(bytesOf(record) + 1);',
    '',
    LIMITS,
  ),
  guard('a key asked for twice', 'chaincode/src/rules/records.ts', '!seen.has(key)', 'true', LIMITS),
  guard(
    'what is said of faults',
    'chaincode/src/rules/execution.ts',
    'text.slice(0, MAX_SAID)',
    'text',
    LIMITS,
  ),
  guard('a document', 'chaincode/src/model/schema.ts', 'bytesOf(JSON.stringify(value)) <= maxBytes', 'true', [
    'chaincode/test/model/limits.test.ts',
  ]),
  guard(
    'a policy before it is judged',
    'gateway/src/features/policies/policies.ts',
    "refuseBeyond('document', bytesOf(JSON.stringify(document)));",
    '',
    ['gateway/test/policies/study.test.ts'],
  ),
  guard(
    'possession of the keys',
    'chaincode/src/rules/claims/custody.ts',
    'proven === handover?.possession',
    'true',
    TRANSFER,
  ),
  guard(
    'keys where there are versions',
    'chaincode/src/rules/claims/custody.ts',
    'versions.length > 0 === (handover !== undefined)',
    'true',
    TRANSFER,
  ),
  guard(
    'what was handed over is what was offered',
    'gateway/src/features/custody/taking-over.ts',
    'possessionCommitment(possession) !== handover.possession',
    'false',
    ['gateway/test/custody/handing-over.test.ts'],
  ),
  guard(
    'grants pass by an acceptance of ours',
    'gateway/src/features/custody/passed-on.ts',
    'accepted.mspId === ourselves.mspId && ourselves.isOurs(accepted.certificate)',
    'true',
    ['gateway/test/custody/handing-over.test.ts'],
  ),
  guard(
    'grants that were to end',
    'gateway/src/features/custody/passed-on.ts',
    "transfer?.grants !== 'PASS'",
    'transfer === undefined',
    ['gateway/test/custody/handing-over.test.ts'],
  ),
];
