import { participantId, type Id, type Participant } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { governed, operator, registrar, secondRegulator, stranger } from './governed.js';
import { seed, someId } from './seeds.js';
import { AGE_RECIPIENT, component, keys, profileOf, regulator, steel, who, type World } from './world.js';

const reason = 'because';
const steelId = { participantId: steel.participant };
const ownRecord = (world: World, { participant } = steel): Participant =>
  world.get(keys.participant(participant));
const suspension = (by: typeof steel, of = steel): [typeof steel, string, object] => [
  by,
  'participants:Suspend',
  { participantId: of.participant, reason },
];
const reinstatement = (by: typeof steel, of = steel): [typeof steel, string, object] => [
  by,
  'participants:Reinstate',
  { participantId: of.participant, reason },
];

describe('participants:Admit', () => {
  it('admits an organisation unit under the id its certificates give', async () => {
    const world = await governed();
    const profile = { ...profileOf('SteelMSP'), unit: 'mill' };
    const { participantId: id } = await world.run<{ participantId: Id<'participant'> }>(
      operator,
      'participants:Admit',
      profile,
    );
    expect(id).to.equal(participantId('SteelMSP', 'mill')).and.not.equal(steel.participant);
    expect(world.get(keys.participant(id))).to.deep.include({ ...profile, id, state: 'ADMITTED' });
  });

  it('is for the operator alone', async () => {
    const world = await governed(component);
    for (const caller of [regulator, registrar, component]) {
      expect(await world.refusal(caller, 'participants:Admit', profileOf('SteelMSP'))).to.equal(
        'NOT_OPERATOR',
      );
    }
    expect(await world.refusal(stranger, 'participants:Admit', profileOf('StrangerMSP'))).to.equal(
      'NOT_A_PARTICIPANT',
    );
  });

  it('admits nobody twice', async () => {
    const world = await governed(steel);
    expect(await world.refusal(operator, 'participants:Admit', profileOf('SteelMSP'))).to.equal(
      'ALREADY_EXISTS',
    );
  });

  it('refuses identifiers with a wrong check digit', async () => {
    const world = await governed();
    for (const identifiers of [{ uscc: '91110000600037342L' }, { lei: '213800KUD8LAJWSQ9D16' }, {}]) {
      const profile = { ...profileOf('SteelMSP'), identifiers };
      expect(await world.refusal(operator, 'participants:Admit', profile)).to.equal('MALFORMED');
    }
  });
});

describe('participants:Activate', () => {
  it('makes a participant active that accepts the rulebook in force', async () => {
    const world = await governed();
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    expect(await world.run(steel, 'participants:Activate', { ...steelId, rulebook: 1 })).to.deep.equal({
      ...steelId,
      state: 'ACTIVE',
    });
    expect(ownRecord(world)).to.include({ state: 'ACTIVE', rulebook: 1 });
  });

  it('is refused for another version of the rulebook', async () => {
    const world = await governed();
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    const request = { ...steelId, rulebook: 2 };
    expect(await world.refusal(steel, 'participants:Activate', request)).to.equal('RULEBOOK_CHANGED');
  });

  it('is for the participant itself', async () => {
    const world = await governed();
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    await world.run(operator, 'participants:Admit', profileOf('ComponentMSP'));
    const request = { ...steelId, rulebook: 1 };
    expect(await world.refusal(component, 'participants:Activate', request)).to.equal('NOT_SELF');
    expect(await world.refusal(operator, 'participants:Activate', request)).to.equal(
      'PARTICIPANT_NOT_ACTIVE',
    );
    const staff = who('SteelMSP', 'operator');
    expect(await world.refusal(staff, 'participants:Activate', request)).to.equal('NOT_AUTHORISED');
  });
});

