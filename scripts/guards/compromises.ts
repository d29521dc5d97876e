import type { Guard } from './guard.js';

const RULES = ['chaincode/test/compromises.test.ts'];

const rule = (name: string, file: string, source: string, without: string): Guard => ({
  name: `compromise: ${name}`,
  file: `chaincode/src/rules/${file}`,
  source,
  without,
  tests: RULES,
});

/** What a verifier looks at before it takes a signature for its owner's; the forged or doubtful file that goes through without it. */
const evidence = (name: string, file: string, source: string, without: string, vector: string): Guard => ({
  name: `compromise: ${name}`,
  file: `verifier/src/evidence/${file}`,
  source,
  without,
  tests: ['test/evidence/vectors.test.ts'],
  only: `valid ${vector}$`,
});

const SIGNERS = 'signer-keys.ts';

/** What stands between a stolen key and those who would be bound by it. */
export const compromiseGuards: readonly Guard[] = [
  rule('a declared key signs nothing more', 'execution.ts', 'refuseCompromised(compromises, caller);', ''),
  rule(
    'a key is its participant’s',
    'compromises/index.ts',
    'record?.keys.some((each) => each.participant === participant && each.key === key)',
    'record?.keys.some((each) => each.participant !== `of ${participant}` && each.key === key)',
  ),
  rule(
    'nobody declares for others but regulators',
    'compromises/index.ts',
    'await refuseDeclarant(ledger, owner, caller);',
    '',
  ),
  rule(
    'nobody dates its own word back for months',
    'compromises/index.ts',
    '(caller.time, -REACH)',
    '(caller.time, -99 * REACH)',
  ),
  rule(
    'a date only moves to an earlier one',
    'compromises/index.ts',
    'known === undefined || from < known.from',
    'from !== ``',
  ),
  rule(
    'a stolen key opens nothing that it asked for',
    'usage/decision.ts',
    '!isCompromised(compromises, usage.consumer, signedBy)',
    '!isCompromised(compromises, usage.consumer, signedBy) || true',
  ),
  evidence(
    'what is declared is shown',
    SIGNERS,
    "evaluableIf(found !== undefined, 'PART_MISSING', { ...facts, key: keys.compromises(mspId).text });",
    'if (found === undefined) return { value: true, facts };',
    'declaration-taken-out',
  ),
  evidence(
    'nobody vouches for its own side',
    SIGNERS,
    '(witness) => witness.mspId !== mspId',
    '(witness) => witness.mspId !== `${mspId} `',
    'earlier-checkpoint-signed-by-the-own-side',
  ),
  evidence(
    'what was signed after the date fails',
    SIGNERS,
    "if (later) throw new Rejection('KEY_COMPROMISED', factsOf(later));",
    'if (later) return factsOf(later);',
    'key-compromised-before-it-signed',
  ),
  evidence(
    'what nobody decides is said',
    SIGNERS,
    'const open = bounds.filter((each) => !isBefore(each) || isAfter(each));',
    'const open = bounds.filter((each) => each.notAfter === undefined || isAfter(each));',
    'key-compromised-undecided',
  ),
  evidence(
    'a witness has its key for itself',
    'witnesses.ts',
    'if (declared) assertOwnKey(',
    'if (declared && stamps.length < 0) assertOwnKey(',
    'witness-key-compromised',
  ),
  evidence(
    'a transaction is under the earlier checkpoint',
    'earlier.ts',
    'assertIncluded({ leaf: transaction.leaf, position, path }, body);',
    '',
    'earlier-checkpoint-has-another-leaf',
  ),
  {
    name: 'compromise: what is said to be before and after is neither',
    file: 'verifier/src/evidence/signer-keys.ts',
    source: '!isBefore(each) || isAfter(each)',
    without: '!isBefore(each)',
    tests: ['test/evidence/compromises.test.ts'],
    only: 'undecided where',
  },
  {
    name: 'compromise: a declaration by a stolen key counts for nothing',
    file: 'verifier/src/evidence/compromises.ts',
    source: '!stands.includes(true)',
    without: '!stands.includes(true) || stands.length > 0',
    tests: ['test/evidence/compromises.test.ts'],
    only: 'stolen key',
  },
];
