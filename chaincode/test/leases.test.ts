import { addSeconds, digestOf, keys, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { evaluate, reportDigest } from '../src/policy/index.js';
import { attemptOf } from '../src/rules/usage/attempt.js';
import { attest, consent, escalate, reason, under } from './duties.js';
import {
  acknowledging,
  answer,
  ask,
  buyer,
  buyerKey,
  constraint,
  counted,
  fork,
  granted,
  patch,
  permitting,
  place,
  policyOf,
  registered,
  steelKey,
  TERM,
  terms,
  third,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { regulator, steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
interface Renewed {
  readonly outcome: string;
  readonly code?: string;
  readonly until?: string;
}

const HOUR = 3600;

describe('usage:Renew', () => {
  let setting: Setting;
  let at: Granted;
  let usageId: Id<'usage'>;
  before(async () => (setting = await registered()));
  beforeEach(async () => {
    at = await granted(fork(setting), { terms: terms({ lease: HOUR }) });
    usageId = await used(at);
  });

  const used = async (of: Granted, changes: Changes = {}, answered: Changes = {}) =>
    ((await use(of, changes, answered)) as unknown as { usageId: Id<'usage'> }).usageId;
  const renewing = (of: Granted, id: Id<'usage'>, number: number) => ({
    usageId: id,
    component: of.buyerComponent,
    number,
  });
  const renew = (number: number, of = at, id = usageId) =>
    of.world.run<Renewed>(buyerKey, 'usage:Renew', renewing(of, id, number));
  const refusal = (number: number, changes: Changes = {}, by = buyerKey) =>
    at.world.refusal(by, 'usage:Renew', { ...renewing(at, usageId, number), ...changes });

  it('follows an answer that grants use for a window', async () => {
    const { answer: answered } = at.world.get(keys.usage(usageId));
    expect(answered?.leaseUntil).to.equal(addSeconds(at.world.now, HOUR));
    at.world.later(HOUR - 60);
    const until = addSeconds(at.world.now, HOUR);
    expect(await renew(1)).to.deep.equal({ usageId, number: 1, outcome: 'ALLOWED', until });
    const lease = at.world.get(keys.lease(usageId, 1));
    expect(lease).to.deep.include({
      usage: usageId,
      number: 1,
      component: at.buyerComponent,
      signedBy: buyerKey.keyDigest,
      outcome: 'ALLOWED',
      at: at.world.now,
      until,
    });
    const { enforced } = at.world.get(keys.grant(at.grantId)).terms;
    const report = evaluate(enforced, attemptOf(at.world.get(keys.usage(usageId))), lease.policy!.world);
    expect(lease.policy?.report).to.equal(reportDigest(report));
    expect(lease.facts.map(({ key }) => key)).to.include.members([`grant/${at.grantId}`, `usage/${usageId}`]);
  });

  it('needs no answer, and leaves the use as it is', async () => {
    const before = at.world.state.get(keys.usage(usageId).text);
    await renew(1);
    expect(at.world.state.get(keys.usage(usageId).text)).to.equal(before);
    await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, usageId));
    expect((await renew(2)).outcome).to.equal('ALLOWED');
  });

  it('ends with the grant’s term, at the latest', async () => {
    const until = addSeconds(at.world.now, HOUR + 10);
    const ending = { ...TERM, until };
    const short = await granted(at, { terms: terms({ lease: HOUR, term: ending }) });
    const id = await used(short);
    at.world.later(60);
    expect((await renew(1, short, id)).until).to.equal(until);
    at.world.later(HOUR - 50);
    expect(await renew(2, short, id)).to.include({ outcome: 'DENIED', code: 'GRANT_TERM' });
  });

  it('may come after the window has ended', async () => {
    at.world.later(5 * HOUR);
    expect((await renew(1)).outcome).to.equal('ALLOWED');
  });

  it('is taken in order, each once', async () => {
    expect(await refusal(2)).to.equal('LEASE_OUT_OF_ORDER');
    await renew(1);
    expect(await refusal(1)).to.equal('LEASE_OUT_OF_ORDER');
    expect(await refusal(3)).to.equal('LEASE_OUT_OF_ORDER');
    expect(await refusal(2)).to.equal(undefined);
  });

  it('is over once one was denied, even where it would be allowed again', async () => {
    await at.world.run(steel, 'grants:Suspend', { grantId: at.grantId, reason });
    expect(await renew(1)).to.deep.equal({
      usageId,
      number: 1,
      outcome: 'DENIED',
      code: 'GRANT_NOT_ACTIVE',
    });
    expect(at.world.get(keys.lease(usageId, 1))).not.to.have.any.keys('until', 'policy');
    await at.world.run(steel, 'grants:Resume', { grantId: at.grantId, reason });
    expect(await refusal(2)).to.equal('NO_LEASE');
    expect(await refusal(1)).to.equal('LEASE_OUT_OF_ORDER');
  });

  it('is for uses that were granted for a window, and allowed', async () => {
    const whole = await granted(at);
    const id = await used(whole);
    expect(await at.world.refusal(buyerKey, 'usage:Renew', renewing(whole, id, 1))).to.equal('NO_LEASE');
    await at.world.run(buyer, 'usage:Contest', { usageId, reason: 'WRONG_KEY' });
    expect(await refusal(1)).to.equal('ILLEGAL_STATE');
    usageId = await ask(at);
    expect(await refusal(1)).to.equal('ILLEGAL_STATE');
  });

  it('is for the component that asked for the use', async () => {
    expect(await refusal(1, {}, buyer)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal(1, { component: at.steelComponent })).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal(1, { component: at.steelComponent }, steelKey)).to.equal('NOT_CONSUMER');
  });

  it('goes on with a key that has replaced the one of the request', async () => {
    const fresh = { ...buyerKey, keyDigest: digestOf('fresh key') };
    patch(at.world, keys.component(at.buyerComponent), { keys: [fresh.keyDigest] });
    expect(await refusal(1)).to.equal('NOT_COMPONENT_KEY');
    const { outcome } = await at.world.run<Renewed>(fresh, 'usage:Renew', renewing(at, usageId, 1));
    expect(outcome).to.equal('ALLOWED');
  });

  for (const [code, spoil] of [
    ['SPACE_PAUSED', (of: Granted) => of.world.run(regulator, 'space:Pause', { reason })],
    ['HOLD', (of: Granted) => place(of.world, of.datasetId, 'NO_USE')],
    [
      'CONSUMER_COMPONENT',
      (of: Granted) => patch(of.world, keys.component(of.buyerComponent), { state: 'SUSPENDED' }),
    ],
    [
      'CONSUMER_NOT_ACTIVE',
      (of: Granted) => patch(of.world, keys.participant(buyer.participant), { state: 'SUSPENDED' }),
    ],
    [
      'GRANT_NOT_ACTIVE',
      ({ world, grantId }: Granted) => world.run(steel, 'grants:Revoke', { grantId, reason }),
    ],
  ] as const) {
    it(`is decided anew: ${code}`, async () => {
      await spoil(at);
      expect((await renew(1)).code).to.equal(code);
    });
  }

  it('is decided anew: consent that was withdrawn, a breach that was recorded', async () => {
    const duty = [{ action: 'obtainConsent', consentingParty: third.participant }, { action: 'delete' }];
    const bound = await granted(at, under(permitting({ duty }), { lease: HOUR }));
    await consent(bound);
    const id = await used(bound);
    const withdrawn = fork(bound);
    await withdrawn.world.run(third, 'consents:Withdraw', { grantId: bound.grantId, reason });
    expect((await renew(1, withdrawn, id)).code).to.equal('CONSENT');
    expect((await renew(1, fork(bound), id)).outcome).to.equal('ALLOWED');
    bound.world.later(2 * 86_400);
    await escalate(bound, '/permission/0/duty/1', { usage: id });
    expect((await renew(1, bound, id)).code).to.equal('BREACH');
  });

  it('rests on the statements the use was asked with', async () => {
    const bound = await granted(at, under(policyOf(constraint('industry', 'eq', 'steel')), { lease: HOUR }));
    const attestation = await attest(bound, { validUntil: addSeconds(at.world.now, HOUR) });
    const id = await used(bound, { attestations: [attestation] });
    bound.world.later(HOUR - 1);
    expect((await renew(1, bound, id)).outcome).to.equal('ALLOWED');
    bound.world.later(1);
    expect((await renew(2, bound, id)).code).to.equal('CONSTRAINT');
  });

  it('is of the one use, however many there may be', async () => {
    const bound = await granted(at, { terms: terms({ ...counted(1), lease: HOUR }) });
    const id = await used(bound, {}, { slot: 0 });
    const exhausted = await answer(bound, await ask(bound), { slot: 1 });
    expect(exhausted.code).to.equal('QUOTA');
    expect((await renew(1, bound, id)).outcome).to.equal('ALLOWED');
    expect((await renew(2, bound, id)).outcome).to.equal('ALLOWED');
  });

  it('creates no obligation a second time', async () => {
    const bound = await granted(at, under(permitting({ duty: [{ action: 'delete' }] }), { lease: HOUR }));
    const id = await used(bound);
    const count = () => [...bound.world.state.keys()].filter((key) => key.startsWith('obligation/')).length;
    expect(count()).to.equal(1);
    await renew(1, bound, id);
    expect(count()).to.equal(1);
  });
});
