import { digestOf, encode, type Id } from '@tallystick/chaincode/model';
import { attest, consent, escalate, fulfil, reason, under } from './duties.js';
import {
  buyer,
  buyerKey,
  constraint,
  granted,
  permitting,
  refined,
  steelKey,
  third,
  use,
  versionBody,
  type Granted,
  type Setting,
} from './rights.js';
import { regulator, RULEBOOK, steel } from './world.js';

/** Every transaction that a policy asks for, and uses that lean on what they wrote. */
export async function duties(at: Setting): Promise<void> {
  await asked(at);
  await owed(at);
}

async function asked(at: Setting): Promise<void> {
  const { world, datasetId } = at;
  const declaring = { nonce: world.nonce(), name: 'maintenance window' };
  const event = { eventId: (await world.run(steel, 'events:Declare', declaring))['eventId'] };
  const policy = permitting({
    constraint: [constraint('industry', 'eq', 'steel'), constraint('event', 'eq', event.eventId)],
    duty: [{ action: 'obtainConsent', consentingParty: third.participant }, { action: 'anonymize' }],
  });
  const bound = await granted(at, under(policy, { lease: 60 }));
  const { versionId: version } = await world.run<{ versionId: Id<'version'> }>(steel, 'datasets:Append', {
    nonce: world.nonce(),
    datasetId,
    number: 2,
    version: versionBody(),
  });
  await world.run(steelKey, 'transformations:Attest', {
    version,
    of: at.versionId,
    action: 'anonymize',
    parameters: digestOf(encode([])),
    component: at.steelComponent,
  });
  await consent(bound);
  const attestation = await attest(bound);
  const asking = { version, attestations: [attestation] };
  await use(bound, asking);
  await world.run(steel, 'events:Open', event);
  const { usageId } = (await use(bound, asking)) as unknown as { usageId: Id<'usage'> };
  const renew = (number: number) =>
    world.run(buyerKey, 'usage:Renew', { usageId, component: at.buyerComponent, number });
  await renew(1);
  await world.run(third, 'consents:Withdraw', { grantId: bound.grantId, reason });
  await renew(2);
  await world.run(buyerKey, 'attestations:Make', {
    nonce: world.nonce(),
    grantId: bound.grantId,
    component: at.buyerComponent,
    facts: [{ operand: 'idsc:ROLE', value: 'engineer' }],
    validUntil: '2027-01-01T00:00:00.000Z',
  });
  await world.run(buyer, 'attestations:Withdraw', { attestationId: attestation });
  await world.run(steel, 'events:Close', event);
}

async function owed(at: Setting): Promise<void> {
  const policy = {
    ...permitting({
      duty: [
        { action: refined('compensate', constraint('timeInterval', 'eq', 'P1M')) },
        { action: 'delete', consequence: [{ action: 'inform' }] },
      ],
    }),
    conflict: 'prohibit',
    prohibition: [{ action: 'distribute', remedy: [{ action: 'compensate' }] }],
  };
  const bound: Granted = await granted(at, under(policy));
  const { world, grantId, buyerComponent: component } = bound;
  await use(bound);
  await fulfil(bound, '/permission/0/duty/0', { period: 0 });
  const { usageId: usage } = (await use(bound)) as unknown as { usageId: Id<'usage'> };
  await use(bound);
  world.later(RULEBOOK.matchWithin + 1);
  await escalate(bound, '/permission/0/duty/1', { usage });
  await use(bound);
  await fulfil(bound, '/permission/0/duty/1/consequence/0', { usage });
  await fulfil(bound, '/permission/0/duty/1', { usage, component }, buyerKey);
  await use(bound);
  await world.run(regulator, 'obligations:Impose', { grant: grantId, prohibition: 0, reason });
  await use(bound);
}
