import { keys, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  CAPACITIES,
  enders,
  imposers,
  MEASURES,
  type Capacity,
  type MeasureName,
} from '../src/rules/powers/index.js';
import { secondRegulator } from './governed.js';
import {
  court,
  OF_CAPACITY,
  ownUnit,
  SCENES,
  superseding,
  thirdRegulator,
  type Court,
} from './powers-court.js';
import { buyer, fork, patch, place, third, type Organisation } from './rights.js';
import { regulator, steel, type World } from './world.js';

const reason = 'because';
const NAMES = Object.keys(MEASURES) as MeasureName[];
/** Measures that a claimant imposes are imposed by whoever the scene makes the claimant. */
const isOffice = (capacity: Capacity): boolean => ['REGISTRAR', 'OPERATOR', 'REGULATOR'].includes(capacity);

/** Whoever ends it is another than imposed it, where the capacity has more than one. */
const ender = (capacity: Capacity, measure: MeasureName): Organisation => {
  if (capacity !== 'REGULATOR') return OF_CAPACITY[capacity];
  return measure === 'regulatorSuspended' ? thirdRegulator : secondRegulator;
};

const step = (world: World, by: Organisation, office: 'operator' | 'regulators' | 'registrars'): void => {
  const space = world.get(keys.space());
  const without = (held: readonly Id<'participant'>[]): Id<'participant'>[] =>
    held.filter((holder) => holder !== by.participant);
  if (office === 'operator') patch(world, keys.space(), { operator: third.participant });
  else patch(world, keys.space(), { [office]: without(space[office]) });
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');
const OFFICE = { OPERATOR: 'operator', REGULATOR: 'regulators', REGISTRAR: 'registrars' } as const;

describe('who may end or lift what, whoever imposed it', () => {
  let here: Court;
  before(async () => (here = await court()));

  const tryEnd = async (
    at: Court,
    measure: MeasureName,
    [by, as]: readonly [Organisation, Capacity],
    imposed: object,
  ): Promise<(string | undefined)[]> =>
    Promise.all(
      SCENES[measure]
        .ends(at, imposed, as)
        .map(([transaction, request]) => at.world.refusal(by, transaction, request)),
    );

  for (const measure of NAMES)
    for (const as of imposers(measure) as readonly Capacity[]) {
      const allowed: readonly Capacity[] = enders(measure, as as never);
      it(`${MEASURES[measure].what}, imposed as ${as}: by ${allowed.join(', ') || 'nobody'}`, async () => {
        const at = fork(here);
        const imposed = await SCENES[measure].impose(at, OF_CAPACITY[as], as);
        for (const capacity of CAPACITIES) {
          // The provider of the grant here is the holder of the claim, and who files the dispute.
          const isSteel = !isOffice(capacity);
          const may = isSteel ? allowed.some((each) => !isOffice(each)) : allowed.includes(capacity);
          const refusals = await tryEnd(
            at,
            measure,
            [ender(capacity, measure), isSteel && allowed.includes('CLAIMANT') ? 'CLAIMANT' : capacity],
            imposed,
          );
          for (const refusal of refusals)
            if (may) expect(refusal, capacity).to.equal(undefined);
            else expect(refusal, capacity).to.be.a('string');
        }
        expect(await tryEnd(at, measure, [third, 'PROVIDER'], imposed), 'nobody').to.not.include(undefined);
      });

      if (isOffice(as))
        it(`${MEASURES[measure].what}, imposed as ${as}: not by who has left that office`, async () => {
          const at = fork(here);
          const imposed = await SCENES[measure].impose(at, OF_CAPACITY[as], as);
          step(at.world, OF_CAPACITY[as], OFFICE[as as keyof typeof OFFICE]);
          const refusals = await tryEnd(at, measure, [OF_CAPACITY[as], as], imposed);
          for (const refusal of refusals) expect(refusal).to.be.a('string');
        });
    }

  it('is not ended by an office in a matter of its own organisation, whatever the unit', async () => {
    for (const measure of NAMES.filter((name) => !['spacePaused', 'regulatorSuspended'].includes(name))) {
      const as = (imposers(measure) as readonly Capacity[])[0]!;
      if (enders(measure, as as never).length === 0) continue;
      const at = fork(here);
      const imposed = await SCENES[measure].impose(at, OF_CAPACITY[as], as);
      const refusals = await tryEnd(at, measure, [ownUnit, 'REGULATOR'], imposed);
      // Stopping one's own component is no vouching for it.
      const expected = measure === 'componentCertified' ? refusals.slice(0, 1) : refusals;
      for (const refusal of expected) expect(refusal, measure).to.equal('CONFLICT_OF_INTEREST');
    }
  });

  it('is not imposed by an office in a matter of its own organisation either', async () => {
    for (const measure of [
      'participantSuspended',
      'grantSuspended',
      'grantRevoked',
      'holdPlaced',
      'remedyImposed',
    ] as const) {
      const attempt = SCENES[measure].impose(fork(here), ownUnit, 'REGULATOR');
      expect(await attempt.then(() => '', messageOf), measure).to.include('CONFLICT_OF_INTEREST');
    }
    const { world } = fork(here);
    const asserted = { nonce: world.nonce(), datasetId: here.datasetId, claim: claimOf(here) };
    const { claimId } = await world.run(steel, 'claims:Assert', asserted);
    expect(await world.refusal(ownUnit, 'claims:Register', { claimId })).to.equal('CONFLICT_OF_INTEREST');
  });

  it('passes from the operator to a regulator that imposes the same, and not back', async () => {
    const { OPERATOR: operator } = OF_CAPACITY;
    for (const measure of ['participantSuspended', 'componentSuspended', 'spacePaused'] as const) {
      const at = fork(here);
      const imposed = await SCENES[measure].impose(at, operator, 'OPERATOR');
      await SCENES[measure].impose(at, regulator, 'REGULATOR');
      for (const by of [operator, secondRegulator]) {
        const again = SCENES[measure].impose(fork(at), by, 'REGULATOR');
        expect(await again.then(() => '', messageOf)).to.include('ILLEGAL_STATE');
      }
      expect(await tryEnd(at, measure, [operator, 'OPERATOR'], imposed)).to.not.include(undefined);
      expect(await tryEnd(at, measure, [secondRegulator, 'REGULATOR'], imposed)).to.deep.equal([undefined]);
    }
  });

  it('leaves a regulator that can lift it wherever one is suspended', async () => {
    const { world } = fork(here);
    const suspend = (by: Organisation, of: Organisation) =>
      world.refusal(by, 'participants:Suspend', { participantId: of.participant, reason });
    for (const of of [regulator, secondRegulator, thirdRegulator, ownUnit])
      expect(await suspend(OF_CAPACITY.OPERATOR, of), 'by the operator').to.equal('NOT_REGULATOR');
    await world.run(regulator, 'participants:Suspend', { participantId: ownUnit.participant, reason });
    await world.run(regulator, 'participants:Suspend', {
      participantId: secondRegulator.participant,
      reason,
    });
    expect(await suspend(regulator, thirdRegulator), 'the last other one').to.equal('ILLEGAL_STATE');
    expect(await suspend(thirdRegulator, regulator)).to.equal('ILLEGAL_STATE');
    await world.run(thirdRegulator, 'participants:Reinstate', {
      participantId: secondRegulator.participant,
      reason,
    });
    expect(await suspend(regulator, thirdRegulator)).to.equal(undefined);
  });

  it('is not shed by superseding the grant it lies on', async () => {
    const offer = (at: Court) => at.world.refusal(steel, 'grants:Offer', superseding(at));
    expect(await offer(fork(here)), 'free').to.equal(undefined);
    const suspended = fork(here);
    await SCENES.grantSuspended.impose(suspended, steel, 'PROVIDER');
    expect(await offer(suspended), 'by itself').to.equal(undefined);
    await SCENES.grantSuspended.impose(suspended, regulator, 'REGULATOR');
    expect(await offer(suspended), 'by a regulator').to.equal('ILLEGAL_STATE');
    for (const effect of ['NO_USE', 'NO_NEW_GRANT']) {
      const held = fork(here);
      await place(held.world, held.grantId, effect);
      expect(await offer(held), effect).to.equal('HOLD_IN_EFFECT');
    }
    const pending = fork(here);
    const opened = await pending.world.run(steel, 'grants:Offer', superseding(pending));
    const { grantId, termsDigest } = opened;
    await SCENES.grantSuspended.impose(pending, regulator, 'REGULATOR');
    expect(await pending.world.refusal(buyer, 'grants:Accept', { grantId, termsDigest }), 'since').to.equal(
      'ILLEGAL_STATE',
    );
  });
});

const claimOf = ({ world, claimId }: Court): object => {
  const { holders, shareRule, rights, origin, territory, term, evidence } = world.get(keys.claim(claimId));
  return { holders, shareRule, rights, origin, territory, term, evidence };
};
