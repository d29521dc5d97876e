import {
  addSeconds,
  deriveId,
  keys,
  obligationId,
  participantId,
  type Digest,
  type Id,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { attest, attestByProvider, escalate, fulfil, reason, under } from './duties.js';
import { governed, operator, secondRegulator, stranger } from './governed.js';
import {
  buyer,
  buyerKey,
  claimBody,
  constraint,
  fork,
  granted,
  offer,
  patch,
  permitting,
  place,
  policyOf,
  refined,
  registered,
  terms,
  third,
  use,
  type Granted,
  type Offered,
  type Organisation,
  type Setting,
} from './rights.js';
import { profileOf, regulator, RULEBOOK, steel, who, type World } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
const DAY = 86_400;
const fourth = who('FourthMSP');
const sublicence = { maxDepth: 3 };

let setting: Setting;
before(async () => {
  setting = await registered();
  await setting.world.run(regulator, 'participants:Admit', profileOf('FourthMSP'));
  await setting.world.run(regulator, 'participants:Certify', {
    ...{
      participantId: fourth.participant,
      trustLevel: 2,
      assurance: 2,
      validUntil: '2028-01-01T00:00:00.000Z',
    },
  });
  await setting.world.run(fourth, 'participants:Activate', {
    participantId: fourth.participant,
    rulebook: 1,
  });
});

async function sublicensed(
  at: Granted,
  by: Organisation,
  to: Organisation,
  changes: Changes = {},
): Promise<Granted> {
  const { world, grantId: parentId } = at;
  const request = {
    nonce: world.nonce(),
    parentId,
    consumer: to.participant,
    terms: terms({ sublicence, ...changes }),
  };
  const { grantId, termsDigest } = await world.run<Offered>(by, 'grants:Sublicense', request);
  await world.run(to, 'grants:Accept', { grantId, termsDigest });
  return { ...at, grantId };
}

/** A transfer of the claim that leaves the data where they are. */
async function transferred(at: Setting, from: Organisation, to: Organisation): Promise<Setting> {
  const { world, claimId } = at;
  const { custodian } = world.get(keys.dataset(at.datasetId));
  const offered = { to: to.participant, grants: 'PASS', custodian, versions: [] };
  const { offerDigest } = await world.run<{ offerDigest: Digest }>(from, 'claims:OfferTransfer', {
    claimId,
    ...offered,
  });
  const accepting = { claimId, nonce: world.nonce(), offerDigest };
  const { successor } = await world.run<{ successor: Id<'claim'> }>(to, 'claims:AcceptTransfer', accepting);
  await world.run(regulator, 'claims:Register', { claimId: successor });
  return { ...at, claimId: successor };
}

describe('a hold on a claim', () => {
  it('goes with the claim through every transfer, to uses and to new grants', async () => {
    const at = await granted(fork(setting));
    const hold = (await place(at.world, at.claimId, 'NO_USE')) as {
      subject: Id<'claim'>;
      holdId: Id<'hold'>;
    };
    await place(at.world, at.claimId, 'NO_NEW_GRANT');
    const once = await transferred(at, steel, third);
    const twice = await transferred(once, third, fourth);
    expect((await use(at)).code).to.equal('HOLD');
    const offering = {
      nonce: at.world.nonce(),
      dataset: at.datasetId,
      selector: { all: true },
      claim: twice.claimId,
    };
    const asked = { ...offering, rightsUsed: ['USE'], consumer: buyer.participant, terms: terms() };
    expect(await at.world.refusal(fourth, 'grants:Offer', asked)).to.equal('HOLD_IN_EFFECT');
    // Released under any of the names that the claim has had.
    await at.world.run(regulator, 'holds:Release', { ...hold, subject: twice.claimId, reason });
    expect((await use(at)).code).to.equal(undefined);
  });

  it('lies on the right itself: one that is placed after the transfer stops the grants before it, too', async () => {
    const at = await granted(fork(setting));
    const after = await transferred(at, steel, third);
    await place(at.world, after.claimId, 'NO_TRANSFER');
    const offered = {
      claimId: after.claimId,
      to: fourth.participant,
      grants: 'PASS',
      custodian: steel.participant,
      versions: [],
    };
    expect(await at.world.refusal(third, 'claims:OfferTransfer', offered)).to.equal('HOLD_IN_EFFECT');
    await place(at.world, at.claimId, 'NO_USE');
    expect((await use(at)).code).to.equal('HOLD');
    expect(at.world.get(keys.holds(at.claimId)).holds).to.have.lengthOf(2);
  });

  it('is not shed by giving the claim up, or by asserting another beside it', async () => {
    for (const effect of ['NO_USE', 'NO_NEW_GRANT', 'NO_TRANSFER']) {
      const at = fork(setting);
      await place(at.world, at.claimId, effect);
      const cancel = { claimId: at.claimId, reason };
      expect(await at.world.refusal(steel, 'claims:Cancel', cancel), effect).to.equal('HOLD_IN_EFFECT');
      const asserting = { nonce: at.world.nonce(), datasetId: at.datasetId, claim: claimBody() };
      expect(await at.world.refusal(steel, 'claims:Assert', asserting), effect).to.equal('HOLD_IN_EFFECT');
    }
  });
});

describe('a line of sub-grants', () => {
  const step = (at: Granted, by: Organisation, to: Organisation, enforced: Changes = policyOf()) => {
    const request = {
      nonce: at.world.nonce(),
      parentId: at.grantId,
      consumer: to.participant,
      terms: terms({ enforced }),
    };
    return at.world.refusal(by, 'grants:Sublicense', request);
  };
  let root: Granted;
  let below: Granted;
  before(async () => {
    root = await granted(fork(setting), { terms: terms({ sublicence }) });
    below = await sublicensed(root, buyer, third);
  });
  const at = (grant: Granted, world: World): Granted => ({ ...grant, world });

  it('ends below whatever is revoked, suspended or held, however far below', async () => {
    expect(await step(below, third, fourth), 'as it is').to.equal(undefined);
    const acts: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
      'the root is revoked': (world) => world.run(steel, 'grants:Revoke', { grantId: root.grantId, reason }),
      'the root is suspended': (world) =>
        world.run(regulator, 'grants:Suspend', { grantId: root.grantId, reason }),
      'the root is held': (world) => place(world, root.grantId, 'NO_NEW_GRANT'),
      'the claim is held': (world) => place(world, root.claimId, 'NO_NEW_GRANT'),
    };
    for (const [name, act] of Object.entries(acts)) {
      const world = below.world.fork();
      const pending = {
        nonce: world.nonce(),
        parentId: below.grantId,
        consumer: fourth.participant,
        terms: terms(),
      };
      const { grantId, termsDigest } = await world.run<Offered>(third, 'grants:Sublicense', pending);
      await act(world);
      const expected = name.includes('held') ? 'HOLD_IN_EFFECT' : 'ILLEGAL_STATE';
      expect(await step(at(below, world), third, fourth), name).to.equal(expected);
      expect(await world.refusal(fourth, 'grants:Accept', { grantId, termsDigest }), name).to.equal(expected);
    }
  });

  it('hands nothing on that the root keeps, also where the grants between are silent', async () => {
    const enforced = {
      permission: [
        { action: 'read' },
        { action: 'distribute', constraint: [constraint('recipient', 'eq', third.participant)] },
      ],
    };
    const kept = await granted(fork(setting), under(enforced, { sublicence }));
    const silent = await sublicensed(kept, buyer, third, { enforced: { permission: [{ action: 'read' }] } });
    expect(await step(silent, third, fourth, { permission: [{ action: 'read' }] })).to.equal(
      'SUBLICENCE_NOT_PERMITTED',
    );
  });
});

