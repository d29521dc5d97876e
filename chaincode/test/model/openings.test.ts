import { encode, Refusal, schema, type Opening } from '@tallystick/chaincode/model';
import { decodeOpenings, openingDigest } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import { json, nonce } from './values.js';
import { vectors } from './vectors.js';

const { valid } = vectors('openings') as { valid: { opening: Opening; digest: string }[] };
const salt = 'ab'.repeat(16);

function refusalOf(text: string): string {
  try {
    decodeOpenings(text);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  throw new Error('accepted');
}

describe('openings of sealed fields', () => {
  it('commit as the golden digests do', () => {
    for (const { opening, digest } of valid) expect(openingDigest(opening)).to.equal(digest);
  });

  it('are found by the digest they commit to, not by one they claim', () => {
    const list = valid.map(({ opening }) => opening);
    const openings = decodeOpenings(encode(list));
    expect([...openings.keys()]).to.deep.equal(valid.map(({ digest }) => digest));
    for (const [digest, opening] of openings) expect(openingDigest(opening)).to.equal(digest);
  });

  it('come back as they were sent', () => {
    const openings = fc.array(fc.record({ salt: nonce, value: json }, { noNullPrototype: true }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(openings, (list) => {
        const read = decodeOpenings(encode(list));
        for (const opening of list as Opening[])
          expect(read.get(openingDigest(opening))).to.deep.equal(opening);
      }),
    );
  });

  it('bind salt and value', () => {
    const digests = [
      { salt, value: 'a' },
      { salt, value: 'b' },
      { salt: 'cd'.repeat(16), value: 'a' },
      { salt, value: ['a'] },
      { salt, value: { salt, value: 'a' } },
    ].map(openingDigest);
    expect(new Set(digests).size).to.equal(digests.length);
  });

  const wrong: Record<string, string> = {
    'no list': encode({ salt, value: 1 }),
    'a short salt': encode([{ salt: 'ab'.repeat(15), value: 1 }]),
    'a long salt': encode([{ salt: 'ab'.repeat(33), value: 1 }]),
    'a salt in upper case': encode([{ salt: 'AB'.repeat(16), value: 1 }]),
    'no salt': encode([{ value: 1 }]),
    'no value': encode([{ salt }]),
    'a member beside': encode([{ salt, value: 1, digest: 'x' }]),
    'text that is not canonical': `[{"value":1,"salt":"${salt}"}]`,
    'a duplicate member': `[{"salt":"${salt}","value":1,"value":2}]`,
    'a member readers would drop': `[{"salt":"${salt}","value":{"__proto__":1}}]`,
    'a float': `[{"salt":"${salt}","value":0.5}]`,
    'no JSON': 'secret',
    'more than a batch may need': encode(Array.from({ length: 501 }, () => ({ salt, value: 1 }))),
  };
  for (const [name, text] of Object.entries(wrong)) {
    it(`refuse ${name}`, () => {
      expect(refusalOf(text)).to.equal('MALFORMED');
    });
  }
});

describe('sealable fields', () => {
  const digest = valid[0]!.digest;
  const cid = `bafkrei${'a'.repeat(52)}`;
  const field = schema.sealable(schema.text(10));

  it('are open or sealed', () => {
    for (const value of [{ open: 'title' }, { sealed: { digest, cid } }]) {
      expect(field.safeParse(value).success).to.equal(true);
    }
  });

  it('are never both, neither, or something else', () => {
    const values = [
      {},
      'title',
      { open: '' },
      { open: 'title', sealed: { digest, cid } },
      { sealed: { digest } },
      { sealed: { digest, cid, salt } },
      { sealed: { digest: digest.toUpperCase(), cid } },
    ];
    for (const value of values) expect(field.safeParse(value).success, JSON.stringify(value)).to.equal(false);
  });
});
