import { compromiseGuards } from './compromises.js';
import { editionGuards } from './editions.js';
import { foldGuards } from './fold.js';
import type { Guard } from './guard.js';
import { limitGuards } from './limits.js';
import { mspGuards } from './msp.js';
import { policyGuards } from './policies.js';
import { powerGuards } from './powers.js';
import { timeGuards } from './time.js';
import { readingGuards } from './reading.js';
import { treeGuards } from './trees.js';
import { verifierGuards } from './verifier.js';
import { wireGuards } from './wire.js';

const RULES = 'chaincode/src/rules';
const DECISION = ['chaincode/test/usage-decision.test.ts', 'chaincode/test/usage-authentication.test.ts'];
const USAGE = ['chaincode/test/usage.test.ts', 'chaincode/test/usage-receipt.test.ts'];

/** A check of the decision that never denies. */
const check = (name: string, source: string): Guard => ({
  name: `decision: ${name}`,
  file: `${RULES}/usage/decision.ts`,
  source,
  without: 'true',
  tests: DECISION,
});

const refusal = (name: string, file: string, source: string, tests: readonly string[]): Guard => ({
  name: `rule: ${name}`,
  file: `${RULES}/${file}`,
  source,
  without: `refuseUnless(true, ${source.slice(source.indexOf("'"))}`,
  tests,
});

const FORGED = ['forged', 'guards', 'withheld'];

/** A doubt that the custodian no longer has before it releases a key. */
const custody = (
  name: string,
  file: string,
  source: string,
  without: string,
  suites: readonly string[],
): Guard => ({
  name: `custody: ${name}`,
  file: `gateway/src/features/custody/${file}`,
  source,
  without,
  tests: suites.map((suite) => `gateway/test/custody/${suite}.test.ts`),
});