describe('what a sub-grant asks of the provider\u2019s side', () => {
  const paid = policyOf(constraint('payAmount', 'gteq', 100, 'CNY'));

  it('is stated by the one named at the root, never by who handed the data on', async () => {
    const root = await granted(fork(setting), under(paid, { sublicence }));
    const child = await sublicensed(root, buyer, third, { enforced: paid });
    const facts = [{ operand: 'payAmount', value: { '@value': '100', '@type': 'CNY' } }];
    const own = attest(child, { component: child.buyerComponent, facts }, buyerKey);
    expect(
      await own.then(
        () => '',
        (error: unknown) => String(error),
      ),
    ).to.include('NOT_ATTESTING_PARTY');
    expect(await attestByProvider(child, facts)).to.match(/^attestation-/);
  });

  it('is said to be done by the one named at the root', async () => {
    const enforced = permitting({ duty: [{ action: 'compensate' }] });
    const root = await granted(fork(setting), under(enforced, { sublicence }));
    const child = await sublicensed(root, buyer, third, { enforced });
    const by = { component: child.buyerComponent };
    const done = fulfil(child, '/permission/0/duty/0', by, buyerKey);
    expect(
      await done.then(
        () => '',
        (error: unknown) => String(error),
      ),
    ).to.include('NOT_ATTESTING_PARTY');
    expect(await fulfil(child, '/permission/0/duty/0')).to.include({ state: 'FULFILLED' });
  });
});

