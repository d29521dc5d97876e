import { digestOf, encode, Refusal } from '@tallystick/chaincode/model';
import {
  pinnedCouncil,
  restorationIn,
  restore,
  type Council,
  type Restoration,
} from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  argumentOf,
  CHANNEL,
  checkpointOver,
  entryOf,
  restoring,
  witness,
  witnessKey,
  type Divergence,
} from './restoring.js';
import { someId } from './seeds.js';
import { times } from '../../test/sampling.js';

const [first, second, third, stranger] = [witnessKey(1), witnessKey(2), witnessKey(3), witnessKey(4)];
const COUNCIL: Council = { needed: 2, keys: [first, second, third].map(({ key }) => key) };
const key = `participant/${someId('participant')}`;
const FORGED: Divergence = { key, effective: '{"state":"SUSPENDED"}', standing: '{"state":"ACTIVE"}' };

type Request = ReturnType<typeof restoring>;
const valid = (of = FORGED): Request => restoring(of, [first, second]);

function attempt(
  request: object | string,
  standing: Divergence['standing'] = FORGED.standing,
  councils: readonly Council[] = [COUNCIL],
  channel = CHANNEL,
): Promise<Restoration> {
  const bytes = typeof standing === 'string' ? new TextEncoder().encode(standing) : (standing ?? undefined);
  return restore(typeof request === 'string' ? request : argumentOf(request), {
    channel,
    councils: () => Promise.resolve(councils),
    standing: (named) => Promise.resolve(named === key ? bytes : undefined),
  });
}

