import { keys, Refusal, type Obligation, type Usage } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { dutiesOf } from '../src/policy/index.js';
import { fulfilling, reason, under } from './duties.js';
import {
  buyerKey,
  constraint,
  fork,
  granted,
  permitting,
  refined,
  registered,
  steelKey,
  third,
  use,
  type Granted,
  type Organisation,
} from './rights.js';
import { regulator } from './world.js';
import { times } from '../../test/sampling.js';

/** Random lives of one grant whose policy asks for much: what is owed, what is broken and what is allowed fit together. */

const after = (span: string) => constraint('delayPeriod', 'eq', span);
const POLICY = {
  ...permitting({
    duty: [
      {
        action: refined('delete', after('PT2H')),
        consequence: [{ action: refined('compensate', after('PT1H')) }, { action: 'inform' }],
      },
      { action: refined('inform', after('PT1H')) },
    ],
  }),
  conflict: 'prohibit',
  prohibition: [{ action: 'distribute', remedy: [{ action: 'compensate' }] }],
  obligation: [
    {
      action: refined('inform', constraint('timeInterval', 'eq', 'PT6H')),
      consequence: [{ action: 'compensate' }],
    },
  ],
};

const all = <T>({ world }: Granted, kind: string): T[] =>
  [...world.state].flatMap(([key, text]) => (key.startsWith(`${kind}/`) ? [JSON.parse(text) as T] : []));
const openIn = ({ world, grantId }: Granted): readonly string[] =>
  world.state.has(keys.breaches(grantId).text) ? world.get(keys.breaches(grantId)).open : [];

const isSame = (one: Obligation, other: Obligation) =>
  one.usage === other.usage && one.period === other.period;
/** Whether every consequence of an obligation is done; of one that was never broken there is none to do. */
function isMadeGood(at: Granted, obligation: Obligation, obligations: readonly Obligation[]): boolean {
  const plans = dutiesOf(at.world.get(keys.grant(at.grantId)).terms.enforced);
  const consequences = plans.find(({ pointer }) => pointer === obligation.duty)?.consequences ?? [];
  return consequences.every((pointer) =>
    obligations.some(
      (each) => each.duty === pointer && isSame(each, obligation) && each.state === 'FULFILLED',
    ),
  );
}

/** What stands open, found the long way: from all obligations there are. */
function expectOpen(at: Granted): void {
  const obligations = all<Obligation>(at, 'obligation');
  const isOpen = (each: Obligation) =>
    each.breach !== undefined && (each.state !== 'FULFILLED' || !isMadeGood(at, each, obligations));
  expect([...openIn(at)].sort()).to.deep.equal(
    obligations
      .filter(isOpen)
      .map(({ id }) => id)
      .sort(),
  );
}

/** Each allowed use owes its duties once, and no other use owes any. */
function expectOwed(at: Granted): void {
  const usages = all<Usage>(at, 'usage');
  const owing = all<Obligation>(at, 'obligation').filter(({ duty }) =>
    /^\/permission\/0\/duty\/\d$/.test(duty),
  );
  const allowed = usages.filter(({ answer }) => answer?.outcome === 'ALLOWED');
  const expected = allowed.flatMap(({ id }) => [`${id} /permission/0/duty/0`, `${id} /permission/0/duty/1`]);
  expect(owing.map(({ usage, duty }) => `${usage} ${duty}`).sort()).to.deep.equal(expected.sort());
}

async function attempt(at: Granted, by: Organisation, transaction: string, request: object): Promise<void> {
  const before = all<Obligation>(at, 'obligation');
  const grant = at.world.state.get(keys.grant(at.grantId).text);
  try {
    await at.world.run(by, transaction, request);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return;
  }
  expect(at.world.state.get(keys.grant(at.grantId).text)).to.equal(grant);
  for (const old of before) {
    const { state } = at.world.get(keys.obligation(old.id));
    const moves = {
      DUE: ['DUE', 'FULFILLED', 'BREACHED'],
      BREACHED: ['BREACHED', 'FULFILLED'],
      FULFILLED: ['FULFILLED'],
    };
    expect(moves[old.state]).to.include(state);
  }
  expectOpen(at);
  expectOwed(at);
}

type Step = (at: Granted, pick: number) => Promise<void>;
const nameOf = ({ grant, duty, usage, period }: Obligation) => ({
  grant,
  duty,
  ...(usage && { usage }),
  ...(period !== undefined && { period }),
});
/** One of the obligations on record, or a period of the one that recurs. */
function pickName(at: Granted, pick: number): object {
  const obligations = all<Obligation>(at, 'obligation');
  if (obligations.length === 0 || pick % 4 === 0) {
    return { grant: at.grantId, duty: '/obligation/0', period: pick % 5 };
  }
  return nameOf(obligations[pick % obligations.length]!);
}
const fulfil =
  (by: Organisation, side: 'buyerComponent' | 'steelComponent'): Step =>
  (at, pick) =>
    attempt(at, by, 'obligations:Fulfil', {
      ...fulfilling(at, '/obligation/0', { component: at[side] }),
      ...pickName(at, pick),
    });

const STEPS: Readonly<Record<string, Step>> = {
  use: async (at) => {
    const isBroken = openIn(at).length > 0;
    const { code } = await use(at);
    expect(code).to.equal(isBroken ? 'BREACH' : undefined);
    expectOwed(at);
  },
  fulfilByBuyer: fulfil(buyerKey, 'buyerComponent'),
  fulfilBySteel: fulfil(steelKey, 'steelComponent'),
  escalate: (at, pick) => attempt(at, third, 'obligations:Escalate', pickName(at, pick)),
  impose: (at) => attempt(at, regulator, 'obligations:Impose', { grant: at.grantId, prohibition: 0, reason }),
  wait: (at, pick) => Promise.resolve(void at.world.later(900 * (pick % 40))),
};
const lives = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom('use', 'escalate', 'fulfilByBuyer', 'fulfilBySteel', 'wait'),
      fc.constantFrom(...Object.keys(STEPS)),
    ),
    fc.nat({ max: 1000 }),
  ),
  { minLength: 10, maxLength: 40, size: 'max' },
);

describe('the life of obligations', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered(), under(POLICY))));

  async function live(taken: readonly (readonly [string, number])[]): Promise<Granted> {
    const at = fork(setting);
    for (const [name, pick] of [['use', 0], ...taken] as const) await STEPS[name]!(at, pick);
    return at;
  }

  it('keeps what is owed, broken and allowed in step', () =>
    fc.assert(
      fc.asyncProperty(lives, async (taken) => {
        await live(taken);
      }),
      { numRuns: times(40) },
    ));

  it('is lived to the full: everything happens somewhere', async () => {
    const seen = new Set<string>();
    for (const taken of fc.sample(lives, { numRuns: 60, seed: 1 })) {
      for (const { state, duty, breach } of all<Obligation>(await live(taken), 'obligation')) {
        const kind = /consequence|remedy|obligation|duty/.exec(duty.split('/').at(-2)!)?.[0];
        seen.add(`${kind} ${state}${breach && state === 'FULFILLED' ? ' late' : ''}`);
      }
    }
    expect([...seen]).to.include.members([
      ...['duty', 'obligation'].flatMap((kind) =>
        ['FULFILLED', 'BREACHED', 'FULFILLED late'].map((state) => `${kind} ${state}`),
      ),
      ...[
        'consequence DUE',
        'consequence FULFILLED',
        'consequence BREACHED',
        'remedy DUE',
        'remedy FULFILLED late',
      ],
    ]);
  });
});
