import { addSeconds } from '@tallystick/chaincode/model';
import { NEWEST } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import { operator } from './governed.js';
import { bundleRules, newRealm, type Realm } from './realm.js';
import { recordStory, untriedIn, UNTRIED, type Recorded } from './recording.js';
import { buyerKey, steelKey, third } from './rights.js';
import { component, regulator, steel } from './world.js';
import { times } from '../../test/sampling.js';

describe('determinism of the rules', function () {
  let recorded: Recorded[];
  let realms: [Realm, Realm];
  before(async () => {
    const bundle = await bundleRules();
    realms = [newRealm(bundle), newRealm(bundle)];
    recorded = await recordStory();
  });

  it('is tried with every transaction', () => {
    expect(untriedIn(recorded, NEWEST.rules.keys()), UNTRIED).to.deep.equal([]);
  });

  it('is watched: clock, randomness and locale fail in the realms', () => {
    for (const realm of realms) {
      for (const script of [
        'new Date()',
        'Date.now()',
        'Math.random()',
        'new Intl.NumberFormat()',
        '"a".localeCompare("b")',
        '"a".toLocaleUpperCase()',
        'new WeakRef({})',
        '"use strict"; Array.prototype.left = 1',
        'process.hrtime()',
      ]) {
        expect(() => realm.evaluate(script), script).to.throw();
      }
    }
  });

  it('yields the same bytes in two realms, and in this one', async () => {
    const [first, second] = realms;
    // The second realm sees the calls in reverse: nothing may be left over from one call to the next.
    const outcomes = new Map<Recorded, string>();
    for (const each of recorded.toReversed()) outcomes.set(each, await second.run(each.call, each.state));
    for (const each of recorded) {
      const { call, state, outcome } = each;
      expect(await first.run(call, state), call.transaction).to.equal(outcome);
      expect(outcomes.get(each), call.transaction).to.equal(outcome);
    }
  });

  it('yields the same bytes for whoever calls, and whenever', () => {
    const callers = [steel, component, regulator, operator, third, steelKey, buyerKey];
    const variations = fc.record({
      pick: fc.nat(),
      caller: fc.option(fc.constantFrom(...callers), { nil: undefined }),
      seconds: fc.integer({ min: -1000, max: 100_000_000 }),
    });
    return fc.assert(
      fc.asyncProperty(variations, async ({ pick, caller, seconds }) => {
        const { call, state } = recorded[pick % recorded.length]!;
        const time = addSeconds(call.caller.time, seconds);
        const varied = { ...call, caller: { ...call.caller, ...caller, time } };
        const [first, second] = realms;
        const reordered = new Map([...state].toReversed());
        expect(await second.run(varied, reordered)).to.equal(await first.run(varied, state));
      }),
      { numRuns: times(300) },
    );
  });
});
