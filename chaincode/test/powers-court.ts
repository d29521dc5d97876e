import { digestOf, type Id } from '@tallystick/chaincode/model';
import type { Capacity, MeasureName } from '../src/rules/powers/index.js';
import { governed, operator, registrar, secondRegulator } from './governed.js';
import { under } from './duties.js';
import {
  answer,
  ask,
  buyer,
  GENERAL,
  granted,
  permitting,
  patch,
  place,
  register,
  third,
  type Granted,
  type Organisation,
} from './rights.js';
import { certifiedComponent, keys, profileOf, regulator, steel, who, type World } from './world.js';

export const thirdRegulator = who('ThirdRegulatorMSP');
/** Another unit of the organisation whose matter everything here is, in every office but the operator's. */
export const ownUnit = who('SteelMSP', 'officer', 'compliance');
const reason = 'because';

export interface Court extends Granted {
  /** Certified by the operator, and by a regulator. */
  readonly components: Readonly<Record<'OPERATOR' | 'REGULATOR', Id<'component'>>>;
}

/** Every office in hands of its own, steel's data granted to a buyer under a policy with a remedy, and a use of it. */
export async function court(): Promise<Court> {
  const world = await governed(steel, buyer, third, thirdRegulator);
  await world.run(operator, 'participants:Admit', { ...profileOf('SteelMSP'), unit: 'compliance' });
  const own = ownUnit.participant;
  await world.run(ownUnit, 'participants:Activate', { participantId: own, rulebook: 1 });
  for (const { participant: participantId } of [steel, buyer])
    await world.run(regulator, 'participants:Certify', {
      ...{ participantId, trustLevel: 2, assurance: 2, validUntil: '2028-01-01T00:00:00.000Z' },
    });
  const space = world.get(keys.space());
  const regulators = [...space.regulators, thirdRegulator.participant, own];
  patch(world, keys.space(), { regulators, registrars: [...space.registrars, own] });
  const steelComponent = await certifiedComponent(world, 'SteelMSP');
  const buyerComponent = await certifiedComponent(world, 'ComponentMSP');
  const byOperator = await certifiedBy(world, operator);
  const ids = await register(world);
  await world.run(registrar, 'claims:Register', { claimId: ids.claimId });
  const components = { OPERATOR: byOperator, REGULATOR: steelComponent };
  const setting = { ...ids, world, steelComponent, buyerComponent, thirdComponent: byOperator, components };
  const enforced = {
    ...permitting(),
    conflict: 'prohibit',
    prohibition: [{ action: 'distribute', remedy: [{ action: 'compensate' }] }],
  };
  return { ...setting, ...(await granted(setting, under(enforced))) };
}

async function certifiedBy(world: World, by: Organisation): Promise<Id<'component'>> {
  const { componentId } = await world.run<{ componentId: Id<'component'> }>(by, 'components:Certify', {
    ...{ nonce: world.nonce(), owner: steel.participant, name: 'Connector', manifest: digestOf('manifest') },
    ...{ keys: [digestOf('key')], profile: 'TRUST', assurance: 2, validUntil: '2027-11-01T00:00:00.000Z' },
  });
  return componentId;
}

type Call = readonly [transaction: string, request: object];

/** One measure: how somebody imposes it, and what somebody does to end it. Each end is tried by itself. */
export interface Scene {
  /** What names it afterwards. */
  impose(at: Court, by: Organisation, as: Capacity): Promise<object>;
  ends(at: Court, imposed: object, as: Capacity): readonly Call[];
}

/** A measure that is imposed and ended by naming the same. */
const simple = (transaction: string, naming: (at: Court) => object, ...ends: readonly string[]): Scene => ({
  impose: async (at, by) => {
    await at.world.run(by, transaction, naming(at));
    return naming(at);
  },
  ends: (_at, imposed) => ends.map((end) => [end, imposed] as const),
});

const onParticipant = ({ participant: participantId }: Organisation): Scene =>
  simple('participants:Suspend', () => ({ participantId, reason }), 'participants:Reinstate');
const ofOperator = ({ components }: Court): object => ({ componentId: components.OPERATOR, reason });
const grant = ({ grantId }: Court): object => ({ grantId, reason });

