import { addSeconds, Refusal, type RefusalCode, type Usage } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { leaseOf, Serving, type Leasing } from '../../src/features/custody/lease.js';
import { LedgerRefusal, LedgerUnavailable } from '../../src/ledger/port-errors.js';
import { FakeLedger, FakeProjection } from '../http/fakes.js';
import { sampleId } from '../http/samples.js';
import { rejection } from '../payload/fixtures.js';

const START = '2026-06-01T00:00:00.000Z';
const at = (seconds: number): string => addSeconds(START, seconds);
const id = sampleId('usage');
const LEASE = 100;

/** A use allowed at START under a grant with leases of a hundred seconds. */
const usage = {
  id,
  grant: sampleId('grant'),
  component: sampleId('component'),
  answer: { outcome: 'ALLOWED', leaseUntil: at(LEASE) },
} as unknown as Usage;

const leaseRecord = { kind: 'lease', schema: 1 };

describe('custody: leases', () => {
  let ledger: FakeLedger;
  let projection: FakeProjection;
  let now: string;
  let leasing: Leasing;
  beforeEach(() => {
    ledger = new FakeLedger();
    projection = new FakeProjection();
    projection.put(`grant/${usage.grant}`, { terms: { lease: LEASE } }, 1n);
    now = START;
    leasing = { ledger, projection, signers: new Map(), now: () => now };
  });

  const until = (): Promise<string | undefined> => leaseOf(leasing, usage, 'connector');
  const put = (number: number, lease: object): void =>
    projection.put(`lease/${id}/${number}`, { usage: id, number, outcome: 'ALLOWED', ...lease }, 2n);
  const renewals = (): unknown[] =>
    ledger.seen.map(({ argument }) => (JSON.parse(argument) as { number: number }).number);
  const answering = (answer: object): void => {
    ledger.outcomeOf = ({ argument }) => {
      const { usageId, number } = JSON.parse(argument) as { usageId: string; number: number };
      return Promise.resolve(JSON.stringify({ usageId, number, ...answer }));
    };
  };
  const refusing = (code: RefusalCode): void => {
    ledger.outcomeOf = () => Promise.reject(new LedgerRefusal(new Refusal(code, {}).message, {}));
  };

  it('are of no concern to a use without one', async () => {
    const plain = { ...usage, answer: { ...usage.answer, leaseUntil: undefined } } as unknown as Usage;
    expect(await leaseOf(leasing, plain, 'connector')).to.equal(undefined);
  });

  it('are not renewed while enough is left', async () => {
    now = at(79);
    expect(await until()).to.equal(at(LEASE));
    expect(ledger.seen).to.deep.equal([]);
  });

  for (const [when, seconds] of [
    ['a fifth is left', 80],
    ['it has ended', 100],
    ['it ended long ago', 5000],
  ] as const) {
    it(`are renewed by the component when ${when}`, async () => {
      now = at(seconds);
      answering({ outcome: 'ALLOWED', until: at(seconds + LEASE) });
      expect(await until()).to.equal(at(seconds + LEASE));
      expect(ledger.seen).to.deep.equal([
        {
          identity: 'connector',
          transaction: 'usage:Renew',
          argument: JSON.stringify({ component: usage.component, number: 1, usageId: id }),
        },
      ]);
    });
  }

  it('go on from the last one', async () => {
    for (const last of [1, 2, 3, 4, 7, 8, 9, 20]) {
      ledger.seen.length = 0;
      for (let number = 1; number <= last; number += 1) put(number, { until: at(number * LEASE) });
      now = at(last * LEASE);
      answering({ outcome: 'ALLOWED', until: at((last + 1) * LEASE) });
      expect(await until()).to.equal(at((last + 1) * LEASE));
      expect(renewals(), String(last)).to.deep.equal([last + 1]);
    }
  });

  it('end with a denial, whatever is left of the window', async () => {
    now = at(90);
    answering({ outcome: 'DENIED', code: 'HOLD' });
    expect(await rejection(until())).to.deep.include({ code: 'DENIED', details: { code: 'HOLD', lease: 1 } });
    put(1, { outcome: 'DENIED', code: 'HOLD' });
    now = START;
    expect(await rejection(until())).to.deep.include({ code: 'DENIED', details: { code: 'HOLD', lease: 1 } });
    expect(renewals()).to.deep.equal([1]);
  });

  it('that somebody else has renewed are taken over', async () => {
    now = at(LEASE);
    refusing('LEASE_OUT_OF_ORDER');
    ledger.records.set(
      `lease/${id}/1`,
      JSON.stringify({ ...leaseRecord, outcome: 'ALLOWED', number: 1, until: at(150) }),
    );
    expect(await until()).to.equal(at(150));
    ledger.records.set(
      `lease/${id}/1`,
      JSON.stringify({ ...leaseRecord, outcome: 'DENIED', number: 1, code: 'HOLD' }),
    );
    expect(await rejection(until())).to.have.property('code', 'DENIED');
  });

  it('that cannot be renewed serve to their end and not longer', async () => {
    refusing('ILLEGAL_STATE');
    now = at(99);
    expect(await until()).to.equal(at(LEASE));
    now = at(LEASE);
    expect(await rejection(until())).to.deep.include({
      code: 'LEASE_ENDED',
      details: { until: at(LEASE), reason: 'ILLEGAL_STATE' },
    });
    refusing('LEASE_OUT_OF_ORDER');
    expect(await rejection(until())).to.have.property('code', 'LEASE_ENDED');
  });

  it('end also when the ledger is away', async () => {
    const attempted = leasing.ledger.prepare.bind(ledger);
    ledger.prepare = (submission) => ({
      ...attempted(submission),
      submit: () => Promise.reject(new LedgerUnavailable('away', {})),
    });
    now = at(LEASE);
    const error = await rejection(until());
    expect(error).to.deep.include({
      code: 'LEASE_ENDED',
      details: { until: at(LEASE), reason: 'UNAVAILABLE' },
    });
  });

  it('tell whoever serves under them', async () => {
    const end = new Serving(at(LEASE), () => now);
    end.check();
    now = at(LEASE);
    expect(() => end.check()).to.throw('ended');
    expect(end.signal.aborted).to.equal(true);
    end.clear();
    const soon = new Serving(addSeconds(now, 1), () => new Date().toISOString());
    soon.clear();
    const past = new Serving(at(0), () => now);
    await new Promise((resolve) => past.signal.addEventListener('abort', resolve));
    expect(past.signal.reason).to.have.property('code', 'LEASE_ENDED');
    new Serving(undefined, () => now).check();
  });
});