describe('what has to be paid before the first use', () => {
  it('is on record from the acceptance on, before it is paid', async () => {
    const at = await granted(fork(setting), under(permitting({ duty: [{ action: 'compensate' }] })));
    const key = keys.obligation(obligationId(at.grantId, '/permission/0/duty/0'));
    expect(at.world.get(key)).to.include({
      state: 'DUE',
      debtor: buyer.participant,
      attester: steel.participant,
    });
    expect(at.world.get(key)).to.not.have.property('due');
    expect((await use(at)).code).to.equal('DUTY');
    await fulfil(at, '/permission/0/duty/0');
    expect((await use(at)).code).to.equal(undefined);
  });

  it('is a breach when its own deadline has passed', async () => {
    const by = addSeconds(setting.world.now, DAY);
    const deadline = refined(
      'compensate',
      constraint('dateTime', 'lteq', { '@value': by, '@type': 'xsd:dateTime' }),
    );
    const at = await granted(fork(setting), under(permitting({ duty: [{ action: deadline }] })));
    at.world.later(DAY + 1);
    await escalate(at, '/permission/0/duty/0');
    await fulfil(at, '/permission/0/duty/0');
    expect((await use(at)).code).to.equal(undefined);
  });
});

describe('leaving as a consumer', () => {
  const exit = ({ world }: Granted, ...settled: readonly Id<'grant'>[]) =>
    world.refusal(buyer, 'participants:Exit', { participantId: buyer.participant, lapsed: [], settled });
  const deleting = permitting({
    duty: [{ action: refined('delete', constraint('delayPeriod', 'eq', 'P3D')) }],
  });

  it('waits until what a use leaves to be done has fallen due, and could be found not done', async () => {
    const at = await granted(fork(setting), under(deleting));
    const { usageId: usage } = (await use(at)) as unknown as { usageId: Id<'usage'> };
    expect(await exit(at), 'unnamed').to.equal('DUTIES_OPEN');
    expect(await exit(at, at.grantId), 'running').to.equal('DUTIES_OPEN');
    await at.world.run(steel, 'grants:Revoke', { grantId: at.grantId, reason });
    expect(await exit(at, at.grantId), 'ended').to.equal('DUTIES_OPEN');
    at.world.later(3 * DAY + RULEBOOK.matchWithin);
    expect(await exit(at, at.grantId), 'not yet').to.equal('DUTIES_OPEN');
    at.world.later(1);
    expect(await exit(at, at.grantId), 'settled').to.equal(undefined);
    expect(await exit(at), 'not named').to.equal('DUTIES_OPEN');
    await escalate(at, '/permission/0/duty/0', { usage });
    expect(await exit(at, at.grantId), 'found not done').to.equal('DUTIES_OPEN');
    await fulfil(at, '/permission/0/duty/0', { usage, component: at.buyerComponent }, buyerKey);
    expect(await exit(at, at.grantId), 'made good').to.equal(undefined);
  });

  it('counts each grant once, and none of somebody else\u2019s', async () => {
    const one = await granted(fork(setting), under(deleting));
    const two = await granted(one, under(deleting));
    for (const { grantId } of [one, two]) await one.world.run(steel, 'grants:Revoke', { grantId, reason });
    one.world.later(10 * DAY);
    expect(await exit(one, one.grantId, one.grantId)).to.equal('DUTIES_OPEN');
    expect(await exit(one, one.grantId, two.grantId)).to.equal(undefined);
  });

  it('waits for nothing where nothing outlasts the grant', async () => {
    expect(await exit(await granted(fork(setting)))).to.equal(undefined);
  });
});