async function refusalOf(attempted: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempted;
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

describe('records:Restore', () => {
  const done = (text: string | null) => ({
    key,
    text,
    result: encode({ key }),
    events: [{ name: 'record.restored', key }],
  });

  it('gives back the text that the rules wrote, where something else stands', async () => {
    expect(await attempt(valid())).to.deep.equal(done(FORGED.effective));
  });

  it('gives back nothing where a forged record stands, and a record where nothing does', async () => {
    const invented: Divergence = { ...FORGED, effective: null };
    expect(await attempt(valid(invented))).to.deep.equal(done(null));
    const deleted: Divergence = { ...FORGED, standing: null };
    expect(await attempt(valid(deleted), null)).to.deep.equal(done(FORGED.effective));
  });

  it('gives back what stands as bytes that are no text', async () => {
    const garbage: Divergence = { ...FORGED, standing: Uint8Array.of(0xff, 0xfe, 0x00) };
    expect(await attempt(valid(garbage), garbage.standing)).to.deep.equal(done(FORGED.effective));
  });

  it('takes more signatures than it needs, and those of strangers for none', async () => {
    expect(await refusalOf(attempt(restoring(FORGED, [stranger, first, second, third])))).to.equal(undefined);
    expect(await refusalOf(attempt(restoring(FORGED, [stranger, first])))).to.equal('WITNESSES_MISSING');
  });

  it('is found in its argument by whoever folds, without proof', () => {
    const request = valid();
    expect(restorationIn(argumentOf(request))).to.deep.equal(done(FORGED.effective));
    expect(() => restorationIn(argumentOf([request]))).to.throw(Refusal, 'MALFORMED');
    expect(() => restorationIn('{')).to.throw(Refusal, 'MALFORMED');
  });

  const over = (divergence: Divergence, changes: object = {}): Request => {
    const { checkpoint, proof } = checkpointOver([entryOf(divergence)], key, changes);
    return {
      ...valid(),
      checkpoint,
      proof,
      witnesses: [first, second].map((each) => witness(each, checkpoint)),
    };
  };
  const other = over({ ...FORGED, effective: 'other' });
  const missing = checkpointOver([], key);
  const agreeing = checkpointOver(
    [{ space: 'record', key, value: { text: digestOf(FORGED.effective!), leaf: 7 } }],
    key,
  );
  const signed = ({ checkpoint, proof }: Pick<Request, 'checkpoint' | 'proof'>, changes: object = {}) => ({
    ...valid(),
    checkpoint,
    proof,
    witnesses: [first, second].map((each) => witness(each, checkpoint)),
    ...changes,
  });
  const { checkpoint, proof } = valid();

  const invalid: Readonly<Record<string, readonly [code: string, request: object]>> = {
    'another text than the proven one': ['RESTORATION_UNPROVEN', { ...valid(), text: '{"state":"EXITED"}' }],
    'nothing, where a text is proven': ['RESTORATION_UNPROVEN', { ...valid(), text: null }],
    'a proof of another root': ['RESTORATION_UNPROVEN', { ...valid(), proof: other.proof }],
    'a signed checkpoint of another root': [
      'RESTORATION_UNPROVEN',
      { ...valid(), checkpoint: other.checkpoint, witnesses: other.witnesses },
    ],
    'a proof that ends too early': [
      'RESTORATION_UNPROVEN',
      { ...valid(), proof: { ...proof, hashes: proof.hashes.slice(1) } },
    ],
    'a proof without its leaf': ['RESTORATION_UNPROVEN', { ...valid(), proof: { ...proof, leaves: [] } }],
    'a proof of another key': ['RESTORATION_UNPROVEN', signed(checkpointOver([entryOf(FORGED)], 'other/5'))],
    'a key that the map does not hold': ['RESTORATION_UNPROVEN', signed(missing)],
    'nothing under a key that the map does not hold': [
      'RESTORATION_UNPROVEN',
      signed(missing, { text: null }),
    ],
    'a record that stands as it ought to': ['NOT_DIVERGENT', signed(agreeing)],
    'a note in place of a record': [
      'RESTORATION_UNPROVEN',
      signed(checkpointOver([{ ...entryOf(FORGED), space: 'note' }], key)),
    ],
    'a checkpoint of another channel': ['RESTORATION_UNPROVEN', over(FORGED, { channel: 'elsewhere' })],
    'one witness': ['WITNESSES_MISSING', restoring(FORGED, [first])],
    'one witness twice': ['WITNESSES_MISSING', restoring(FORGED, [first, first])],
    'a signature with high S': [
      'WITNESSES_MISSING',
      { ...valid(), witnesses: [witness(first, checkpoint), witness(second, checkpoint, { lowS: false })] },
    ],
    'a signature by another key': [
      'WITNESSES_MISSING',
      {
        ...valid(),
        witnesses: [witness(first, checkpoint), { ...witness(stranger, checkpoint), key: second.key }],
      },
    ],
    'a signature over another checkpoint': [
      'WITNESSES_MISSING',
      { ...valid(), witnesses: [first, second].map((each) => witness(each, { ...checkpoint, height: 13 })) },
    ],
    'a signature over another statement': [
      'WITNESSES_MISSING',
      {
        ...valid(),
        witnesses: valid().witnesses.map((each) => ({
          ...each,
          statement: { ...each.statement, replayedFrom: 1 },
        })),
      },
    ],
    'a signature that is no DER': [
      'WITNESSES_MISSING',
      { ...valid(), witnesses: valid().witnesses.map((each) => ({ ...each, signature: 'AAAA' })) },
    ],
    'no witness': ['MALFORMED', { ...valid(), witnesses: [] }],
    'too many witnesses': ['MALFORMED', { ...valid(), witnesses: Array(51).fill(valid().witnesses[0]) }],
    'a key in upper case': [
      'MALFORMED',
      { ...valid(), witnesses: valid().witnesses.map((each) => ({ ...each, key: each.key.toUpperCase() })) },
    ],
    'an empty text': ['MALFORMED', { ...valid(), text: '' }],
    'a text that is too long': ['MALFORMED', { ...valid(), text: 'a'.repeat(1_000_001) }],
    'a proof that is too deep': ['MALFORMED', { ...valid(), proof: { ...proof, shape: 'N'.repeat(514) } }],
    'a member nobody knows': ['MALFORMED', { ...valid(), force: true }],
    'a list': ['MALFORMED', [valid()]],
  };
  for (const [name, [code, request]] of Object.entries(invalid)) {
    it(`refuses ${name}`, async () => {
      expect(await refusalOf(attempt(request, FORGED.standing))).to.equal(code);
    });
  }

  it('refuses what stands otherwise than the proof says', async () => {
    for (const standing of ['{"state":"EXITED"}', FORGED.effective, null])
      expect(await refusalOf(attempt(valid(), standing))).to.equal('NOT_DIVERGENT');
    expect(await refusalOf(attempt(valid({ ...FORGED, standing: null })))).to.equal('NOT_DIVERGENT');
  });

  it('counts each council by itself, and no signatures across two', async () => {
    const other: Council = { needed: 1, keys: [stranger.key] };
    const one = restoring(FORGED, [stranger]);
    expect(await refusalOf(attempt(one, FORGED.standing, [other]))).to.equal(undefined);
    expect(await refusalOf(attempt(one, FORGED.standing, [COUNCIL, other]))).to.equal(undefined);
    expect(await refusalOf(attempt(one, FORGED.standing, []))).to.equal('WITNESSES_MISSING');
    const pair: readonly Council[] = [
      { needed: 2, keys: [first.key] },
      { needed: 2, keys: [second.key] },
    ];
    expect(await refusalOf(attempt(valid(), FORGED.standing, pair))).to.equal('WITNESSES_MISSING');
  });

  it('needs its own channel', async () => {
    expect(await refusalOf(attempt(valid(), FORGED.standing, [COUNCIL], 'elsewhere'))).to.equal(
      'RESTORATION_UNPROVEN',
    );
  });

  it('refuses any request of which one byte of a signature, digest or text differs', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom('0', '1', 'a', 'b', 'A', 'z'), async (pick, digit) => {
        const argument = argumentOf(valid());
        const at = pick % argument.length;
        if (argument[at] === digit) return;
        const changed = `${argument.slice(0, at)}${digit}${argument.slice(at + 1)}`;
        expect(await refusalOf(attempt(changed))).to.be.oneOf([
          'MALFORMED',
          'RESTORATION_UNPROVEN',
          'NOT_DIVERGENT',
          'WITNESSES_MISSING',
        ]);
      }),
      { numRuns: times(150) },
    ));
});

describe('a council pinned beside the ledger', () => {
  it('is read from JSON', () => {
    expect(pinnedCouncil(encode({ ...COUNCIL, keys: [...COUNCIL.keys] }))).to.deep.equal(COUNCIL);
  });

  for (const [name, text] of Object.entries({
    'needs more than there are': encode({ needed: 2, keys: [first.key] }),
    'needs none': encode({ needed: 0, keys: [first.key] }),
    'has no keys': encode({ needed: 1, keys: [] }),
    'repeats a key': encode({ needed: 1, keys: [first.key, first.key] }),
    'has a key that is none': encode({ needed: 1, keys: ['04aa'] }),
    'is no JSON': '{',
  })) {
    it(`is refused when it ${name}`, () => {
      expect(() => pinnedCouncil(text)).to.throw();
    });
  }
});
