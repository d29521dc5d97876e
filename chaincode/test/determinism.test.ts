import { addSeconds, encode, Refusal } from '@tallystick/chaincode/model';
import { openingDigest, rules, type Call, type Execution } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import fc from 'fast-check';
import { operator } from './governed.js';
import { bundleRules, newRealm, type Realm } from './realm.js';
import { buyerKey, steelKey, third } from './rights.js';
import { story } from './story.js';
import { component, regulator, steel, World } from './world.js';

interface Recorded {
  readonly call: Call;
  readonly state: ReadonlyMap<string, string>;
  /** What it came to in the realm of the tests. */
  readonly outcome: string;
  readonly isRefused: boolean;
}

const textOf = ({ writes, events, result }: Execution): string =>
  JSON.stringify({ writes: [...writes], events, result });

type Simulate = (this: World, ...attempt: Parameters<World['simulate']>) => Promise<Execution>;

/** Every call the story makes, with the state it ran over. */
async function recordStory(): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const simulate: Simulate = Reflect.get(World.prototype, 'simulate');
  World.prototype.simulate = async function (this: World, caller, transaction, request, openings = []) {
    const call: Call = {
      transaction,
      argument: encode(request),
      caller: { ...caller, time: this.now },
      openings: new Map(openings.map((opening) => [openingDigest(opening), opening])),
    };
    const state = new Map(this.state);
    try {
      const done = await simulate.call(this, caller, transaction, request, openings);
      recorded.push({ call, state, outcome: textOf(done), isRefused: false });
      return done;
    } catch (error) {
      if (error instanceof Refusal) recorded.push({ call, state, outcome: error.message, isRefused: true });
      throw error;
    }
  };
  try {
    await story();
  } finally {
    World.prototype.simulate = simulate;
  }
  return recorded;
}

describe('determinism of the rules', function () {
  this.timeout(60_000);
  let recorded: Recorded[];
  let realms: [Realm, Realm];
  before(async () => {
    const bundle = await bundleRules();
    realms = [newRealm(bundle), newRealm(bundle)];
    recorded = await recordStory();
  });

  it('is tried with every transaction', () => {
    const succeeded = recorded.filter(({ isRefused }) => !isRefused);
    const tried = new Set(succeeded.map(({ call }) => call.transaction));
    expect([...tried]).to.have.members([...rules.keys()]);
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
      { numRuns: 300 },
    );
  });
});
