import type { AnyRecord } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { CheckpointBody } from '@tallystick/chaincode/model';
import type { ProjectedRecord } from '../../src/projection/port.js';
import { Stamping } from '../../src/features/evidence/stamping.js';
import { openStores, type AllStores } from '../state/stores.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('stamping checkpoints', () => {
  let state: AllStores;
  let clock: number;
  let height: number;
  /** Heights in whose block there is a receipt. */
  let receipts: Set<number>;
  let failing: Set<string>;
  /** Authorities whose tokens nobody could verify. */
  let useless: Set<string>;
  let kept: number[];
  let asked: string[];

  beforeEach(async () => {
    state = await openStores(':memory:');
    clock = Date.parse('2026-11-24T08:00:00.000Z');
    height = 10;
    receipts = new Set([8]);
    failing = new Set();
    useless = new Set();
    kept = [];
    asked = [];
  });
  afterEach(() => state.close());

  const rulebook = { contestWithin: 4 * 3600 };
  const opened = (authorities = ['a']): Stamping =>
    new Stamping({
      authorities,
      archive: state.evidence,
      checkpoints: {
        commonHeight: () => Promise.resolve(height < 0 ? undefined : height),
        keep: (at) => Promise.resolve(void kept.push(at)),
      },
      projection: {
        record: <T extends AnyRecord>() =>
          Promise.resolve({ value: { rulebook } } as unknown as ProjectedRecord<T>),
        results: (_, after, upTo) =>
          Promise.resolve(
            [...receipts]
              .filter((block) => block > after && block <= upTo)
              .map(() => ({ transaction: 'usage:Answer', result: '{}' })),
          ),
        body: (at) => Promise.resolve({ height: at } as CheckpointBody),
      },
      needed: 1,
      interval: HOUR,
      log: { warn: () => undefined },
      check: (token) => (token[0] === 1 ? Promise.resolve() : Promise.reject(new Error('useless'))),
      request: (authority) => {
        asked.push(`${authority} ${height}`);
        return failing.has(authority)
          ? Promise.reject(new Error('down'))
          : Promise.resolve(Uint8Array.of(useless.has(authority) ? 2 : 1));
      },
      now: () => clock,
    });

  const later = (millis: number, blocks = 1): void => {
    clock += millis;
    height += blocks;
  };

  it('happens when there are receipts that no token covers, and no more often than once an interval', async () => {
    const stamping = opened();
    expect(await stamping.look()).to.equal(10);
    expect(kept).to.deep.equal([10]);
    later(MINUTE);
    receipts.add(11);
    expect(await stamping.look()).to.equal(undefined);
    later(HOUR, 300);
    expect(await stamping.look()).to.equal(311);
    later(2 * HOUR);
    expect(await stamping.look()).to.equal(undefined);
    expect(await state.evidence.newestStamped()).to.equal(311);
    expect(asked).to.deep.equal(['a 10', 'a 311']);
  });

  it('happens once more when the time to contest has ended', async () => {
    const stamping = opened();
    await stamping.look();
    later(4 * HOUR, 0);
    expect(await stamping.look()).to.equal(undefined);
    later(MINUTE);
    expect(await stamping.look()).to.equal(11);
    later(9 * HOUR);
    expect(await stamping.look()).to.equal(undefined);
  });

  it('waits for witnesses, and is nothing without receipts', async () => {
    const stamping = opened();
    height = -1;
    expect(await stamping.look()).to.equal(undefined);
    receipts.clear();
    height = 500;
    expect(await stamping.look()).to.equal(undefined);
    expect(asked).to.deep.equal([]);
  });

  it('goes on after a restart as if it had stamped just now', async () => {
    await opened().look();
    later(MINUTE);
    receipts.add(11);
    const again = opened();
    expect(await again.look()).to.equal(undefined);
    later(HOUR);
    expect(await again.look()).to.equal(12);
  });

  it('makes do with one authority of several, and leaves those alone that fail', async () => {
    const stamping = opened(['a', 'b']);
    failing.add('a').add('b');
    const error = await stamping.look().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(Error);
    later(MINUTE / 2);
    expect(await stamping.look()).to.equal(undefined);
    later(MINUTE);
    failing.delete('b');
    expect(await stamping.look()).to.equal(12);
    expect((await state.evidence.tokens(12)).map(({ authority }) => authority)).to.deep.equal(['b']);
    expect(asked).to.have.length(4);
  });

  it('keeps no token that would not be verified, and makes do with another authority’s', async () => {
    const stamping = opened(['a', 'b']);
    useless.add('a').add('b');
    const error = await stamping.look().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(Error);
    expect(await state.evidence.newestStamped()).to.equal(undefined);
    later(2 * MINUTE);
    useless.delete('b');
    expect(await stamping.look()).to.equal(11);
    expect((await state.evidence.tokens(11)).map(({ authority }) => authority)).to.deep.equal(['b']);
  });
});