/** What a measure is in a transaction. Of what nobody ends, that which would undo it is tried. */
export const SCENES: Readonly<Record<MeasureName, Scene>> = {
  participantSuspended: onParticipant(steel),
  regulatorSuspended: onParticipant(secondRegulator),
  participantCertified: {
    impose: ({ world }, { participant: certifiedBy }) => {
      const certificate = { trustLevel: 1, assurance: 1, validUntil: '2027-01-01T00:00:00.000Z' } as const;
      const { participant: participantId } = steel;
      patch(world, keys.participant(participantId), { certification: { ...certificate, certifiedBy } });
      return Promise.resolve({ participantId, ...certificate });
    },
    ends: (_at, certificate) => [['participants:Certify', certificate]],
  },
  componentCertified: {
    impose: ({ components }, _by, as) =>
      Promise.resolve({ componentId: components[as === 'OPERATOR' ? as : 'REGULATOR'] }),
    ends: (_at, component) => [
      ['components:Renew', { ...component, validUntil: '2028-06-01T00:00:00.000Z' }],
      ['components:Suspend', { ...component, reason }],
      ['components:Revoke', { ...component, reason }],
    ],
  },
  componentSuspended: simple('components:Suspend', ofOperator, 'components:Reinstate'),
  componentRevoked: simple('components:Revoke', ofOperator, 'components:Reinstate'),
  grantSuspended: simple('grants:Suspend', grant, 'grants:Resume'),
  grantRevoked: simple('grants:Revoke', grant, 'grants:Resume'),
  holdPlaced: {
    impose: async ({ world, claimId }, by) => (await place(world, claimId, 'NO_USE', by)) as object,
    ends: (_at, hold) => [['holds:Release', { ...hold, reason }]],
  },
  spacePaused: simple('space:Pause', () => ({ reason }), 'space:Resume'),
  claimRegistered: {
    impose: ({ claimId }) => Promise.resolve({ claimId, reason }),
    ends: (_at, claim) => [['claims:Cancel', claim]],
  },
  classificationNotified: {
    impose: async ({ world, datasetId }, by) => {
      await world.run(by, 'datasets:Classify', { datasetId, classification: NOTIFIED, reason });
      return { datasetId, classification: GENERAL, reason };
    },
    ends: (_at, lowered) => [['datasets:Classify', lowered]],
  },
  remedyImposed: {
    impose: ({ world, grantId }, by) =>
      world.run(by, 'obligations:Impose', { grant: grantId, prohibition: 0, reason }),
    ends: (at) => [['grants:Offer', superseding(at)]],
  },
  disputeFiled: {
    impose: async ({ world, datasetId: subject }, by) => {
      const statement = digestOf('statement');
      const filing = { nonce: world.nonce(), subject, respondent: buyer.participant, statement };
      return { disputeId: (await world.run(by, 'disputes:File', filing))['disputeId'] };
    },
    ends: (_at, dispute, as) =>
      as === 'CLAIMANT'
        ? [['disputes:Withdraw', { ...dispute, reason }]]
        : [['disputes:Resolve', { ...dispute, finding: 'SETTLED', outcome: 'Settled' }]],
  },
  useContested: {
    impose: async (at) => {
      const usageId = await ask(at);
      await answer(at, usageId);
      await at.world.run(buyer, 'usage:Contest', { usageId, reason: 'NOT_DELIVERED' });
      return { usageId };
    },
    ends: (_at, use) => [['usage:Adjudicate', { ...use, finding: 'UPHELD', reason }]],
  },
};

const NOTIFIED = { ...GENERAL, level: 'L2', status: 'NOTIFIED' };

/** The grant offered anew by the same side, in the place of the one there is. */
export const superseding = ({ world, datasetId, claimId, grantId }: Court): object => ({
  nonce: world.nonce(),
  dataset: datasetId,
  selector: { all: true },
  claim: claimId,
  rightsUsed: ['USE'],
  consumer: buyer.participant,
  terms: world.get(keys.grant(grantId)).terms,
  supersedes: grantId,
});

/** Somebody who is nothing but this in the matters here. */
export const OF_CAPACITY: Readonly<Record<Capacity, Organisation>> = {
  ...{ PROVIDER: steel, HOLDERS: steel, CLAIMANT: steel },
  ...{ REGISTRAR: registrar, OPERATOR: operator, REGULATOR: regulator },
};
