import { addSeconds, instantOf, keys, millisOf, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { afterSpan, periodAt, periodStart } from '../src/rules/obligations/period.js';
import { escalate, under } from './duties.js';
import { constraint, granted, permitting, refined, registered, third } from './rights.js';

const FIRST = '2026-01-31T12:00:00.000Z';
const spans = fc.constantFrom('PT1H', 'P1D', 'P7D', 'P30D', 'P1M', 'P3M', 'P1Y', 'P1M2DT3H');

describe('periods of recurring duties', () => {
  it('are counted from the first, so that the end of a month does not drift', () => {
    expect([0, 1, 2, 3, 13].map((period) => periodStart(FIRST, 'P1M', period))).to.deep.equal([
      FIRST,
      '2026-02-28T12:00:00.000Z',
      '2026-03-31T12:00:00.000Z',
      '2026-04-30T12:00:00.000Z',
      '2027-02-28T12:00:00.000Z',
    ]);
  });

  it('begin on their first millisecond', () => {
    expect(periodAt(FIRST, 'P1M', '2026-02-28T11:59:59.999Z')).to.equal(0);
    expect(periodAt(FIRST, 'P1M', '2026-02-28T12:00:00.000Z')).to.equal(1);
    expect(periodAt(FIRST, 'P1M', '2025-01-01T00:00:00.000Z'), 'before the first').to.equal(0);
  });

  it('cover every instant exactly once', () => {
    const instants = fc.integer({ min: 0, max: 20 * 366 * 86_400_000 });
    fc.assert(
      fc.property(spans, instants, (every, millis) => {
        const at = instantOf(millisOf(FIRST) + millis);
        const period = periodAt(FIRST, every, at);
        expect(periodStart(FIRST, every, period)! <= at).to.equal(true);
        if (period < 100_000) expect(periodStart(FIRST, every, period + 1)! > at).to.equal(true);
      }),
    );
  });

  it('end where the instants do', () => {
    expect(periodStart('9999-12-31T00:00:00.000Z', 'P1D', 1)).to.equal(undefined);
    expect(afterSpan('9999-12-31T00:00:00.000Z', 'P1D')).to.equal('9999-12-31T23:59:59.999Z');
    expect(afterSpan(FIRST, 'P1M')).to.equal('2026-02-28T12:00:00.000Z');
  });

  it('may be followed by a delay', async () => {
    const weekly = refined(
      'inform',
      constraint('timeInterval', 'eq', 'P7D'),
      constraint('delayPeriod', 'eq', 'P2D'),
    );
    const at = await granted(
      await registered(),
      under({ ...permitting(), obligation: [{ action: weekly }] }),
    );
    const due = addSeconds(at.world.now, 9 * 86_400);
    at.world.later(9 * 86_400);
    const request = { grant: at.grantId, duty: '/obligation/0', period: 0 };
    expect(await at.world.refusal(third, 'obligations:Escalate', request)).to.equal('NOT_OVERDUE');
    at.world.later(1);
    const { obligationId } = await escalate(at, '/obligation/0', { period: 0 });
    expect(at.world.get(keys.obligation(obligationId as Id<'obligation'>)).due).to.equal(due);
  });
});
