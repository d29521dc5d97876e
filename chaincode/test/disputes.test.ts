import { digestOf, keys, type Dispute, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { governed, operator, registrar } from './governed.js';
import { seed, someId } from './seeds.js';
import { component, regulator, steel, START, type World } from './world.js';

const subject = someId('dataset');
const statement = digestOf('statement');
const reason = 'because';

const filing = (world: World, changes: object = {}): [string, object] => [
  'disputes:File',
  { nonce: world.nonce(), subject, respondent: component.participant, statement, ...changes },
];

type Filed = { disputeId: Id<'dispute'> };

async function filed(world: World, changes: object = {}, by = steel): Promise<Filed> {
  const { disputeId } = await world.run<Filed>(by, ...filing(world, changes));
  return { disputeId };
}

async function disputed(): Promise<{ world: World; dispute: Filed; read: () => Dispute }> {
  const world = await governed(steel, component);
  seed(world, keys.dataset(subject));
  const dispute = await filed(world);
  return { world, dispute, read: () => world.get(keys.dispute(dispute.disputeId)) };
}

describe('disputes:File', () => {
  it('names both parties and the record it is about', async () => {
    const { read } = await disputed();
    expect(read()).to.deep.include({
      state: 'FILED',
      subject,
      claimant: steel.participant,
      respondent: component.participant,
      filedAt: START,
      statements: [statement],
    });
  });

  it('takes every kind of subject, and only what the ledger holds', async () => {
    const { world } = await disputed();
    seed(world, keys.claim(someId('claim')));
    seed(world, keys.grant(someId('grant')));
    seed(world, keys.usage(someId('usage')));
    seed(world, keys.valuation(someId('valuation')));
    for (const kind of ['dataset', 'claim', 'grant', 'usage', 'valuation'] as const) {
      expect(await world.refusal(steel, ...filing(world, { subject: someId(kind) }))).to.equal(undefined);
      const unknown = filing(world, { subject: someId(kind, 'unknown') });
      expect(await world.refusal(steel, ...unknown)).to.equal('NOT_FOUND');
    }
    const foreign = filing(world, { subject: someId('component') });
    expect(await world.refusal(steel, ...foreign)).to.equal('MALFORMED');
  });

  it('names another participant that exists', async () => {
    const { world } = await disputed();
    const self = filing(world, { respondent: steel.participant });
    expect(await world.refusal(steel, ...self)).to.equal('CONFLICT_OF_INTEREST');
    const unknown = filing(world, { respondent: someId('participant') });
    expect(await world.refusal(steel, ...unknown)).to.equal('NOT_FOUND');
  });

  it('is one record per request', async () => {
    const { world } = await disputed();
    const request = filing(world);
    await world.run(steel, ...request);
    expect(await world.refusal(steel, ...request)).to.equal('ALREADY_EXISTS');
  });
});

describe('disputes:Answer', () => {
  it('adds the respondent’s statement, even when it repeats the claimant’s', async () => {
    for (const second of [digestOf('answer'), statement]) {
      const { world, dispute, read } = await disputed();
      await world.run(component, 'disputes:Answer', { ...dispute, statement: second });
      expect(read()).to.deep.include({ state: 'ANSWERED', statements: [statement, second] });
    }
  });

  it('is for the respondent', async () => {
    const { world, dispute } = await disputed();
    for (const caller of [steel, regulator, registrar]) {
      const request = { ...dispute, statement };
      expect(await world.refusal(caller, 'disputes:Answer', request)).to.equal('NOT_PARTY');
    }
  });
});

describe('disputes:Resolve', () => {
  const finding = { finding: 'FOR_CLAIMANT', outcome: 'Claim cancelled' } as const;

  it('records finding, outcome and the transaction that carried it out', async () => {
    const executedBy = 'ab'.repeat(32);
    const { world, dispute, read } = await disputed();
    await world.later(60).run(registrar, 'disputes:Resolve', { ...dispute, ...finding, executedBy });
    const resolution = { ...finding, executedBy, by: registrar.participant, at: world.now };
    expect(read()).to.deep.include({ state: 'RESOLVED', resolution });
  });

  it('is for a regulator or a registrar', async () => {
    const { world, dispute } = await disputed();
    const request = { ...dispute, ...finding };
    for (const caller of [steel, component, operator]) {
      expect(await world.refusal(caller, 'disputes:Resolve', request)).to.equal('NOT_REGISTRAR');
    }
    for (const caller of [regulator, registrar]) {
      expect(await world.refusal(caller, 'disputes:Resolve', request)).to.equal(undefined);
    }
  });

  it('is never for a party, whatever its office', async () => {
    const { world } = await disputed();
    const against = await filed(world, { respondent: registrar.participant });
    const own = await filed(world, {}, regulator);
    const cases = [
      [registrar, against],
      [regulator, own],
    ] as const;
    for (const [party, dispute] of cases) {
      const request = { ...dispute, ...finding };
      expect(await world.refusal(party, 'disputes:Resolve', request)).to.equal('CONFLICT_OF_INTEREST');
    }
    expect(await world.refusal(regulator, 'disputes:Resolve', { ...against, ...finding })).to.equal(
      undefined,
    );
  });

  it('stays possible while the space is paused', async () => {
    const { world, dispute } = await disputed();
    await world.run(regulator, 'space:Pause', { reason });
    expect(await world.refusal(regulator, 'disputes:Resolve', { ...dispute, ...finding })).to.equal(
      undefined,
    );
    expect(await world.refusal(component, 'disputes:Answer', { ...dispute, statement })).to.equal(
      'SPACE_PAUSED',
    );
  });
});

describe('disputes:Withdraw and Escalate', () => {
  it('Withdraw is for the claimant', async () => {
    const { world, dispute, read } = await disputed();
    for (const caller of [component, regulator]) {
      expect(await world.refusal(caller, 'disputes:Withdraw', { ...dispute, reason })).to.equal('NOT_PARTY');
    }
    await world.run(steel, 'disputes:Withdraw', { ...dispute, reason });
    expect(read()).to.deep.include({ state: 'WITHDRAWN', ending: { by: steel.participant, reason } });
  });

  it('Escalate is for either party, and a resolution still comes of it', async () => {
    for (const party of [steel, component]) {
      const { world, dispute, read } = await disputed();
      expect(await world.refusal(regulator, 'disputes:Escalate', { ...dispute, reason })).to.equal(
        'NOT_PARTY',
      );
      await world.run(party, 'disputes:Escalate', { ...dispute, reason });
      expect(read()).to.deep.include({ state: 'ESCALATED', ending: { by: party.participant, reason } });
      const award = { finding: 'SETTLED', outcome: 'Award filed' };
      await world.run(registrar, 'disputes:Resolve', { ...dispute, ...award });
      expect(read()).to.have.property('ending');
      expect(read().state).to.equal('RESOLVED');
    }
  });

  it('all act on a dispute that exists', async () => {
    const { world } = await disputed();
    const unknown = { disputeId: someId('dispute') };
    const requests = [
      ['disputes:Answer', { ...unknown, statement }],
      ['disputes:Resolve', { ...unknown, finding: 'SETTLED', outcome: 'none' }],
      ['disputes:Withdraw', { ...unknown, reason }],
      ['disputes:Escalate', { ...unknown, reason }],
    ] as const;
    for (const [name, request] of requests) {
      expect(await world.refusal(regulator, name, request)).to.equal('NOT_FOUND');
    }
  });
});
