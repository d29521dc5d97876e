import type { EvidenceFile } from '@tallystick/chaincode/model';
import type { Tamperings } from './tampering.js';
import { add, copy, nearly, other, placeOf, remove, replace, RULED, tampering, USE } from './operations.js';

const proof = '/states/proof';

type Proof = NonNullable<EvidenceFile['states']>['proof'];
const proofOf = ({ states }: EvidenceFile): Proof => states!.proof;

/** Where the leaf of the subject stands in the proof. */
const own = (file: EvidenceFile): number =>
  proofOf(file).leaves.findIndex(
    ({ space, key }) => space === 'record' && key === `usage/${file.subject.id}`,
  );

/** Each record that a decision looked at, left out by its place. */
const leftOut = (count: number): Tamperings =>
  Object.fromEntries(
    Array.from({ length: count }, (_, place) => [
      `fact-${place}-left-out`,
      tampering('decision.facts', [remove(`/records/${place}`)]),
    ]),
  );

/** The newest state, what the decision looked at, what the file is about, and what is opened. */
export const STATES: Tamperings = {
  ...leftOut(5),
  'states-left-out': tampering('subject.newest', [remove('/states')]),
  'proof-of-nothing': tampering('subject.newest', [replace(proof, { hashes: [], leaves: [], shape: 'E' })]),
  'proof-of-the-root-alone': tampering('subject.newest', ({ checkpoint }) => [
    replace(proof, { hashes: [checkpoint!.body.map.slice('sha256:'.length)], leaves: [], shape: 'H' }),
  ]),
  'proof-of-another-file': tampering('subject.newest', () => [replace('/states', other(RULED).states)]),
  'proof-with-a-hash-of-zeros': tampering('subject.newest', [replace(`${proof}/hashes/0`, '0'.repeat(64))]),
  'proof-with-hashes-swapped': tampering('subject.newest', (file) => [
    replace(`${proof}/hashes/0`, proofOf(file).hashes[1]),
    replace(`${proof}/hashes/1`, proofOf(file).hashes[0]),
  ]),
  'proof-without-a-hash': tampering('subject.newest', [remove(`${proof}/hashes/0`)]),
  'proof-with-a-hash-nobody-names': tampering('subject.newest', [add(`${proof}/hashes/-`, 'ab'.repeat(32))]),
  'proof-without-its-last-mark': tampering('subject.newest', (file) => [
    replace(`${proof}/shape`, proofOf(file).shape.slice(0, -1)),
  ]),
  'proof-that-goes-on': tampering('subject.newest', (file) => [
    replace(`${proof}/shape`, `${proofOf(file).shape}E`),
  ]),
  'proof-with-an-empty-side-for-a-hash': tampering('subject.newest', (file) => [
    replace(`${proof}/shape`, proofOf(file).shape.replace('H', 'E')),
    remove(`${proof}/hashes/0`),
  ]),
  'proof-mirrored': tampering('subject.newest', (file) => [
    replace(`${proof}/shape`, Array.from(proofOf(file).shape).toReversed().join('')),
  ]),
  'proof-with-a-mark-that-is-none': tampering('file.form', (file) => [
    replace(`${proof}/shape`, `X${proofOf(file).shape.slice(1)}`),
  ]),
  'proof-nested-deeper-than-paths': tampering('subject.newest', [
    replace(proof, { hashes: [], leaves: [], shape: `${'N'.repeat(300)}${'E'.repeat(301)}` }),
  ]),
  'newest-by-an-older-leaf': tampering('subject.newest', (file) => [
    replace(
      `${proof}/leaves/${own(file)}/value/leaf`,
      file.transactions[placeOf(USE, 'usage:Answer')]!.position,
    ),
  ]),
  'newest-by-a-text-nearly-the-same': tampering('subject.newest', (file) => {
    const { value } = proofOf(file).leaves[own(file)]!;
    return [replace(`${proof}/leaves/${own(file)}/value/text`, nearly((value as { text: string }).text))];
  }),
  'newest-said-to-be-gone': tampering('subject.newest', (file) => [
    replace(`${proof}/leaves/${own(file)}/value/text`, null),
  ]),
  'newest-with-something-standing': tampering('subject.newest', (file) => [
    add(`${proof}/leaves/${own(file)}/value/standing`, `sha256:${'ab'.repeat(32)}`),
  ]),
  'newest-under-another-key': tampering('subject.newest', (file) => [
    replace(`${proof}/leaves/${own(file)}/key`, `usage/usage-${'a'.repeat(52)}`),
  ]),
  'newest-as-a-note': tampering('subject.newest', (file) => [
    replace(`${proof}/leaves/${own(file)}/space`, 'note'),
  ]),
  'newest-leaf-left-out': tampering('subject.newest', (file) => [remove(`${proof}/leaves/${own(file)}`)]),
  'newest-leaf-twice': tampering('subject.newest', (file) => [
    copy(`${proof}/leaves/${own(file)}`, `${proof}/leaves/${own(file)}`),
  ]),
  'text-shown-that-nobody-asked-for': tampering('subject.newest', [
    add('/states/texts/-', { key: 'space', text: '{}' }),
  ]),
  'fact-with-another-text': tampering('decision.facts', ({ records }) => [
    replace('/records/0/text', records[0]!.text.replace('"assurance":2', '"assurance":3')),
  ]),
  'facts-with-texts-swapped': tampering('decision.facts', ({ records }) => [
    replace('/records/0/text', records[1]!.text),
    replace('/records/1/text', records[0]!.text),
  ]),
  'fact-under-another-key': tampering('decision.facts', [replace('/records/0/key', 'component/another')]),
  'fact-that-nobody-looked-at': tampering('decision.facts', [
    add('/records/-', { key: 'valuation/another', text: '{"kind":"valuation"}' }),
  ]),
  'fact-that-is-no-json': tampering('decision.facts', [replace('/records/0/text', 'true, as I stand here')]),
  'facts-all-left-out': tampering('decision.facts', [replace('/records', [])]),
  'subject-is-the-grant': tampering('subject.newest', () => [
    replace('/subject', other('grant-accepted').subject),
  ]),
  'subject-is-a-valuation-of-the-same-id': tampering('subject.newest', [
    replace('/subject/kind', 'valuation'),
  ]),
  'subject-of-another-file': tampering('subject.newest', () => [replace('/subject', other(RULED).subject)]),
  'opening-of-nothing': tampering('sealed.openings', [
    add('/openings/-', { salt: 'ab'.repeat(32), value: { price: 1 } }),
  ]),
  'valuation-with-another-opening': tampering(
    'sealed.openings',
    [replace('/openings/0/salt', 'ab'.repeat(32))],
    'valuation-opened',
  ),
  'valuation-without-its-opening': tampering(
    'valuation.result',
    [replace('/openings', [])],
    'valuation-opened',
  ),
  'claim-of-another-ledger': tampering(
    'ledger.genesis',
    () => [replace('/config', other(USE).config)],
    'claim-registered',
  ),
  'grant-as-a-claim': tampering('subject.newest', [replace('/subject/kind', 'claim')], 'grant-accepted'),
};
