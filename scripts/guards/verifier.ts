import type { Guard } from './guard.js';

const VECTORS = ['test/evidence/vectors.test.ts'];

/** A check of the verifier, and the forged file that goes through without it. */
const step = (name: string, file: string, source: string, without: string, vector: string): Guard => ({
  name: `verifier: ${name}`,
  file: `verifier/src/${file}`,
  source,
  without,
  tests: VECTORS,
  only: `invalid ${vector}$`,
});

/** What stands between a forged evidence file and a verdict. */
export const verifierGuards: readonly Guard[] = [
  step(
    'low S only',
    'crypto/signature.ts',
    'rejectHighS(pair, CURVES[kind]);',
    '',
    'creator-signature-high-s',
  ),
  step('one spelling of a file', 'evidence/reading.ts', '  assertCanonical(text);', '', 'json-with-a-space'),
  step(
    'nothing shared that is not used',
    'evidence/reading.ts',
    'reader.assertAllUsed();',
    '',
    'shared-entry-unused',
  ),
  step(
    'the ledger is the trusted one',
    'fabric/config-chain.ts',
    'found === trust.genesis',
    'found !== undefined',
    'of-another-ledger',
  ),
  step(
    'quorum by the list of consenters',
    'fabric/orderers.ts',
    'quorum: bftQuorum(ordering.consenters.length)',
    'quorum: Math.min(1, bftQuorum(ordering.consenters.length))',
    'head-signed-by-too-few',
  ),
  step(
    'no configuration is missing',
    'fabric/config-chain.ts',
    'ordered.lastConfig === (isConfig ? header.number : number)',
    'isConfig || number >= 0n',
    'config-block-dropped',
  ),
  step(
    'an id is the hash of nonce and creator',
    'fabric/proposal.ts',
    'txId === sha256Hex(nonce, creator)',
    "txId !== '' && sha256Hex(nonce, creator) !== ''",
    'transaction-id-not-of-nonce-and-creator',
  ),
  {
    name: 'verifier: endorsers count once',
    file: 'verifier/src/fabric/endorsement.ts',
    source: 'return distinct(identities);',
    without: 'return distinct(identities).length > 0 ? identities : [];',
    tests: ['verifier/test/fabric-transaction.test.ts'],
    only: 'endorsed twice by one peer has one endorser',
  },
  step(
    'the endorsement policy',
    'evidence/signed.ts',
    'definitions.policyOf(each, config).isSatisfiedBy(value)',
    'definitions.policyOf(each, config) !== undefined',
    'endorsed-by-one-organisation',
  ),
  step(
    'the validation code',
    'evidence/answers.ts',
    'processed.code === 0',
    'processed.code >= 0',
    'answered-as-invalid',
  ),
  step(
    'the answer is about this envelope',
    'evidence/answers.ts',
    'equalBytes(processed.envelope, envelope)',
    'equalBytes(envelope, envelope)',
    'answer-for-another-envelope',
  ),
  step(
    'organisations enough say that it is valid',
    'evidence/answers.ts',
    "if (organisations.length >= needed) list.pass('transaction.validity'",
    "if (organisations.length >= 0) list.pass('transaction.validity'",
    'answered-by-one-organisation-twice',
  ),
  step('only peers answer', 'fabric/answer.ts', "role === 'peer'", "role !== 'admin'", 'answered-by-clients'),
  step(
    'certificates are current',
    'evidence/time.ts',
    'certificate.notBefore <= at && at <= certificate.notAfter',
    'certificate.notBefore <= certificate.notAfter',
    'creator-certificate-expired',
  ),
  step(
    'what is stated is no right',
    'evidence/records.ts',
    'MAY_BE_STATED.test(key) && key',
    'key',
    'right-stated-by-the-exporter',
  ),
  step(
    'the rules write the same',
    'replay.ts',
    'writes.get(key) !== replayed.writes.get(key)',
    'writes.get(key) === undefined && replayed.writes.get(key) === undefined',
    'fact-forged',
  ),
  step(
    'an older record is not at a newer place',
    'evidence/positions.ts',
    'isHere === isThis',
    'isHere === isHere',
    'older-record-at-a-newer-place',
  ),
  step(
    'the custody log is of these contents',
    'evidence/custody.ts',
    '!isLast || entry.digest === contents',
    "!isLast || contents !== ''",
    'custody-of-other-contents',
  ),
];