export const guards: readonly Guard[] = [
  check('space not paused', 'space.paused === undefined'),
  check('consumer active', "consumer.state === 'ACTIVE'"),
  check('consumer certified', 'isCertified(consumer, at)'),
  check('providers certified', 'isCertified(provider, at)'),
  check('consumer component', 'isUsable(consumerComponent, at)'),
  check('component still holds the key', 'consumerComponent.keys.includes(signedBy)'),
  check('provider component', 'isUsable(providerComponent, at)'),
  check('claim in force', 'isInForce(claim, space, at)'),
  check('rights cover the action', 'isCovered(usage.action, rightsUsed)'),
  check('no hold', "!holds.some((record) => isHeld(record, 'NO_USE', at))"),
  check('components as the data needs', 'rankOf(profile) >= least'),
  check('grants in term', 'isWithin(at, terms.term)'),
  refusal(
    'answer by the custodian',
    'usage/answer.ts',
    "refuseUnless(dataset.custodian === caller.participant, 'NOT_CUSTODIAN'",
    USAGE,
  ),
  refusal(
    'answer signed by the component',
    'usage/answer.ts',
    "refuseUnless(signing.includes(caller.keyDigest), 'NOT_COMPONENT_KEY'",
    USAGE,
  ),
  refusal('answer in time', 'usage/answer.ts', "refuseUnless(time <= due, 'ANSWER_TOO_LATE'", USAGE),
  refusal('one answer', 'usage/answer.ts', "refuseUnless(from === 'REQUESTED', 'ILLEGAL_STATE'", USAGE),
  refusal(
    'slots in order',
    'usage/slots.ts',
    "refuseUnless(index <= quota && (await isNext(ledger, id, index)), 'SLOT_OUT_OF_ORDER'",
    [...USAGE, ...DECISION],
  ),
  refusal(
    'request signed by the component',
    'usage/request.ts',
    "refuseUnless(component.keys.includes(caller.keyDigest), 'NOT_COMPONENT_KEY'",
    USAGE,
  ),
  refusal(
    'request by the consumer',
    'usage/request.ts',
    "refuseUnless(grant.consumer === caller.participant, 'NOT_CONSUMER'",
    USAGE,
  ),
  refusal('every key is handed over', 'claims/custody.ts', "refuseUnless(!hasKey, 'KEY_NOT_ACKNOWLEDGED'", [
    'chaincode/test/claims-transfer.test.ts',
  ]),
  refusal(
    'custody to the new holder only',
    'claims/custody.ts',
    "refuseUnless(custodian === to, 'KEY_NOT_ACKNOWLEDGED'",
    ['chaincode/test/claims-transfer.test.ts'],
  ),
  refusal(
    'no office is left empty',
    'participants/exit.ts',
    "refuseUnless(offices.length === 0, 'ILLEGAL_STATE'",
    ['chaincode/test/participants.test.ts'],
  ),
  refusal(
    'open grants are seen through',
    'participants/exit.ts',
    "refuseUnless(open === lapsed, 'GRANTS_OPEN'",
    ['chaincode/test/participants.test.ts', 'chaincode/test/claims-transfer.test.ts'],
  ),
  ...powerGuards,
  refusal('terms as named', 'grants/parties.ts', "refuseUnless(termsDigest === named, 'TERMS_CHANGED'", [
    'chaincode/test/grants-negotiation.test.ts',
    'chaincode/test/grants.test.ts',
  ]),
  refusal(
    'only the other side accepts',
    'grants/parties.ts',
    "refuseUnless(proposedBy !== caller.participant, 'OWN_PROPOSAL'",
    ['chaincode/test/grants-negotiation.test.ts', 'chaincode/test/grants.test.ts'],
  ),
  refusal(
    'valuation result recomputed',
    'valuations/assessment.ts',
    "refuseUnless(value.toString() === result, 'RESULT_WRONG'",
    ['chaincode/test/valuations.test.ts'],
  ),
  ...[
    ['channel', "refuseUnless(checkpoint.channel === channel, 'RESTORATION_UNPROVEN'"],
    ['root', "refuseUnless(root === checkpoint.map, 'RESTORATION_UNPROVEN'"],
    ['text', "refuseUnless(entry?.text === effective, 'RESTORATION_UNPROVEN'"],
    ['what stands', "refuseUnless(expected === standing, 'NOT_DIVERGENT'"],
    ['witnesses', "refuseUnless(isEnough, 'WITNESSES_MISSING'"],
  ].map(([name = '', source = '']) =>
    refusal(`restoration: ${name}`, 'restoration/check.ts', source, ['chaincode/test/restoration.test.ts']),
  ),
  refusal(
    'no time regression',
    'ledger.ts',
    "refuseUnless(millisOf(time) >= millisOf(last) - REGRESSION_MILLIS, 'TIME_REGRESSION'",
    [
      'chaincode/test/space.test.ts',
      'chaincode/test/participants-machine.test.ts',
      'chaincode/test/holds.test.ts',
    ],
  ),
  {
    name: 'model: no U+0000 in text',
    file: 'chaincode/src/model/canonical.ts',
    source: "!text.includes('\\0')",
    without: 'true',
    tests: ['chaincode/test/model/canonical.test.ts', 'chaincode/test/contract/contracts.test.ts'],
  },
  {
    name: 'model: members stand in canonical order',
    file: 'chaincode/src/model/canonical.ts',
    source: 'name < before',
    without: 'false',
    tests: ['chaincode/test/model/canonical.test.ts'],
  },
  {
    name: 'model: only canonical text is read',
    file: 'chaincode/src/model/canonical.ts',
    source: 'encode(value) !== text',
    without: 'false',
    tests: ['chaincode/test/model/canonical.test.ts', 'chaincode/test/contract/contracts.test.ts'],
  },
  {
    name: 'payload: stored blocks are verified when read',
    file: 'gateway/src/payload/block-files.ts',
    source: 'bytes !== undefined && !isBlockOf(cid, bytes)',
    without: 'false',
    tests: ['gateway/test/payload/block-store.test.ts'],
  },
  {
    name: 'payload: blocks of other members are verified',
    file: 'gateway/src/payload/remote-blocks.ts',
    source: 'isBlockOf(cid, bytes) ? bytes',
    without: 'bytes.length >= 0 ? bytes',
    tests: ['gateway/test/payload/remote-blocks.test.ts'],
  },
  {
    name: 'payload: commitment compared at the end',
    file: 'gateway/src/payload/open.ts',
    source: 'opened.commitment !== commitment',
    without: 'commitment === "-"',
    tests: ['gateway/test/payload/seal-open.test.ts', 'gateway/test/payload/sealed-payloads.test.ts'],
  },
  {
    name: 'payload: header MAC',
    file: 'gateway/src/payload/key-wrap.ts',
    source: 'timingSafeEqual(headerMac(fileKey, header.authenticated), header.mac)',
    without: 'true',
    tests: ['gateway/test/payload/age-vectors.test.ts', 'gateway/test/payload/key-wrap.test.ts'],
  },
  {
    name: 'ledger: block data matches its header',
    file: 'gateway/src/ledger/block.ts',
    source: 'dataHash(envelopes).equals(header.dataHash)',
    without: 'true',
    tests: ['gateway/test/ledger/block.test.ts', 'gateway/test/ledger/block-stream.test.ts'],
  },
  {
    name: 'ledger: no block is skipped',
    file: 'gateway/src/ledger/block-stream.ts',
    source: 'throw new ChainBroken(block.number, `expected block ${from.toString()}`)',
    without: 'from.toString()',
    tests: ['gateway/test/ledger/block-stream.test.ts'],
  },
  {
    name: 'node: read conflicts are found',
    file: 'network/src/embedded/validator.ts',
    source: 'candidate.code = CODE.MVCC_READ_CONFLICT',
    without: 'candidate.code = CODE.VALID',
    tests: ['network/test/embedded/validator.test.ts', 'network/test/embedded/recorded-blocks.test.ts'],
  },
  {
    name: 'node: a transaction id counts once',
    file: 'network/src/embedded/validator.ts',
    source: 'candidate.code = CODE.DUPLICATE_TXID',
    without: 'candidate.code = CODE.VALID',
    tests: ['network/test/embedded/validator.test.ts', 'network/test/embedded/recorded-blocks.test.ts'],
  },
  custody(
    'an invalid transaction makes no request',
    'guards.ts',
    "transaction.code !== 'VALID'",
    'false',
    FORGED,
  ),
  custody(
    'an unsigned transaction makes no request',
    'guards.ts',
    "transaction.signed ? undefined : 'NOT_SIGNED'",
    'undefined',
    FORGED,
  ),
  custody('the header released is the one we hold', 'verdict.ts', 'header !== entry.headerCid', 'false', [
    'parts',
    ...FORGED,
  ]),
  custody(
    'an answer held back until too late releases nothing',
    'verdict.ts',
    'refusal && `TOO_LATE ${refusal}`',
    'refusal && undefined',
    ['withheld'],
  ),
  {
    name: 'gateway: duplicate keys are refused',
    file: 'gateway/src/http/strict-json.ts',
    source: 'names?.has(name)',
    without: 'names?.has(name) === null',
    tests: ['gateway/test/http/strict-json.test.ts'],
  },
  ...limitGuards,
  ...policyGuards,
  ...treeGuards,
  ...verifierGuards,
  ...readingGuards,
  ...wireGuards,
  ...mspGuards,
  ...foldGuards,
  ...editionGuards,
  ...compromiseGuards,
  ...timeGuards,
];
