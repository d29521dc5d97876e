import { addSeconds, instantOf, instantOfTimestamp, isInstant, millisOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { vectors } from './vectors.js';
import { times } from '../../../test/sampling.js';

const { valid, invalid } = vectors('instants') as {
  valid: { text: string; millis: number }[];
  invalid: { name: string; text: string }[];
};
const LAST = 253_402_300_799_999;
const millis = fc.integer({ min: 0, max: LAST });

describe('instants', () => {
  for (const { text, millis: expected } of valid) {
    it(`reads and writes ${text}`, () => {
      expect(isInstant(text)).to.equal(true);
      expect(millisOf(text)).to.equal(expected).and.equal(Date.parse(text));
      expect(instantOf(expected)).to.equal(text);
    });
  }

  for (const { name, text } of invalid) {
    it(`refuses: ${name}`, () => {
      expect(isInstant(text)).to.equal(false);
    });
  }

  it('agree with Date', () => {
    fc.assert(
      fc.property(millis, (value) => {
        const text = new Date(value).toISOString();
        expect(instantOf(value)).to.equal(text);
        expect(millisOf(text)).to.equal(value);
        expect(isInstant(text)).to.equal(true);
      }),
      { numRuns: times(2000) },
    );
  });

  it('agree with Date on every day of four centuries', () => {
    for (let day = 0; day < 146_097; day += 1) {
      const value = day * 86_400_000 + 86_399_999;
      if (instantOf(value) !== new Date(value).toISOString()) expect.fail(`day ${day}`);
    }
  });

  it('agree with Date on which dates exist', () => {
    const digits = (min: number, max: number, width: number): fc.Arbitrary<string> =>
      fc.integer({ min, max }).map((value) => value.toString().padStart(width, '0'));
    const dates = fc.tuple(digits(1970, 9999, 4), digits(0, 13, 2), digits(0, 32, 2), digits(0, 24, 2));
    fc.assert(
      fc.property(dates, ([year, month, day, hour]) => {
        const text = `${year}-${month}-${day}T${hour}:00:00.000Z`;
        const parsed = new Date(text);
        // Date carries 30 February over into March and takes hour 24; only what it writes back exists.
        const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString() === text;
        expect(isInstant(text), text).to.equal(exists);
      }),
      { numRuns: times(2000) },
    );
  });

  it('are ordered as their text is', () => {
    fc.assert(
      fc.property(millis, millis, (a, b) => {
        expect(instantOf(a) < instantOf(b)).to.equal(a < b);
      }),
    );
  });

  it('move by seconds, and not out of their years', () => {
    fc.assert(
      fc.property(millis, fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (value, seconds) => {
        const sum = value + seconds * 1000;
        const add = (): string => addSeconds(instantOf(value), seconds);
        if (sum < 0 || sum > LAST) expect(add).to.throw(RangeError);
        else expect(add()).to.equal(new Date(sum).toISOString());
      }),
    );
  });

  it('cut a transaction timestamp to milliseconds', () => {
    expect(instantOfTimestamp(1_795_507_200, 999_999)).to.equal('2026-11-24T08:00:00.000Z');
    expect(instantOfTimestamp(1_795_507_200, 999_999_999)).to.equal('2026-11-24T08:00:00.999Z');
  });

  it('have no value for what is none', () => {
    for (const value of [-1, LAST + 1, 0.5, NaN, Infinity]) {
      expect(() => instantOf(value)).to.throw(RangeError);
    }
    for (const { text } of invalid.filter(({ name }) => !/February|November/.test(name))) {
      expect(() => millisOf(text), text).to.throw(RangeError);
    }
  });
});
