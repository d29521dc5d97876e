import { digestOf, type Component, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { governed, operator, registrar, secondRegulator } from './governed.js';
import { someId } from './seeds.js';
import { component as supplier, keys, regulator, steel, who, type World } from './world.js';

const reason = 'because';
const VALID_UNTIL = '2027-11-01T00:00:00.000Z';

const certificate = (world: World, changes: object = {}): [string, object] => [
  'components:Certify',
  {
    nonce: world.nonce(),
    owner: steel.participant,
    name: 'Connector',
    manifest: digestOf('manifest'),
    keys: [who('SteelMSP', 'connector').keyDigest],
    profile: 'TRUST',
    assurance: 2,
    validUntil: VALID_UNTIL,
    ...changes,
  },
];

async function certified(world: World, by = operator, changes: object = {}): Promise<Id<'component'>> {
  const response = await world.run<{ componentId: Id<'component'> }>(by, ...certificate(world, changes));
  return response.componentId;
}

const recorded = (world: World, id: Id<'component'>): Component => world.get(keys.component(id));

describe('components:Certify', () => {
  it('binds a component to its owner, its keys and its certifier', async () => {
    const world = await governed(steel);
    const request = certificate(world);
    const { componentId } = await world.run<{ componentId: Id<'component'> }>(operator, ...request);
    const { nonce: _nonce, ...body } = request[1] as Record<string, unknown>;
    const expected = { ...body, id: componentId, state: 'CERTIFIED', certifiedBy: operator.participant };
    expect(recorded(world, componentId)).to.deep.include(expected).and.not.have.property('nonce');
  });

  it('is for operator and regulators, and not for their own components', async () => {
    const world = await governed(steel);
    for (const caller of [steel, registrar]) {
      expect(await world.refusal(caller, ...certificate(world))).to.equal('NOT_CERTIFIER');
    }
    for (const self of [operator, regulator]) {
      const own = certificate(world, { owner: self.participant });
      expect(await world.refusal(self, ...own)).to.equal('CONFLICT_OF_INTEREST');
    }
    const other = certificate(world, { owner: operator.participant });
    expect(await world.refusal(regulator, ...other)).to.equal(undefined);
  });

  it('is for active owners', async () => {
    const world = await governed(steel);
    const unknown = certificate(world, { owner: supplier.participant });
    expect(await world.refusal(operator, ...unknown)).to.equal('NOT_FOUND');
    await world.run(operator, 'participants:Suspend', { participantId: steel.participant, reason });
    expect(await world.refusal(operator, ...certificate(world))).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('takes only the pairs of profile and assurance that fit', async () => {
    const world = await governed(steel);
    const fitting = ['BASE 1', 'BASE 2', 'TRUST 2', 'TRUST 3', 'TRUST_PLUS 2', 'TRUST_PLUS 3'];
    for (const profile of ['BASE', 'TRUST', 'TRUST_PLUS']) {
      for (const assurance of [1, 2, 3]) {
        const expected = fitting.includes(`${profile} ${assurance}`) ? undefined : 'LEVEL_PAIR';
        const request = certificate(world, { profile, assurance });
        expect(await world.refusal(operator, ...request), `${profile} ${assurance}`).to.equal(expected);
      }
    }
  });

  it('is valid from now on, for two years at most', async () => {
    const world = await governed(steel);
    const cases = [
      [world.now, 'PERIOD_INVALID'],
      ['2028-11-24T08:00:00.000Z', undefined],
      ['2028-11-24T08:00:00.001Z', 'PERIOD_INVALID'],
    ] as const;
    for (const [validUntil, expected] of cases) {
      expect(await world.refusal(operator, ...certificate(world, { validUntil }))).to.equal(expected);
    }
  });

  it('is one record per request, even within one transaction', async () => {
    const world = await governed(steel);
    const [name, request] = certificate(world);
    expect(await world.refusal(operator, name, [request, request])).to.equal('ALREADY_EXISTS');
    await world.run(operator, name, request);
    expect(await world.refusal(operator, name, request)).to.equal('ALREADY_EXISTS');
  });
});

describe('components:Renew', () => {
  it('extends the certificate; keys and manifest stay unless named', async () => {
    const world = await governed(steel);
    const id = await certified(world);
    const before = recorded(world, id);
    const validUntil = '2028-11-01T00:00:00.000Z';
    await world.run(operator, 'components:Renew', { componentId: id, validUntil });
    expect(recorded(world, id)).to.deep.equal({ ...before, validUntil });
    const rekeyed = { keys: [digestOf('key')], manifest: digestOf('next') };
    await world.run(operator, 'components:Renew', { componentId: id, validUntil, ...rekeyed });
    const rekeyedAt = world.now;
    expect(recorded(world, id)).to.deep.equal({ ...before, validUntil, ...rekeyed, rekeyedAt });
    world.later(60);
    await world.run(operator, 'components:Renew', { componentId: id, validUntil, ...rekeyed });
    expect(recorded(world, id)).to.deep.include({ ...rekeyed, rekeyedAt });
  });

  it('takes no key that is declared compromised, be it one that the component has', async () => {
    const world = await governed(steel);
    const id = await certified(world);
    const [held = digestOf('none')] = recorded(world, id).keys;
    const declare = (key: string): Promise<unknown> =>
      world.run(steel, 'compromises:Declare', {
        participant: steel.participant,
        key,
        from: world.now,
        reason: 'stolen',
      });
    const renewed = (keys?: readonly string[]): Promise<unknown> =>
      world.refusal(operator, 'components:Renew', {
        componentId: id,
        validUntil: VALID_UNTIL,
        ...(keys && { keys }),
      });
    await declare(digestOf('stolen'));
    expect(await renewed([digestOf('sound'), digestOf('stolen')])).to.equal('KEY_COMPROMISED');
    expect(await renewed()).to.equal(undefined);
    await declare(held);
    expect(await renewed()).to.equal('KEY_COMPROMISED');
    expect(await renewed([digestOf('sound')])).to.equal(undefined);
    expect(await world.refusal(operator, ...certificate(world, { keys: [held] }))).to.equal(
      'KEY_COMPROMISED',
    );
  });

  it('also renews what has expired, but not beyond two years from now', async () => {
    const world = await governed(steel);
    const id = await certified(world);
    world.now = '2027-12-01T00:00:00.000Z';
    const renew = (validUntil: string): Promise<unknown> =>
      world.refusal(operator, 'components:Renew', { componentId: id, validUntil });
    expect(await renew('2029-12-01T00:00:00.000Z')).to.equal(undefined);
    expect(await renew('2029-12-01T00:00:00.001Z')).to.equal('PERIOD_INVALID');
    expect(await renew(VALID_UNTIL)).to.equal('PERIOD_INVALID');
  });
});

describe('components: who judges after certification', () => {
  const verbs = {
    Renew: { validUntil: VALID_UNTIL },
    Suspend: { reason },
    Reinstate: { reason },
    Revoke: { reason },
  };
  const attempt = (
    world: World,
    caller: typeof steel,
    verb: keyof typeof verbs,
    id: Id<'component'>,
  ): Promise<string | undefined> =>
    world.refusal(caller, `components:${verb}`, { componentId: id, ...verbs[verb] });

  for (const verb of Object.keys(verbs) as (keyof typeof verbs)[]) {
    it(`${verb} is for the office that certified and for regulators`, async () => {
      const world = await governed(steel);
      const byOperator = await certified(world);
      const byRegulator = await certified(world, regulator);
      if (verb === 'Reinstate') {
        await world.run(operator, 'components:Suspend', { componentId: byOperator, reason });
        await world.run(regulator, 'components:Suspend', { componentId: byRegulator, reason });
      }
      for (const caller of [operator, regulator, secondRegulator]) {
        expect(await attempt(world, caller, verb, byOperator)).to.equal(undefined);
      }
      for (const caller of [steel, registrar]) {
        expect(await attempt(world, caller, verb, byOperator)).to.equal('NOT_CERTIFIER');
      }
      expect(await attempt(world, operator, verb, byRegulator)).to.equal('NOT_CERTIFIER');
      expect(await attempt(world, regulator, verb, someId('component'))).to.equal('NOT_FOUND');
    });
  }

  it('a regulator may stop its own component, but not vouch for it', async () => {
    const world = await governed();
    const id = await certified(world, operator, { owner: regulator.participant });
    expect(await attempt(world, regulator, 'Renew', id)).to.equal('CONFLICT_OF_INTEREST');
    expect(await attempt(world, regulator, 'Revoke', id)).to.equal(undefined);
    await world.run(regulator, 'components:Suspend', { componentId: id, reason });
    expect(await attempt(world, regulator, 'Reinstate', id)).to.equal('CONFLICT_OF_INTEREST');
    expect(await attempt(world, secondRegulator, 'Reinstate', id)).to.equal(undefined);
  });
});