describe('one of several holders', () => {
  it('neither transfers nor gives up the whole alone, with whatever share', async () => {
    const at = fork(setting);
    const holders = [
      { participant: steel.participant, share: 10_000 },
      { participant: buyer.participant, share: 990_000 },
    ];
    patch(at.world, keys.claim(at.claimId), { holders, shareRule: 'SEVERAL' });
    const { claimId } = at;
    for (const by of [steel, buyer]) {
      expect(await at.world.refusal(by, 'claims:Cancel', { claimId, reason })).to.equal('CONSENT_MISSING');
      const offered = {
        claimId,
        to: third.participant,
        grants: 'PASS',
        custodian: steel.participant,
        versions: [],
      };
      const { offerDigest } = await at.world.run<{ offerDigest: Digest }>(
        by,
        'claims:OfferTransfer',
        offered,
      );
      const accepting = { claimId, nonce: at.world.nonce(), offerDigest };
      expect(await at.world.refusal(third, 'claims:AcceptTransfer', accepting)).to.equal('CONSENT_MISSING');
      const other = by === steel ? buyer : steel;
      await at.world.run(other, 'claims:Consent', { claimId, offerDigest });
      expect(await at.world.refusal(third, 'claims:AcceptTransfer', accepting)).to.equal(undefined);
    }
    expect(await offer(at).then(({ state }) => state), 'a grant').to.equal('OFFERED');
  });
});

describe('an office', () => {
  const propose = (world: World, changes: object) =>
    world.refusal(operator, 'space:ProposeAmendment', { nonce: world.nonce(), changes, reason });

  it('is given to members in good standing, and never to nobody', async () => {
    const world = await governed(steel);
    const nobody = stranger.participant;
    for (const changes of [
      { operator: nobody },
      { regulators: [nobody] },
      { registrars: [nobody] },
      { auditors: [nobody] },
    ])
      expect(await propose(world, changes), JSON.stringify(changes)).to.equal('NOT_FOUND');
    expect(await propose(world, { regulators: [] })).to.equal('ILLEGAL_STATE');
    expect(await propose(world, { operator: steel.participant })).to.equal(undefined);
    await world.run(regulator, 'participants:Suspend', { participantId: steel.participant, reason });
    expect(await propose(world, { operator: steel.participant })).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('is not given to who has ceased to be one between proposal and approval', async () => {
    const world = await governed(steel);
    const proposal = { nonce: world.nonce(), changes: { operator: steel.participant }, reason };
    const amendment = await world.run(operator, 'space:ProposeAmendment', proposal);
    await world.run(regulator, 'space:ApproveAmendment', amendment);
    await world.run(steel, 'participants:Exit', { participantId: steel.participant, lapsed: [] });
    expect(await world.refusal(secondRegulator, 'space:ApproveAmendment', amendment)).to.equal(
      'PARTICIPANT_NOT_ACTIVE',
    );
  });
});

describe('ids of what units of one organisation make', () => {
  it('differ for the same request, and for every split of the same letters', () => {
    const request = { nonce: 'ab'.repeat(16) };
    const ids = [
      { mspId: 'SteelMSP' },
      { mspId: 'SteelMSP', unit: 'mill' },
      { mspId: 'SteelMSP', unit: 'port' },
      { mspId: 'SteelMSPmill' },
      { mspId: 'SteelMSPm', unit: 'ill' },
    ].map((unit) => deriveId('grant', unit, request));
    expect(new Set(ids).size).to.equal(ids.length);
    expect(deriveId('grant', { mspId: 'SteelMSP', unit: '' }, request)).to.equal(ids[0]);
  });

  it('cannot be taken by another unit that sees the request', async () => {
    const { world } = fork(setting);
    const port = who('SteelMSP', 'officer', 'port');
    await world.run(regulator, 'participants:Admit', { ...profileOf('SteelMSP'), unit: 'port' });
    const self = { participantId: participantId('SteelMSP', 'port'), rulebook: 1 };
    await world.run(port, 'participants:Activate', self);
    const declared = { nonce: world.nonce(), name: 'maintenance window' };
    await world.run(port, 'events:Declare', declared);
    expect(await world.refusal(steel, 'events:Declare', declared)).to.equal(undefined);
    expect(await world.refusal(port, 'events:Declare', declared)).to.equal('ALREADY_EXISTS');
  });
});
