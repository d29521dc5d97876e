import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import {
  isStep,
  KILLS_A_ROUND,
  planKills,
  STEPS,
  type Place,
  type Setting,
} from '../../scripts/faults/plan.js';
import { feelPulse } from '../../scripts/faults/pulse.js';
import type { Ledger, LedgerBlock } from '../../gateway/src/ledger/port.js';

const countsOf = (places: readonly Place[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const place of places.filter((each) => !isStep(each))) counts[place] = (counts[place] ?? 0) + 1;
  return counts;
};

const placesOf = (rounds: number, setting: Setting): Place[] =>
  planKills(rounds * KILLS_A_ROUND, 7, setting).map(({ place }) => place);

describe('the plan of kills', () => {
  it('on the embedded ledger reaches every failpoint in every round', () => {
    const places = placesOf(1, { ledger: 'embedded', store: 'embedded' });
    expect(places.filter(isStep).sort()).to.deep.equal([...STEPS].sort());
    expect(countsOf(places)).to.deep.equal({ node: 3 });
  });

  for (const ledger of ['fabric-bft', 'fabric-raft'] as const) {
    it(`on ${ledger} kills every part in every round, and gateways at every failpoint in some rounds`, () => {
      const setting = { ledger, store: 'kubo' } as const;
      expect(countsOf(placesOf(1, setting))).to.deep.equal({
        leader: 3,
        follower: 2,
        peer: 3,
        chaincode: 2,
        kubo: 3,
      });
      expect(new Set(placesOf(3, setting).filter(isStep)).size).to.equal(STEPS.length);
    });
  }

  it('is the same for the same seed, however many kills are asked for, and another for another seed', () => {
    const setting = { ledger: 'fabric-bft', store: 'kubo' } as const;
    const forty = planKills(40, 3, setting);
    expect(planKills(40, 3, setting)).to.deep.equal(forty);
    expect(planKills(10, 3, setting)).to.deep.equal(forty.slice(0, 10));
    expect(planKills(40, 4, setting)).to.not.deep.equal(forty);
  });

  it('names victims that a space has', () => {
    for (const { place, victim } of planKills(200, 5, { ledger: 'fabric-bft', store: 'kubo' })) {
      const known = {
        leader: /^leader$/,
        follower: /^follower$/,
        peer: /^peer0\.(Steel|Component|Regulator)MSP$/,
        chaincode: /^chaincode\.peer0\.(Steel|Component|Regulator)MSP$/,
        kubo: /^kubo\.(Steel|Component)MSP$/,
      } as Record<string, RegExp>;
      expect(victim).to.match(known[place] ?? /^(Steel|Component|Regulator)MSP$/);
    }
  });
});

/** A ledger whose blocks come so many milliseconds one after the other. */
const ledgerOf = (pauses: readonly number[]): Ledger =>
  ({
    height: () => Promise.resolve(0n),
    async *blocks() {
      for (const pause of pauses) {
        await sleep(pause);
        yield {} as LedgerBlock;
      }
    },
  }) as unknown as Ledger;

describe('the pulse of a ledger', () => {
  it('tells the longest silence that ended after a moment, and whether blocks come again', async () => {
    const pulse = feelPulse(ledgerOf([10, 900, 10, 400, 10]));
    expect(await pulse.beatAfter(performance.now(), 2000)).to.equal(true);
    await sleep(1000);
    const moment = performance.now();
    expect(pulse.silenceAfter(0)).to.be.at.least(880);
    expect(await pulse.beatAfter(moment, 2000)).to.equal(true);
    await sleep(200);
    expect(pulse.silenceAfter(moment)).to.be.at.least(380).and.below(pulse.silenceAfter(0));
    expect(await pulse.beatAfter(performance.now(), 50)).to.equal(false);
    pulse.stop();
  });
});
