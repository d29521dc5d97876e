import { decode, encode, EncodingError } from '@tallystick/chaincode/model';
import canonicalize from 'canonicalize';
import { expect } from 'chai';
import fc from 'fast-check';
import { json } from './values.js';
import { vectors } from './vectors.js';

interface Valid {
  name: string;
  text: string;
  canonical: string;
}
const { valid, invalid } = vectors('jcs') as {
  valid: Valid[];
  invalid: { name: string; text: string; code: string }[];
};
const generated = vectors('jcs-generated') as { valid: Valid[] };

function errorOf(action: () => unknown): EncodingError {
  try {
    action();
  } catch (error) {
    if (error instanceof EncodingError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('canonical JSON', () => {
  for (const { name, text, canonical } of [...valid, ...generated.valid]) {
    it(`writes ${name}`, () => {
      expect(encode(JSON.parse(text))).to.equal(canonical);
      expect(decode(canonical)).to.deep.equal(JSON.parse(text));
    });
  }

  for (const { name, text, code } of invalid) {
    it(`refuses ${name}`, () => {
      expect(errorOf(() => decode(text)).code).to.equal(code);
    });
  }

  it('reading what was written is the identity, in value and in bytes', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = encode(value);
        expect(decode(text)).to.deep.equal(value);
        expect(encode(decode(text))).to.equal(text);
      }),
    );
  });

  it('is what the implementation by the author of RFC 8785 writes, whatever the names and their order', () => {
    const name = fc.oneof(
      fc.nat({ max: 30 }).map(String),
      fc.string(),
      fc.constantFrom('B', 'a', 'é', '\u{1f600}', '\uffff'),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, json, fc.array(tie('any')), fc.dictionary(name, tie('any'))),
    })).any;
    fc.assert(
      fc.property(value, (any) => {
        fc.pre(!/"__proto__"|\\u0000/.test(JSON.stringify(any)));
        expect(encode(any)).to.equal(canonicalize(any));
      }),
    );
  });

  it('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => !/\0|__proto__/.test(name)),
          fc.nat(),
        ),
        (value) => {
          const reversed = Object.fromEntries(Object.entries(value).toReversed());
          expect(encode(reversed)).to.equal(encode(value));
        },
      ),
    );
  });

  it('accepts only what it would write itself', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        let value: unknown;
        try {
          value = decode(text);
        } catch (error) {
          expect(error).to.be.instanceOf(EncodingError);
          return;
        }
        expect(encode(value)).to.equal(text);
      }),
    );
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const unwritable: [string, unknown, string, string][] = [
    ['undefined', undefined, 'NOT_JSON', ''],
    ['an undefined member', { a: undefined }, 'NOT_JSON', '/a'],
    ['a hole in an array', [1, , 2], 'NOT_JSON', '/1'], // eslint-disable-line no-sparse-arrays
    ['a function', { a: () => 1 }, 'NOT_JSON', '/a'],
    ['a symbol', Symbol('a'), 'NOT_JSON', ''],
    ['a bigint', [1n], 'NOT_JSON', '/0'],
    ['a date', { a: [new Date(0)] }, 'NOT_JSON', '/a/0'],
    ['bytes', Uint8Array.of(1), 'NOT_JSON', ''],
    ['a map', new Map([['a', 1]]), 'NOT_JSON', ''],
    ['an object that writes itself', { toJSON: () => 1 }, 'NOT_JSON', '/toJSON'],
    ['NaN', NaN, 'NOT_AN_INTEGER', ''],
    ['infinity', [-Infinity], 'NOT_AN_INTEGER', '/0'],
    ['minus zero', { a: -0 }, 'NOT_AN_INTEGER', '/a'],
    ['a cycle', cyclic, 'TOO_DEEP', '/0'.repeat(65)],
    ['a value behind names that a pointer must escape', { '~/': { '': 0.5 } }, 'NOT_AN_INTEGER', '/~0~1/'],
  ];
  for (const [name, value, code, pointer] of unwritable) {
    it(`does not coerce ${name}`, () => {
      expect(errorOf(() => encode(value))).to.include({ code, pointer });
    });
  }

  it('goes 64 levels deep', () => {
    const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
    expect(encode(decode(deep))).to.equal(deep);
  });
});
