import { keys, type Id, type odrl, type PolicyWorld } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { under } from './duties.js';
import {
  buyer,
  COMMITMENT,
  constraint,
  counted,
  fork,
  GENERAL,
  granted,
  patch,
  permitting,
  policyOf,
  registered,
  terms,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
type Fact = Omit<odrl.Known, 'operand'>;

describe('usage:Answer: the world a policy is judged in', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  async function worldIn(at: Granted, asked: Changes = {}, answered: Changes = {}): Promise<PolicyWorld> {
    const { usageId } = (await use(at, asked, answered)) as unknown as { usageId: Id<'usage'> };
    return at.world.get(keys.usage(usageId)).answer!.policy!.world;
  }

  /** An operand, a right operand that lets the use pass, and what is known of it. */
  const FACTS: readonly (readonly [string, string, unknown, (at: Granted) => readonly Fact[]])[] = [
    [
      'dateTime',
      'gteq',
      { '@value': '2026-11-01T00:00:00.000Z', '@type': 'xsd:dateTime' },
      ({ world }) => [{ value: { '@value': world.now, '@type': 'xsd:dateTime' } }],
    ],
    ['purpose', 'eq', 'predictive-maintenance', () => [{ value: 'predictive-maintenance' }]],
    ['spatial', 'eq', 'CN', () => [{ value: 'CN-31' }]],
    ['recipient', 'eq', buyer.participant, () => [{ value: buyer.participant }]],
    [
      'vcard:hasGeo',
      'eq',
      'CN',
      () => [{ value: 'CN-31', source: keys.participant(buyer.participant).text }],
    ],
    [
      'idsc:CONNECTOR',
      'neq',
      someId('component'),
      ({ buyerComponent }) => [{ value: buyerComponent, source: keys.component(buyerComponent).text }],
    ],
    [
      'idsc:SECURITY_LEVEL',
      'gteq',
      'TRUST',
      ({ buyerComponent }) => [{ value: 'TRUST', source: keys.component(buyerComponent).text }],
    ],
    [
      'tallystick:assurance',
      'gteq',
      2,
      ({ buyerComponent }) => [
        { value: { '@value': '2', '@type': 'xsd:integer' }, source: keys.component(buyerComponent).text },
      ],
    ],
    [
      'version',
      'eq',
      1,
      ({ versionId }) => [
        { value: { '@value': '1', '@type': 'xsd:integer' }, source: keys.version(versionId).text },
      ],
    ],
    [
      'absoluteSize',
      'lteq',
      1_048_576,
      ({ versionId }) => [
        {
          value: { '@value': COMMITMENT.bytes, '@type': 'xsd:decimal' },
          source: keys.version(versionId).text,
        },
      ],
    ],
    [
      'skos:concept',
      'isNoneOf',
      ['CORE'],
      ({ datasetId }) => {
        const source = keys.dataset(datasetId).text;
        return [
          { value: 'L1', source },
          { value: 'GENERAL', source },
        ];
      },
    ],
    [
      'ids:artifactState',
      'eq',
      'encrypted',
      ({ versionId }) => [{ value: 'encrypted', source: keys.version(versionId).text }],
    ],
    [
      'elapsedTime',
      'lteq',
      'P3M',
      ({ world, grantId }) => [
        {
          value: { '@value': world.get(keys.grant(grantId)).activatedAt!, '@type': 'xsd:dateTime' },
          source: keys.grant(grantId).text,
        },
      ],
    ],
  ];

  for (const [operand, operator, right, known] of FACTS) {
    it(`knows ${operand}`, async () => {
      const at = await granted(fork(setting), under(policyOf(constraint(operand, operator, right))));
      const world = await worldIn(at);
      expect(world.facts).to.deep.equal(known(at).map((fact) => ({ operand, ...fact })));
      expect((await use(at)).code).to.equal(undefined);
    });
  }

  it('knows the delay since the grant was activated', async () => {
    const at = await granted(fork(setting), under(policyOf(constraint('delayPeriod', 'gteq', 'P1D'))));
    expect((await use(at)).code).to.equal('TIME_WINDOW');
    at.world.later(86_400);
    expect((await use(at)).code).to.equal(undefined);
  });

  it('knows which use it is, by the slot that the answer names', async () => {
    const at = await granted(fork(setting), { terms: terms(counted(2)) });
    for (const slot of [0, 1]) {
      const value = { '@value': String(slot + 1), '@type': 'xsd:integer' };
      expect((await worldIn(at, {}, { slot })).facts).to.deep.equal([{ operand: 'count', value }]);
    }
    expect((await use(at, {}, { slot: 2 })).code).to.equal('QUOTA');
  });

  it('knows personal data for what it is', async () => {
    const at = await granted(
      fork(setting),
      under(policyOf(constraint('skos:concept', 'isNoneOf', ['personal-data']))),
    );
    expect((await use(at)).code).to.equal(undefined);
    patch(at.world, keys.dataset(at.datasetId), { classification: { ...GENERAL, personalData: true } });
    expect((await use(at)).code).to.equal('TARGET');
  });

  it('holds nothing that the policy does not ask', async () => {
    const world = await worldIn(await granted(fork(setting)));
    expect(world.facts).to.deep.equal([]);
    expect(world.duties).to.deep.equal([]);
  });

  it('says how duties stand, but for those that come later', async () => {
    const duty = [{ action: 'idsc:LOG' }, { action: 'delete' }, { action: 'nextPolicy' }];
    const at = await granted(fork(setting), under(permitting({ duty })));
    const { duties } = await worldIn(at);
    expect(duties).to.deep.equal([{ duty: '/permission/0/duty/0', performance: 'Performed' }]);
  });

  it('is of the version asked for, which is part of its dataset', async () => {
    const target = (of: string) =>
      under({ ...policyOf(), conflict: 'prohibit', prohibition: [{ action: 'use', target: of }] });
    const permitted = await granted(fork(setting), under(permitting({ target: setting.datasetId })));
    expect((await use(permitted)).code).to.equal(undefined);
    for (const of of [setting.versionId, setting.datasetId]) {
      const at = await granted(fork(setting), target(of));
      expect((await use(at)).code, of).to.equal('PROHIBITED');
    }
    const other = await granted(fork(setting), target(someId('version')));
    expect((await use(other)).code).to.equal(undefined);
  });

  it('is of the consumer as party', async () => {
    const mine = await granted(fork(setting), under(permitting({ assignee: buyer.participant })));
    expect((await use(mine)).code).to.equal(undefined);
    const theirs = await granted(fork(setting), under(permitting({ assignee: steel.participant })));
    expect((await use(theirs)).code).to.equal('RECIPIENT');
  });

  it('forbids what may be forbidden when nobody says whether it is', async () => {
    const prohibition = [{ action: 'use', constraint: [constraint('industry', 'eq', 'defence')] }];
    const at = await granted(fork(setting), under({ ...permitting(), conflict: 'prohibit', prohibition }));
    expect((await use(at)).code).to.equal('PROHIBITED');
  });
});
