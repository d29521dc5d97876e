import { addSeconds, digestOf, keys, obligationId, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { escalate, fulfil, fulfilling, reason, under } from './duties.js';
import {
  buyer,
  buyerKey,
  constraint,
  fork,
  granted,
  offer,
  patch,
  permitting,
  place,
  refined,
  registered,
  steelKey,
  third,
  thirdKey,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { RULEBOOK, steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
const DAY = 86_400;
const days = (count: number) => ({ '@value': `P${count}D`, '@type': 'xsd:duration' });
const after = (count: number) => constraint('delayPeriod', 'eq', days(count));

const DUTY = '/permission/0/duty/0';
const DELETE = permitting({
  duty: [{ action: refined('delete', after(30)), consequence: [{ action: 'compensate' }] }],
});
const PAY = permitting({ duty: [{ action: 'compensate' }] });

let setting: Setting;
before(async () => (setting = await registered()));

const obligationOf = ({ world }: Granted, id: string) => world.get(keys.obligation(id as Id<'obligation'>));
const breachesOf = ({ world, grantId }: Granted) =>
  world.state.has(keys.breaches(grantId).text) ? world.get(keys.breaches(grantId)).open : [];
const codeOf = async (at: Granted, changes: Changes = {}) => (await use(fork(at), changes)).code ?? 'ALLOWED';
/** A use, by its id. */
const used = async (at: Granted) => ((await use(at)) as unknown as { usageId: Id<'usage'> }).usageId;
const byBuyer = ({ buyerComponent: component }: Granted, changes: Changes = {}) => ({
  component,
  ...changes,
});

describe('obligations after a use', () => {
  let at: Granted;
  let usage: Id<'usage'>;
  let id: Id<'obligation'>;
  beforeEach(async () => {
    at = await granted(fork(setting), under(DELETE));
    usage = await used(at);
    id = obligationId(at.grantId, DUTY, { usage });
  });

  it('fall due with the use that was allowed, and not with one that was denied', async () => {
    expect(obligationOf(at, id)).to.deep.include({
      state: 'DUE',
      grant: at.grantId,
      duty: DUTY,
      usage,
      action: 'delete',
      debtor: buyer.participant,
      attester: buyer.participant,
      due: addSeconds(at.world.now, 30 * DAY),
    });
    await place(at.world, at.claimId, 'NO_USE');
    const denied = await used(at);
    expect(
      at.world.state.has(keys.obligation(obligationId(at.grantId, DUTY, { usage: denied })).text),
    ).to.equal(false);
  });

  it('have the deadline of the rulebook where the policy names none, or the instant it names', async () => {
    const due = '2026-12-24T00:00:00.000Z';
    const dated = refined(
      'delete',
      constraint('dateTime', 'lteq', { '@value': due, '@type': 'xsd:dateTime' }),
    );
    for (const [action, expected] of [
      ['delete', addSeconds(at.world.now, RULEBOOK.matchWithin)],
      [dated, due],
    ] as const) {
      const bound = await granted(at, under(permitting({ duty: [{ action }] })));
      const obligation = obligationId(bound.grantId, DUTY, { usage: await used(bound) });
      expect(obligationOf(bound, obligation).due).to.equal(expected);
    }
  });

  it('are not owed where the condition of a duty certainly does not hold', async () => {
    const owed = async (operand: string, value: string): Promise<boolean> => {
      const duty = [{ action: 'inform', constraint: [constraint(operand, 'eq', value)] }];
      const bound = await granted(at, under(permitting({ duty })));
      const key = keys.obligation(obligationId(bound.grantId, DUTY, { usage: await used(bound) }));
      return bound.world.state.has(key.text);
    };
    expect(await owed('spatial', 'CN')).to.equal(true);
    expect(await owed('spatial', 'DE')).to.equal(false);
    expect(await owed('industry', 'steel'), 'nobody can tell').to.equal(true);
  });

  it('are of the permission that carried the use', async () => {
    const policy = {
      permission: [
        { action: 'print', duty: [{ action: 'delete' }] },
        { action: 'read', duty: [{ action: 'inform' }] },
      ],
    };
    const bound = await granted(at, under(policy));
    await used(bound);
    const own = [...at.world.state.keys()].filter((key) => key.startsWith('obligation/'));
    const made = own.map(
      (key) => JSON.parse(at.world.state.get(key) ?? '') as { grant: string; duty: string },
    );
    expect(made.filter(({ grant }) => grant === bound.grantId).map(({ duty }) => duty)).to.deep.equal([
      '/permission/1/duty/0',
    ]);
  });

  it('are fulfilled by a component of who has to say so', async () => {
    const refusal = (changes: Changes, by = buyerKey) =>
      at.world.refusal(by, 'obligations:Fulfil', fulfilling(at, DUTY, { usage, ...byBuyer(at), ...changes }));
    expect(await refusal({}, buyer)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal({ component: at.steelComponent }, steelKey)).to.equal('NOT_ATTESTING_PARTY');
    expect(await refusal({ component: at.thirdComponent })).to.equal('COMPONENT_NOT_CERTIFIED');
    const evidence = digestOf('log of the deletion');
    const done = await fulfil(at, DUTY, { usage, ...byBuyer(at), evidence }, buyerKey);
    expect(done).to.deep.equal({ obligationId: id, state: 'FULFILLED' });
    expect(obligationOf(at, id).fulfilment).to.deep.equal({
      at: at.world.now,
      by: buyer.participant,
      component: at.buyerComponent,
      signedBy: buyerKey.keyDigest,
      evidence,
    });
    expect(await refusal({})).to.equal('ILLEGAL_STATE');
  });

  it('are those of the policy and of the use, and no others', async () => {
    const refusal = (duty: string, changes: Changes = {}) =>
      at.world.refusal(buyerKey, 'obligations:Fulfil', fulfilling(at, duty, { ...byBuyer(at), ...changes }));
    expect(await refusal('/permission/0/duty/1', { usage })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(DUTY)).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(DUTY, { usage: someId('usage') })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(DUTY, { usage, period: 0 })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(`${DUTY}/consequence/0`, { usage }), 'not due yet').to.equal('DUTY_NOT_FOUND');
    expect(await refusal('/permission/0', { usage })).to.equal('MALFORMED');
  });

  it('are broken when they are overdue, by the word of anyone who is active', async () => {
    const refusal = (by = third, changes: Changes = {}) =>
      at.world.refusal(by, 'obligations:Escalate', { grant: at.grantId, duty: DUTY, usage, ...changes });
    at.world.later(30 * DAY);
    expect(await refusal()).to.equal('NOT_OVERDUE');
    at.world.later(1);
    expect(await refusal(third, { usage: someId('usage') })).to.equal('DUTY_NOT_FOUND');
    expect(await codeOf(at)).to.equal('ALLOWED');
    expect(await escalate(at, DUTY, { usage })).to.deep.equal({ obligationId: id, state: 'BREACHED' });
    expect(obligationOf(at, id).breach).to.deep.equal({ at: at.world.now, by: third.participant });
    expect(breachesOf(at)).to.deep.equal([id]);
    expect(await codeOf(at)).to.equal('BREACH');
    expect(await refusal()).to.equal('ILLEGAL_STATE');
  });

  it('are not broken by who obeys a hold that forbids deletion', async () => {
    at.world.later(30 * DAY + 1);
    for (const subject of [at.datasetId, at.claimId, at.grantId]) {
      const held = fork(at);
      const request = { grant: at.grantId, duty: DUTY, usage };
      await place(held.world, subject, 'NO_DELETION');
      expect(await held.world.refusal(third, 'obligations:Escalate', request)).to.equal('HOLD_IN_EFFECT');
      held.world.now = '2027-01-01T00:00:00.000Z';
      expect(await held.world.refusal(third, 'obligations:Escalate', request)).to.equal(undefined);
    }
  });

  it('are made good late, together with what follows from the breach', async () => {
    at.world.later(30 * DAY + 1);
    await escalate(at, DUTY, { usage });
    const consequence = `${DUTY}/consequence/0`;
    const follow = obligationId(at.grantId, consequence, { usage });
    expect(obligationOf(at, follow)).to.deep.include({
      state: 'DUE',
      action: 'compensate',
      attester: steel.participant,
      due: addSeconds(at.world.now, RULEBOOK.matchWithin),
    });
    const other = fork(at);
    await fulfil(at, DUTY, { usage, ...byBuyer(at) }, buyerKey);
    expect(obligationOf(at, id)).to.include({ state: 'FULFILLED' }).and.to.have.property('breach');
    expect(await codeOf(at)).to.equal('BREACH');
    await fulfil(at, consequence, { usage });
    expect(breachesOf(at)).to.deep.equal([]);
    expect(await codeOf(at)).to.equal('ALLOWED');
    await fulfil(other, consequence, { usage });
    expect(breachesOf(other), 'the other way round').to.deep.equal([id]);
    await fulfil(other, DUTY, { usage, ...byBuyer(other) }, buyerKey);
    expect(breachesOf(other)).to.deep.equal([]);
  });

  it('are broken anew where the consequence is not done in time', async () => {
    at.world.later(30 * DAY + 1);
    await escalate(at, DUTY, { usage });
    at.world.later(RULEBOOK.matchWithin + 1);
    const consequence = `${DUTY}/consequence/0`;
    const { obligationId: follow } = await escalate(at, consequence, { usage });
    expect(breachesOf(at)).to.deep.equal([id, follow]);
    await fulfil(at, consequence, { usage });
    expect(breachesOf(at)).to.deep.equal([id]);
    await fulfil(at, DUTY, { usage, ...byBuyer(at) }, buyerKey);
    expect(breachesOf(at)).to.deep.equal([]);
  });

  it('touch neither grant nor claim, dataset or component', async () => {
    const fixed = () =>
      [...at.world.state].filter(([key]) => /^(?:grant|claim|dataset|component)\//.test(key));
    const before = fixed();
    at.world.later(30 * DAY + 1);
    await escalate(at, DUTY, { usage });
    await fulfil(at, DUTY, { usage, ...byBuyer(at) }, buyerKey);
    expect(fixed()).to.deep.equal(before);
  });

  it('are not broken without end under one grant', async () => {
    at.world.later(30 * DAY + 1);
    const open = Array.from({ length: 100 }, (_, index) => someId('obligation', String(index)));
    await escalate(at, DUTY, { usage });
    const second = fork(at);
    patch(at.world, keys.obligation(id), { state: 'DUE' });
    patch(at.world, keys.breaches(at.grantId), { open });
    const request = { grant: at.grantId, duty: DUTY, usage };
    expect(await at.world.refusal(third, 'obligations:Escalate', request)).to.equal('ILLEGAL_STATE');
    patch(second.world, keys.obligation(id), { state: 'DUE' });
    patch(second.world, keys.breaches(at.grantId), { open: open.slice(1) });
    expect(await second.world.refusal(third, 'obligations:Escalate', request)).to.equal(undefined);
  });
});

describe('obligations before a use', () => {
  const refusal = (at: Granted, changes: Changes = {}, by = steelKey) =>
    at.world.refusal(by, 'obligations:Fulfil', fulfilling(at, DUTY, changes));

  it('are done once for the grant, by the word of the creditor’s component', async () => {
    const at = await granted(fork(setting), under(PAY));
    expect(await codeOf(at)).to.equal('DUTY');
    expect(await refusal(at, byBuyer(at), buyerKey)).to.equal('NOT_ATTESTING_PARTY');
    expect(await refusal(at, { period: 0 })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(at, { usage: someId('usage') })).to.equal('DUTY_NOT_FOUND');
    const { obligationId: id } = await fulfil(at, DUTY);
    expect(id).to.equal(obligationId(at.grantId, DUTY));
    expect(obligationOf(at, id!)).to.deep.include({ state: 'FULFILLED', attester: steel.participant });
    expect(obligationOf(at, id!)).not.to.have.any.keys('due', 'usage', 'period');
    for (let times = 0; times < 2; times += 1) expect((await use(at)).code).to.equal(undefined);
    expect(await refusal(at)).to.equal('ILLEGAL_STATE');
  });

  it('may be owed to another, and then that one says so', async () => {
    const policy = permitting({ duty: [{ action: 'compensate', compensatedParty: third.participant }] });
    const at = await granted(fork(setting), under(policy));
    expect(await refusal(at)).to.equal('NOT_ATTESTING_PARTY');
    await fulfil(at, DUTY, { component: at.thirdComponent }, thirdKey);
    expect(await codeOf(at)).to.equal('ALLOWED');
  });

  it('are never overdue: without them there is no use', async () => {
    const at = await granted(fork(setting), under(PAY));
    at.world.later(400 * DAY);
    const request = { grant: at.grantId, duty: DUTY };
    expect(await at.world.refusal(third, 'obligations:Escalate', request)).to.equal('NOT_OVERDUE');
  });

  it('recur from the activation of the grant, month by month', async () => {
    const monthly = refined('compensate', constraint('timeInterval', 'eq', 'P1M'));
    const at = await granted(fork(setting), under(permitting({ duty: [{ action: monthly }] })));
    expect(await refusal(at)).to.equal('DUTY_NOT_FOUND');
    await fulfil(at, DUTY, { period: 0 });
    expect(await codeOf(at)).to.equal('ALLOWED');
    at.world.now = '2026-12-24T07:59:59.999Z';
    expect(await codeOf(at)).to.equal('ALLOWED');
    at.world.now = '2026-12-24T08:00:00.000Z';
    expect(await codeOf(at)).to.equal('DUTY');
    await fulfil(at, DUTY, { period: 1 });
    expect(await codeOf(at)).to.equal('ALLOWED');
    expect(await refusal(at, { period: 11 }), 'begins within the term').to.equal(undefined);
    expect(await refusal(at, { period: 12 }), 'begins after it').to.equal('DUTY_NOT_FOUND');
  });

  it('are nothing to be done before the grant is active', async () => {
    const { grantId } = await offer(fork(setting), under(PAY));
    const at = { ...fork(setting), grantId };
    const other = fork(setting);
    const opened = await offer(other, under(PAY));
    expect(await refusal({ ...other, grantId: opened.grantId })).to.equal('DUTY_NOT_FOUND');
    expect(await refusal(at)).to.equal('NOT_FOUND');
  });
});

describe('obligations of the whole policy', () => {
  const once = { ...permitting(), obligation: [{ action: refined('inform', after(7)) }] };

  it('fall due with the acceptance of the grant', async () => {
    const at = await granted(fork(setting), under(once));
    const id = obligationId(at.grantId, '/obligation/0');
    expect(obligationOf(at, id)).to.deep.include({
      state: 'DUE',
      attester: steel.participant,
      due: addSeconds(at.world.now, 7 * DAY),
    });
    at.world.later(7 * DAY + 1);
    await escalate(at, '/obligation/0');
    expect(await codeOf(at)).to.equal('BREACH');
    await fulfil(at, '/obligation/0');
    expect(await codeOf(at)).to.equal('ALLOWED');
  });

  it('are owed in every period where they recur, whether there was a use or not', async () => {
    const weekly = refined('inform', constraint('timeInterval', 'eq', 'P7D'));
    const at = await granted(fork(setting), under({ ...permitting(), obligation: [{ action: weekly }] }));
    const refusal = (period: number) =>
      at.world.refusal(third, 'obligations:Escalate', { grant: at.grantId, duty: '/obligation/0', period });
    await fulfil(at, '/obligation/0', { period: 0 });
    at.world.later(14 * DAY);
    expect(await refusal(0), 'done').to.equal('ILLEGAL_STATE');
    expect(await refusal(1), 'not over yet').to.equal('NOT_OVERDUE');
    at.world.later(1);
    const { obligationId: id } = await escalate(at, '/obligation/0', { period: 1 });
    expect(obligationOf(at, id!)).to.deep.include({ state: 'BREACHED', period: 1 });
    expect(await codeOf(at)).to.equal('BREACH');
    await fulfil(at, '/obligation/0', { period: 1 });
    expect(await codeOf(at)).to.equal('ALLOWED');
    await at.world.run(steel, 'grants:Revoke', { grantId: at.grantId, reason });
    at.world.later(30 * DAY);
    expect(await refusal(2), 'of a grant that ended').to.equal('ILLEGAL_STATE');
  });
});
