import type { Json } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { readPolicy } from '../../src/policy/reading/index.js';

/** Lexical form that is kept of what a left operand is compared with; `undefined` when that is refused. */
function kept(leftOperand: string, rightOperand: Json): string | undefined {
  const reading = readPolicy({ permission: { constraint: { leftOperand, operator: 'eq', rightOperand } } });
  if ('problems' in reading) return undefined;
  const [constraint] = reading.policy.permission?.[0]?.constraint ?? [];
  const value = constraint && 'rightOperand' in constraint ? constraint.rightOperand : undefined;
  return typeof value === 'object' && '@value' in value ? value['@value'] : (value as string | undefined);
}

const two = (value: number): string => String(value).padStart(2, '0');
const zeros = fc.integer({ min: 0, max: 4 }).map((count) => '0'.repeat(count));

describe('values as they are kept', () => {
  it('are the instants that zoned times mean', () => {
    const times = fc.date({
      min: new Date('1970-01-02T00:00:00.000Z'),
      max: new Date('9999-12-30T00:00:00.000Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(times, fc.integer({ min: -840, max: 840 }), zeros, (time, offset, padding) => {
        const local = new Date(time.getTime() + offset * 60_000).toISOString().replace('Z', padding);
        const minutes = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
        expect(kept('dateTime', local + zone)).to.equal(time.toISOString());
      }),
    );
  });

  it('are decimals without superfluous digits, and equal exactly when the numbers are', () => {
    const parts = fc.record({
      sign: fc.constantFrom('', '+', '-'),
      whole: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fraction: fc.integer({ min: 0, max: 999 }),
      before: zeros,
      after: zeros,
    });
    fc.assert(
      fc.property(parts, ({ sign, whole, fraction, before, after }) => {
        const text = kept(
          'payAmount',
          `${sign}${before}${whole}.${String(fraction).padStart(3, '0')}${after}`,
        );
        const thousandths = (whole * 1000n + BigInt(fraction)) * (sign === '-' ? -1n : 1n);
        expect(text).to.match(/^(?!-0$)-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
        const [, minus = '', integer = '', rest = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text ?? '') ?? [];
        expect(BigInt(minus + integer + rest.padEnd(3, '0'))).to.equal(thousandths);
      }),
    );
  });

  it('are durations of the same months and milliseconds, in one spelling', () => {
    const field = fc.integer({ min: 0, max: 5000 });
    const fields = fc.tuple(field, field, field, field, field, field, field);
    const FORM = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?$/;
    const fieldsOf = (text: string): number[] =>
      FORM.exec(text)!
        .slice(1)
        .map((each: string | undefined, at) =>
          Number(at === 6 ? (each ?? '').padEnd(3, '0') : (each ?? '0')),
        );
    const measured = (text: string): readonly number[] => {
      const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0] = fieldsOf(text);
      return [y * 12 + mo, (((d * 24 + h) * 60 + mi) * 60 + s) * 1000 + ms];
    };
    fc.assert(
      fc.property(fields, ([y, mo, d, h, mi, s, ms]) => {
        const written = `P${y}Y${mo}M${d}DT${h}H${mi}M${s}.${String(ms % 1000).padStart(3, '0')}S`;
        const text = kept('elapsedTime', written) ?? '';
        expect(measured(text)).to.deep.equal(measured(written));
        expect(kept('elapsedTime', text)).to.equal(text);
        const [, months = 0, , hours = 0, minutes = 0, seconds = 0] = fieldsOf(text);
        expect([months < 12, hours < 24, minutes < 60, seconds < 60]).to.not.include(false);
        expect(text).to.not.match(/(?<=[A-Z])0+[YMDH]|\.\d*0S|T$/);
      }),
    );
  });
});
