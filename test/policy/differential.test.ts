import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { odrl, type Policy, type PolicyWorld } from '@tallystick/chaincode/model';
import { ACTIONS, impliedBy, includes, OPERANDS } from '../../chaincode/src/policy/vocabulary/index.js';
import * as ledger from '../../chaincode/src/policy/evaluation/index.js';
import { newRandom } from '../differential/random.js';
import { times } from '../sampling.js';
import { readSuite } from '../odrl/folder.js';
import { situationOf } from '../odrl/situation.js';
import { ALL_ACTIONS, allWithin, impliedOf } from './oracle/actions.js';
import { orderOfDurations, plus, readDuration, readMoment } from './oracle/calendar.js';
import { differenceOn, disagreementOf, type Engine } from './oracle/comparison.js';
import { decide } from './oracle/deciding.js';
import { newSample } from './oracle/generator.js';
import { leakOf } from './oracle/narrowing.js';
import { ALL_OPERANDS, stageOfOperand, STAGES } from './oracle/vocabulary.js';

const CASES = times(400, 20_000);
const SEED = 1;

/** First disagreement of an engine with the oracle in so many cases. */
function search(cases: number, engine?: Engine): ReturnType<typeof disagreementOf> {
  for (let seed = SEED; seed < SEED + cases; seed += 1) {
    const disagreement = disagreementOf(seed, engine);
    if (disagreement) return disagreement;
  }
  return undefined;
}

describe('Policies judged by an oracle', () => {
  it(`agree with it in ${CASES} random cases from seed ${SEED} on`, () => {
    const found = search(CASES);
    expect(found, `npm run differential:policy -- --cases 1 --seed ${found?.seed ?? 0}`).to.equal(undefined);
  });

  it('are policies, attempts and worlds that the model accepts', () => {
    for (let seed = SEED; seed < SEED + 300; seed += 1) {
      const { policy, attempt, world } = newSample(newRandom(seed));
      expect(odrl.policy.parse(policy)).to.deep.equal(policy);
      expect(odrl.attempt.parse(attempt)).to.deep.equal(attempt);
      expect(odrl.policyWorld.parse(world)).to.deep.equal(world);
    }
  });

  it('end in every denial, and are allowed often enough', () => {
    const ends = new Map<string, number>();
    for (let seed = SEED; seed < SEED + 2000; seed += 1) {
      const sample = newSample(newRandom(seed));
      const { denial = 'ALLOW' } = decide(sample, (pointer) => sample.deferrable.includes(pointer));
      ends.set(denial, (ends.get(denial) ?? 0) + 1);
    }
    expect([...ends.keys()]).to.have.members([...new Set(['ALLOW', ...STAGES])]);
    expect(ends.get('ALLOW')).to.be.greaterThan(300);
  });

  const BROKEN: Readonly<Record<string, Engine>> = {
    'permits what a prohibition forbids': {
      ...ledger,
      decisionOf: (policy, ...others) => ledger.decisionOf({ ...policy, conflict: 'perm' }, ...others),
    },
    'lets every duty wait': {
      ...ledger,
      decisionOf: (policy, report, _isDeferrable, attempt, world) =>
        ledger.decisionOf(policy, report, () => true, attempt, world),
    },
    'does not know what was done': {
      ...ledger,
      evaluate: (policy, attempt, world, behaviour) =>
        ledger.evaluate(policy, attempt, { ...world, duties: [] }, behaviour),
    },
    'forgets memberships': {
      ...ledger,
      evaluate: (policy, attempt, world, behaviour) =>
        ledger.evaluate(policy, attempt, { ...world, members: [] }, behaviour),
    },
    'judges a moment later': {
      ...ledger,
      evaluate: (policy, attempt, world, behaviour) =>
        ledger.evaluate(policy, attempt, { ...world, at: '2030-01-01T00:00:00.000Z' }, behaviour),
    },
  };
  for (const [name, engine] of Object.entries(BROKEN)) {
    it(`disagree with an engine that ${name}`, () => {
      expect(search(2000, engine)).not.to.equal(undefined);
    });
  }
});

describe('Cases of the ODRL test suite judged by the oracle', () => {
  const ROOT = '../shared/data/odrl-test-suite';

  it('agree with it', async function () {
    if (!existsSync(ROOT)) {
      process.stdout.write(`    skipped: no ${ROOT}\n`);
      this.skip();
    }
    let judged = 0;
    for (const entry of await readSuite(ROOT)) {
      if ('problem' in entry) throw new Error(entry.problem);
      const { policy, world, asked } = situationOf(entry.testCase);
      for (const { attempt, facts } of asked) {
        const known = { ...world, facts: [...world.facts, ...facts] };
        expect(differenceOn({ policy, attempt, world: known }), entry.file).to.equal(undefined);
        judged += 1;
      }
    }
    expect(judged).to.be.at.least(46);
  });
});

