import type { Json } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { needMethod } from '../src/rules/valuations/methods.js';
import { ofPpm, product, roundHalfEven, split, sum, whole } from '../src/rules/valuations/rational.js';
import { vectors } from './model/vectors.js';

interface Case {
  name: string;
  method: string;
  version: number;
  inputs: Json;
}
interface Shares {
  name: string;
  shares: { id: string; weight: string }[];
}

const { valid, invalid, rounding, splits, undividable } = vectors('valuations') as {
  valid: (Case & { result: string })[];
  invalid: Case[];
  rounding: { n: string; d: string; rounded: string }[];
  splits: (Shares & { total: string; parts: string[] })[];
  undividable: Shares[];
};

const weighed = ({ shares }: Shares): { id: string; weight: bigint }[] =>
  shares.map(({ id, weight }) => ({ id, weight: BigInt(weight) }));

describe('valuation methods', () => {
  for (const { name, method, version, inputs, result } of valid) {
    it(`${method}: ${name}`, () => {
      expect(needMethod(method, version).valueOf(inputs)).to.equal(BigInt(result));
    });
  }

  for (const { name, method, version, inputs } of invalid) {
    it(`${method} refuses ${name}`, () => {
      expect(needMethod(method, version).valueOf(inputs)).to.equal(undefined);
    });
  }
});

describe('exact arithmetic', () => {
  const natural = fc.bigInt({ min: 0n, max: 10n ** 30n });
  const positive = fc.bigInt({ min: 1n, max: 10n ** 30n });
  const rational = fc.record({ n: natural, d: positive });

  it('rounds half to even', () => {
    for (const { n, d, rounded } of rounding) {
      expect(roundHalfEven({ n: BigInt(n), d: BigInt(d) }), `${n}/${d}`).to.equal(BigInt(rounded));
    }
  });

  it('rounds to the nearest, and to the even of two nearest', () => {
    fc.assert(
      fc.property(natural, fc.oneof(positive, fc.constantFrom(1n, 2n, 4n)), (n, d) => {
        const rounded = roundHalfEven({ n, d });
        const twiceOff = (rounded * d - n) * 2n;
        expect(twiceOff <= d && twiceOff >= -d).to.equal(true);
        if (twiceOff === d || twiceOff === -d) expect(rounded % 2n).to.equal(0n);
      }),
    );
  });

  it('sums and multiplies without loss, in any order', () => {
    fc.assert(
      fc.property(fc.array(rational, { maxLength: 5 }), (terms) => {
        const reversed = terms.toReversed();
        for (const combine of [sum, product]) {
          const [a, b] = [combine(terms), combine(reversed)];
          expect(a.n * b.d).to.equal(b.n * a.d);
        }
        const added = sum([...terms, ...terms.map(({ n, d }) => ({ n: -n, d }))]);
        expect(added.n).to.equal(0n);
      }),
    );
    expect(roundHalfEven(product([whole(7n), ofPpm(3_000_000)]))).to.equal(21n);
  });

  for (const { total, parts, ...shares } of splits) {
    it(`splits: ${shares.name}`, () => {
      expect(split(BigInt(total), weighed(shares)).map(String)).to.deep.equal(parts);
    });
  }

  for (const shares of undividable) {
    it(`splits nothing by ${shares.name}`, () => {
      expect(() => split(10n, weighed(shares))).to.throw(RangeError);
    });
  }

  it('splits without remainder, each part less than one unit from its exact share, whatever the order', () => {
    const shares = fc
      .uniqueArray(fc.record({ id: fc.stringMatching(/^[a-z]{1,3}$/), weight: fc.bigInt(0n, 1000n) }), {
        selector: ({ id }) => id,
        minLength: 1,
        maxLength: 12,
      })
      .filter((list) => list.some(({ weight }) => weight > 0n));
    fc.assert(
      fc.property(natural, shares, (total, list) => {
        const parts = split(total, list);
        const weights = list.reduce((all, { weight }) => all + weight, 0n);
        expect(parts.reduce((all, part) => all + part, 0n)).to.equal(total);
        for (const [index, { weight }] of list.entries()) {
          const off = parts[index]! * weights - total * weight;
          expect(off < weights && off > -weights).to.equal(true);
        }
        expect(split(total, list.toReversed()).toReversed()).to.deep.equal(parts);
      }),
    );
  });
});