describe('participants:Suspend and Reinstate', () => {
  it('is done by the operator or a regulator', async () => {
    for (const by of [operator, regulator]) {
      const world = await governed(steel);
      await world.run(...suspension(by));
      expect(ownRecord(world)).to.deep.include({
        state: 'SUSPENDED',
        suspension: { by: by.participant, as: by === operator ? 'OPERATOR' : 'REGULATOR', reason },
      });
      expect(await world.refusal(steel, 'participants:Exit', { ...steelId, lapsed: [] })).to.equal(
        'PARTICIPANT_NOT_ACTIVE',
      );
    }
  });

  it('is refused to everyone else, and to itself', async () => {
    const world = await governed(steel, component);
    for (const by of [component, registrar, steel]) {
      expect(await world.refusal(...suspension(by))).to.equal('NOT_REGULATOR');
    }
    for (const self of [operator, regulator]) {
      expect(await world.refusal(...suspension(self, self))).to.equal('CONFLICT_OF_INTEREST');
      expect(await world.refusal(...reinstatement(self, self))).to.equal('CONFLICT_OF_INTEREST');
    }
  });

  it('ends by a regulator, and without a trace of it in the record', async () => {
    const world = await governed(steel);
    const before = world.state.get(keys.participant(steel.participant).text);
    await world.run(...suspension(regulator));
    await world.run(...reinstatement(secondRegulator));
    expect(world.state.get(keys.participant(steel.participant).text)).to.equal(before);
  });

  it('ends by the operator only where the operator suspended', async () => {
    const world = await governed(steel, component);
    await world.run(...suspension(operator));
    await world.run(...suspension(regulator, component));
    expect(await world.refusal(...reinstatement(operator, component))).to.equal('NOT_REGULATOR');
    await world.run(...reinstatement(operator));
    expect(ownRecord(world).state).to.equal('ACTIVE');
  });

  it('does not end by the participant itself', async () => {
    const world = await governed(steel);
    await world.run(...suspension(regulator, operator));
    expect(await world.refusal(...reinstatement(operator, operator))).to.equal('PARTICIPANT_NOT_ACTIVE');
    await world.run(...suspension(regulator));
    expect(await world.refusal(...reinstatement(steel))).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('never makes an admitted participant active: only accepting the rulebook does', async () => {
    const world = await governed();
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    expect(await world.refusal(...reinstatement(regulator))).to.equal('ILLEGAL_STATE');
    expect(await world.refusal(...suspension(regulator))).to.equal('ILLEGAL_STATE');
  });
});

describe('participants:Certify', () => {
  const certificate = { trustLevel: 2, assurance: 2, validUntil: '2028-01-01T00:00:00.000Z' };
  const certify = (changes: object = {}, of = steelId): [string, object] => [
    'participants:Certify',
    { ...of, ...certificate, ...changes },
  ];

  it('records who certified what and until when; a later one replaces it', async () => {
    const world = await governed(steel);
    await world.run(operator, ...certify());
    const certifiedBy = operator.participant;
    expect(ownRecord(world).certification).to.deep.equal({ ...certificate, certifiedBy });
    await world.run(regulator, ...certify({ trustLevel: 3 }));
    expect(ownRecord(world).certification).to.deep.include({
      trustLevel: 3,
      certifiedBy: regulator.participant,
    });
  });

  it('is not replaced by an operator where a regulator has certified, until it runs out', async () => {
    const world = await governed(steel);
    await world.run(regulator, ...certify({ trustLevel: 1, validUntil: '2026-12-01T00:00:00.000Z' }));
    expect(await world.refusal(operator, ...certify())).to.equal('NOT_CERTIFIER');
    world.now = '2026-12-01T00:00:00.000Z';
    expect(await world.refusal(operator, ...certify())).to.equal(undefined);
  });

  it('is for operator and regulators, never for oneself', async () => {
    const world = await governed(steel, component);
    for (const caller of [component, registrar]) {
      expect(await world.refusal(caller, ...certify())).to.equal('NOT_CERTIFIER');
    }
    for (const self of [operator, regulator]) {
      const own = certify({}, { participantId: self.participant });
      expect(await world.refusal(self, ...own)).to.equal('CONFLICT_OF_INTEREST');
    }
  });

  it('takes every pair of levels but trust 3 on self-assessment', async () => {
    const world = await governed(steel);
    for (const trustLevel of [1, 2, 3]) {
      for (const assurance of [1, 2, 3]) {
        const expected = trustLevel === 3 && assurance === 1 ? 'LEVEL_PAIR' : undefined;
        expect(await world.refusal(operator, ...certify({ trustLevel, assurance }))).to.equal(expected);
      }
    }
  });

  it('is valid from now on, for three years at most', async () => {
    const world = await governed(steel);
    const cases = [
      [world.now, 'PERIOD_INVALID'],
      ['2026-11-24T08:00:00.001Z', undefined],
      ['2029-11-24T08:00:00.000Z', undefined],
      ['2029-11-24T08:00:00.001Z', 'PERIOD_INVALID'],
    ] as const;
    for (const [validUntil, expected] of cases) {
      expect(await world.refusal(operator, ...certify({ validUntil }))).to.equal(expected);
    }
    world.now = '2028-02-29T00:00:00.000Z';
    expect(await world.refusal(operator, ...certify({ validUntil: '2031-02-28T23:59:59.999Z' }))).to.equal(
      undefined,
    );
    expect(await world.refusal(operator, ...certify({ validUntil: '2031-03-01T00:00:00.000Z' }))).to.equal(
      'PERIOD_INVALID',
    );
  });

  it('may come before activation and in suspension, not after exit, and not for the unknown', async () => {
    const world = await governed(component);
    await world.run(operator, 'participants:Admit', profileOf('SteelMSP'));
    expect(await world.run(operator, ...certify())).to.deep.equal({ ...steelId, state: 'ADMITTED' });
    await world.run(...suspension(regulator, component));
    const suspended = { participantId: component.participant };
    expect(await world.refusal(operator, ...certify({}, suspended))).to.equal(undefined);
    await world.run(...reinstatement(regulator, component));
    await world.run(component, 'participants:Exit', { ...suspended, lapsed: [] });
    expect(await world.refusal(operator, ...certify({}, suspended))).to.equal('ILLEGAL_STATE');
    const unknown = { participantId: stranger.participant };
    expect(await world.refusal(operator, ...certify({}, unknown))).to.equal('NOT_FOUND');
  });
});

describe('participants:RotateKey', () => {
  const ownerKey = `0x${'a'.repeat(40)}`;

  it('replaces the keys named and nothing else', async () => {
    const world = await governed(steel);
    const before = ownRecord(world);
    await world.run(steel, 'participants:RotateKey', { ...steelId, ownerKey });
    expect(ownRecord(world)).to.deep.equal({ ...before, ownerKey });
    const recipient = `age1${'q'.repeat(58)}`;
    await world.run(steel, 'participants:RotateKey', { ...steelId, recipient });
    expect(ownRecord(world)).to.deep.equal({ ...before, ownerKey, recipient });
  });

  it('is for oneself, and must name a key', async () => {
    const world = await governed(steel);
    const request = { ...steelId, recipient: AGE_RECIPIENT };
    expect(await world.refusal(operator, 'participants:RotateKey', request)).to.equal('NOT_SELF');
    expect(await world.refusal(steel, 'participants:RotateKey', steelId)).to.equal('MALFORMED');
  });
});

describe('participants:Exit', () => {
  const past = { from: '2026-01-01T00:00:00.000Z', until: '2026-11-24T08:00:00.000Z' };
  const exit = (...lapsed: Id<'grant'>[]): [string, object] => ['participants:Exit', { ...steelId, lapsed }];

  /** Grants of the steel maker on the ledger, by the name of what sets each apart. */
  async function withGrants(count: number): Promise<World> {
    const world = await governed(steel, component);
    seed(world, keys.openGrants(steel.participant), { provider: steel.participant, count });
    const grant = (name: string, provider = steel, until = past.until, state = 'ACTIVE'): void => {
      const key = keys.grant(someId('grant', name));
      seed(world, key);
      const { terms, ...record } = world.get(key);
      const term = { ...past, until };
      const claim = someId('claim');
      const changed = { ...record, claim, provider: provider.participant, state, terms: { ...terms, term } };
      seed(world, key, changed as Partial<typeof changed & { state: 'ACTIVE' }>);
    };
    seed(world, keys.claim(someId('claim')), { id: someId('claim'), state: 'REGISTERED' });
    grant('lapsed');
    grant('lapsed-suspended', steel, past.until, 'SUSPENDED');
    grant('live', steel, '2026-11-24T08:00:00.001Z');
    grant('foreign', component);
    grant('revoked', steel, past.until, 'REVOKED');
    return world;
  }

  it('is for good', async () => {
    const world = await governed(steel);
    await world.run(steel, ...exit());
    expect(ownRecord(world).state).to.equal('EXITED');
    expect(await world.refusal(steel, 'participants:Activate', { ...steelId, rulebook: 1 })).to.equal(
      'PARTICIPANT_NOT_ACTIVE',
    );
    for (const verb of [suspension, reinstatement]) {
      expect(await world.refusal(...verb(regulator))).to.equal('ILLEGAL_STATE');
    }
    expect(await world.refusal(operator, 'participants:Admit', profileOf('SteelMSP'))).to.equal(
      'ALREADY_EXISTS',
    );
  });

  it('is for oneself', async () => {
    const world = await governed(steel);
    expect(await world.refusal(operator, ...exit())).to.equal('NOT_SELF');
  });

  it('waits for open grants', async () => {
    const world = await withGrants(1);
    for (const named of [[], ['live'], ['foreign'], ['revoked'], ['unknown'], ['live', 'revoked']]) {
      const request = exit(...named.map((name) => someId('grant', name)));
      expect(await world.refusal(steel, ...request), named.join()).to.equal('GRANTS_OPEN');
    }
  });

  it('looks past grants whose term is over', async () => {
    const one = await withGrants(1);
    expect(await one.refusal(steel, ...exit(someId('grant', 'lapsed')))).to.equal(undefined);
    expect(await one.refusal(steel, ...exit(someId('grant', 'lapsed-suspended')))).to.equal(undefined);
    const two = await withGrants(2);
    const [lapsed, suspended] = [someId('grant', 'lapsed'), someId('grant', 'lapsed-suspended')];
    expect(await two.refusal(steel, ...exit(lapsed, suspended))).to.equal(undefined);
  });

  it('counts no lapsed grant twice', async () => {
    const world = await withGrants(2);
    const lapsed = someId('grant', 'lapsed');
    expect(await world.refusal(steel, ...exit(lapsed, lapsed))).to.equal('GRANTS_OPEN');
  });

  it('waits until an office in the space has passed on', async () => {
    for (const office of [operator, regulator, registrar]) {
      const world = await governed();
      const leave = { participantId: office.participant, lapsed: [] };
      expect(await world.refusal(office, 'participants:Exit', leave), office.mspId).to.equal('ILLEGAL_STATE');
      const space = world.get(keys.space());
      const others = (held: readonly Id<'participant'>[]): Id<'participant'>[] =>
        held.filter((holder) => holder !== office.participant);
      const passedOn = {
        ...space,
        operator: someId('participant'),
        regulators: others(space.regulators),
        registrars: others(space.registrars),
      };
      seed(world, keys.space(), { ...passedOn, auditors: [office.participant] });
      expect(await world.refusal(office, 'participants:Exit', leave), 'auditor').to.equal('ILLEGAL_STATE');
      seed(world, keys.space(), passedOn);
      expect(await world.refusal(office, 'participants:Exit', leave), office.mspId).to.equal(undefined);
    }
  });

  it('is not barred by a count that came down to nothing', async () => {
    const world = await withGrants(0);
    expect(await world.refusal(steel, ...exit())).to.equal(undefined);
  });
});