describe('Subsumption held against the oracle', () => {
  const leaks = (seeds: number, options?: Parameters<typeof leakOf>[1]): readonly unknown[] =>
    Array.from({ length: seeds }, (_, index) => leakOf(SEED + index, options));

  it('takes no child for narrower that allows what its parent does not, and takes many', () => {
    const found = leaks(300);
    expect(found.filter((each) => typeof each === 'object')).to.deep.equal([]);
    expect(found.filter((each) => each === undefined)).to.have.length.greaterThan(100);
  });

  it('would be found out', () => {
    const found = leaks(100, { excess: () => [] });
    expect(found.some((each) => typeof each === 'object')).to.equal(true);
  });
});

describe('What the oracle found once', () => {
  const use = { action: { name: 'use' } };
  const at: PolicyWorld = { at: '2026-03-01T00:00:00.000Z', facts: [], members: [], duties: [] };
  const deny = (prohibition: odrl.Prohibition, action: string, world: PolicyWorld = at): unknown => {
    const policy: Policy = {
      '@type': 'Set',
      conflict: 'prohibit',
      permission: [use],
      prohibition: [prohibition],
    };
    const attempt = { action };
    const report = ledger.evaluate(policy, attempt, world);
    return ledger.decisionOf(policy, report, () => false, attempt, world).denial;
  };

  it('asking for an action asks for what its parts imply', () => {
    expect(deny({ action: { name: 'acceptTracking' } }, 'idsc:LOG')).to.equal('PROHIBITED');
    expect(deny({ action: { name: 'acceptTracking' } }, 'idsc:HASH')).to.equal(undefined);
  });

  it('a prohibition for exactly one of what cannot be told may apply', () => {
    const known = { leftOperand: 'purpose', operator: 'eq', rightOperand: 'research' } as const;
    const unknown = { leftOperand: 'media', operator: 'eq', rightOperand: 'print' } as const;
    const either = { xone: [known, unknown] };
    const world = { ...at, facts: [{ operand: 'purpose', value: 'research' }] };
    expect(deny({ ...use, constraint: [{ xone: [either, either, unknown] }] }, 'use', world)).to.equal(
      'PROHIBITED',
    );
    expect(deny({ ...use, constraint: [{ xone: [known, known, unknown] }] }, 'use', world)).to.equal(
      undefined,
    );
  });
});

describe('The vocabulary of policies', () => {
  it('has the actions of the W3C vocabulary, each included where it says', () => {
    expect([...ACTIONS].sort()).to.deep.equal([...ALL_ACTIONS].sort());
    for (const general of ALL_ACTIONS) {
      const within = allWithin(general);
      for (const action of ALL_ACTIONS)
        expect(includes(general, action), `${general} includes ${action}`).to.equal(within.has(action));
    }
  });

  it('has the implications that are stated anywhere', () => {
    for (const action of ALL_ACTIONS)
      expect([...impliedBy(action)].sort(), action).to.deep.equal([action, ...impliedOf(action)].sort());
  });

  it('has the operands and denials of the oracle', () => {
    expect([...OPERANDS.keys()].sort()).to.deep.equal([...ALL_OPERANDS].sort());
    for (const [name, { denial }] of OPERANDS) expect(denial, name).to.equal(stageOfOperand(name));
  });
});

describe('The calendar of the oracle', () => {
  const sum = (moment: string, duration: string): unknown => {
    const [from, by] = [readMoment(moment), readDuration(duration)];
    return from && by && plus(from, by);
  };

  // XML Schema 1.1 part 2, appendix E.3.3, and section 3.3.6.1 for the order.
  it('adds durations as XML Schema does', () => {
    expect(sum('2026-01-31T00:00:00.000Z', 'P1M')).to.deep.equal(readMoment('2026-02-28T00:00:00.000Z'));
    expect(sum('2028-01-31T00:00:00.000Z', 'P1M1D')).to.deep.equal(readMoment('2028-03-01T00:00:00.000Z'));
    expect(sum('2028-02-29T12:00:00.000Z', 'P1Y')).to.deep.equal(readMoment('2029-02-28T12:00:00.000Z'));
    expect(sum('2026-12-31T23:59:59.999Z', 'PT0.001S')).to.deep.equal(readMoment('2027-01-01T00:00:00.000Z'));
    expect(sum('2026-03-31T00:00:00.000Z', '-P1M')).to.deep.equal(readMoment('2026-02-28T00:00:00.000Z'));
  });

  it('orders durations where they have an order', () => {
    const order = (one: string, other: string): number | undefined => {
      const [left, right] = [readDuration(one), readDuration(other)];
      return left && right && orderOfDurations(left, right);
    };
    expect(order('P1Y', 'P12M')).to.equal(0);
    expect(order('P1M', 'P32D')).to.equal(-1);
    expect(order('P1M', 'P27D')).to.equal(1);
    expect(order('P1M', 'P30D')).to.equal(undefined);
  });
});
