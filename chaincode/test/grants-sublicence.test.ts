import { type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { someId } from './seeds.js';
import { AGE_RECIPIENT, keys, profileOf, regulator, steel, who } from './world.js';
import {
  answer,
  buyer,
  constraint,
  counted,
  fork,
  granted,
  patch,
  place,
  policyOf,
  registered,
  TERM,
  terms,
  third,
  thirdKey,
  use,
  type Granted,
  type Offered,
} from './rights.js';

const reason = 'because';
const sublicence = { maxDepth: 2 };
const fourth = who('FourthMSP');
type Changes = Readonly<Record<string, unknown>>;

const sublicensing = ({ world }: Granted, parentId: Id<'grant'>, changes: Changes = {}): Changes => ({
  nonce: world.nonce(),
  parentId,
  consumer: third.participant,
  terms: terms(),
  ...changes,
});
const refusal = (at: Granted, changes: Changes = {}, by = buyer) =>
  at.world.refusal(by, 'grants:Sublicense', sublicensing(at, at.grantId, changes));
const sublicense = (at: Granted, changes: Changes = {}) =>
  at.world.run<Offered>(buyer, 'grants:Sublicense', sublicensing(at, at.grantId, changes));
const accept = (at: Granted, { grantId, termsDigest }: Offered, by = third) =>
  at.world.run(by, 'grants:Accept', { grantId, termsDigest });

/** A use under the sub-grant, by its consumer’s component. */
async function subUse(at: Granted, grantId: Id<'grant'>, slot?: number) {
  const { usageId } = await at.world.run<{ usageId: Id<'usage'> }>(thirdKey, 'usage:Request', {
    nonce: at.world.nonce(),
    grant: grantId,
    version: at.versionId,
    action: 'read',
    purpose: 'safety',
    territory: 'CN',
    component: at.thirdComponent,
    recipient: AGE_RECIPIENT,
  });
  return answer(at, usageId, slot === undefined ? {} : { slot });
}

describe('grants:Sublicense', () => {
  let setting: Granted;
  before(async () => (setting = await granted(await registered(), { terms: terms({ sublicence }) })));

  it('offers a grant about what the parent is about, from its consumer', async () => {
    const at = fork(setting);
    const offered = await sublicense(at);
    const parent = at.world.get(keys.grant(at.grantId));
    expect(at.world.get(keys.grant(offered.grantId))).to.deep.include({
      state: 'OFFERED',
      provider: buyer.participant,
      consumer: third.participant,
      dataset: parent.dataset,
      claim: parent.claim,
      selector: parent.selector,
      rightsUsed: parent.rightsUsed,
      parent: { grant: at.grantId, depth: 1 },
    });
    await accept(at, offered);
    expect(at.world.get(keys.openGrants(buyer.participant)).count).to.equal(1);
    expect(await subUse(at, offered.grantId)).to.deep.include({ state: 'ALLOWED' });
  });

  it('is for the parent’s consumer, and for another participant', async () => {
    expect(await refusal(setting, {}, steel)).to.equal('NOT_CONSUMER');
    expect(await refusal(setting, { consumer: buyer.participant })).to.equal('CONFLICT_OF_INTEREST');
    expect(await refusal(setting, { parentId: someId('grant') })).to.equal('NOT_FOUND');
  });

  it('needs a parent that permits it', async () => {
    const at = await granted(await registered());
    expect(await refusal(at)).to.equal('SUBLICENCE_NOT_PERMITTED');
  });

  it('needs a parent that is active, at the offer and at the acceptance', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await sublicense(at);
    await at.world.run(steel, 'grants:Suspend', { grantId: at.grantId, reason });
    expect(await refusal(at)).to.equal('ILLEGAL_STATE');
    expect(await at.world.refusal(third, 'grants:Accept', { grantId, termsDigest })).to.equal(
      'ILLEGAL_STATE',
    );
  });

  it('goes no deeper than the parent permits', async () => {
    const at = fork(setting);
    await at.world.run(regulator, 'participants:Admit', profileOf('FourthMSP'));
    await at.world.run(fourth, 'participants:Activate', { participantId: fourth.participant, rulebook: 1 });
    expect(await refusal(at, { terms: terms({ sublicence: { maxDepth: 3 } }) })).to.equal(
      'SUBLICENCE_NOT_PERMITTED',
    );
    const second = (from: Offered, changes: Changes) =>
      sublicensing(at, from.grantId, { consumer: fourth.participant, ...changes });
    const shallow = await sublicense(at, { terms: terms({ sublicence: { maxDepth: 1 } }) });
    await accept(at, shallow);
    expect(await at.world.refusal(third, 'grants:Sublicense', second(shallow, {}))).to.equal(
      'SUBLICENCE_NOT_PERMITTED',
    );
    const deep = await sublicense(at, { terms: terms({ sublicence }) });
    await accept(at, deep);
    const { grantId } = await at.world.run<Offered>(third, 'grants:Sublicense', second(deep, {}));
    expect(at.world.get(keys.grant(grantId)).parent).to.deep.equal({ grant: deep.grantId, depth: 2 });
  });

  it('gives no more than the parent has', async () => {
    const purpose = constraint('purpose', 'isAnyOf', ['safety', 'recall']);
    const at = await granted(await registered(), {
      terms: terms({ sublicence, enforced: policyOf(purpose), survival: ['report'] }),
    });
    const narrower = { ...purpose, rightOperand: ['safety'] };
    const within = { enforced: policyOf(narrower), survival: [] };
    expect(await refusal(at, { terms: terms(within) })).to.equal(undefined);
    for (const changes of [
      { enforced: policyOf() },
      { enforced: policyOf({ ...purpose, rightOperand: ['audit'] }) },
      { term: { ...TERM, until: '2027-11-01T00:00:00.001Z' } },
      { term: { ...TERM, from: '2026-10-31T23:59:59.999Z' } },
      { survival: ['model'] },
    ]) {
      expect(await refusal(at, { terms: terms({ ...within, ...changes }) })).to.equal(
        'SUBLICENCE_NOT_PERMITTED',
      );
    }
  });

  it('gives no more in a counter-offer, either', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await sublicense(at);
    const counter = (changes: Changes) => ({ grantId, termsDigest, terms: terms(changes) });
    const longer = counter({ term: { ...TERM, until: '2028-11-01T00:00:00.000Z' } });
    expect(await at.world.refusal(third, 'grants:Counter', longer)).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await at.world.refusal(third, 'grants:Counter', counter({ survival: [] }))).to.equal(undefined);
  });

  it('is stopped by a hold on the parent, and by a claim out of force', async () => {
    const held = fork(setting);
    await place(held.world, held.grantId, 'NO_NEW_GRANT');
    expect(await refusal(held)).to.equal('HOLD_IN_EFFECT');
    const cancelled = fork(setting);
    await cancelled.world.run(steel, 'claims:Cancel', { claimId: cancelled.claimId, reason });
    expect(await refusal(cancelled)).to.equal('CLAIM_NOT_IN_FORCE');
  });

  it('asks no holder of the claim for consent', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await sublicense(at);
    expect(await at.world.refusal(steel, 'grants:Consent', { grantId, termsDigest })).to.equal(
      'ALREADY_CONSENTED',
    );
  });

  it('is not replaced by a grant of the holder', async () => {
    const at = fork(setting);
    const { grantId } = await sublicense(at);
    patch(at.world, keys.grant(grantId), { state: 'ACTIVE', provider: steel.participant });
    const request = {
      nonce: at.world.nonce(),
      dataset: at.datasetId,
      selector: { all: true },
      claim: at.claimId,
      rightsUsed: ['USE'],
      consumer: third.participant,
      terms: terms(),
      supersedes: grantId,
    };
    expect(await at.world.refusal(steel, 'grants:Offer', request)).to.equal('SELECTOR_MISMATCH');
  });

  it('ends in effect with any grant it descends from, or its provider’s good standing', async () => {
    const at = fork(setting);
    const offered = await sublicense(at);
    await accept(at, offered);
    const after = async (spoil: (copy: Granted) => unknown) => {
      const copy = fork(at);
      await spoil(copy);
      return (await subUse(copy, offered.grantId)).code;
    };
    expect(await after(() => undefined)).to.equal(undefined);
    const revoke = ({ world, grantId }: Granted) => world.run(steel, 'grants:Revoke', { grantId, reason });
    expect(await after(revoke)).to.equal('GRANT_NOT_ACTIVE');
    expect(await after(({ world, grantId }) => place(world, grantId, 'NO_USE'))).to.equal('HOLD');
    const term = { from: '2026-01-01T00:00:00.000Z', until: at.world.now };
    const expire = ({ world, grantId }: Granted) =>
      patch(world, keys.grant(grantId), { terms: { ...world.get(keys.grant(grantId)).terms, term } });
    expect(await after(expire)).to.equal('GRANT_TERM');
    const suspend = ({ world }: Granted) =>
      patch(world, keys.participant(buyer.participant), { state: 'SUSPENDED' });
    expect(await after(suspend)).to.equal('PROVIDER_NOT_ACTIVE');
  });
});

describe('grants:Sublicense of counted uses', () => {
  let setting: Granted;
  before(async () => {
    setting = await granted(await registered(), { terms: terms({ sublicence, ...counted(5) }) });
  });

  const quotaOf = ({ world, grantId }: Granted) => world.get(keys.grant(grantId)).quota;

  it('comes off the parent’s tail when it is accepted', async () => {
    const at = fork(setting);
    const offered = await sublicense(at, { terms: terms(counted(2)) });
    expect(quotaOf(at)).to.equal(5);
    await accept(at, offered);
    expect(quotaOf(at)).to.equal(3);
    expect(at.world.get(keys.grant(offered.grantId)).quota).to.equal(2);
    for (const slot of [0, 1, 2]) expect((await use(at, {}, { slot })).state).to.equal('ALLOWED');
    expect((await use(at, {}, { slot: 3 })).code).to.equal('QUOTA');
    for (const slot of [0, 1]) expect((await subUse(at, offered.grantId, slot)).state).to.equal('ALLOWED');
    expect((await subUse(at, offered.grantId, 2)).code).to.equal('QUOTA');
  });

  it('must name its own number, of at most what is left', async () => {
    const at = fork(setting);
    expect(await refusal(at, { terms: terms() })).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await refusal(at, { terms: terms(counted(6)) })).to.equal('SUBLICENCE_NOT_PERMITTED');
    await accept(at, await sublicense(at, { terms: terms(counted(3)) }));
    expect(await refusal(at, { terms: terms(counted(3)) })).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await refusal(at, { terms: terms(counted(2)) })).to.equal(undefined);
  });

  it('cannot have what the parent has used since', async () => {
    const at = fork(setting);
    const { grantId, termsDigest } = await sublicense(at, { terms: terms(counted(3)) });
    for (const slot of [0, 1]) await use(at, {}, { slot });
    expect(await at.world.refusal(third, 'grants:Accept', { grantId, termsDigest })).to.equal(undefined);
    await use(at, {}, { slot: 2 });
    expect(await at.world.refusal(third, 'grants:Accept', { grantId, termsDigest })).to.equal(
      'SUBLICENCE_NOT_PERMITTED',
    );
  });

  it('may take all of it: the parent is then exhausted from its first slot', async () => {
    const at = fork(setting);
    await accept(at, await sublicense(at, { terms: terms(counted(5)) }));
    expect(quotaOf(at)).to.equal(0);
    expect((await use(at, {}, { slot: 0 })).code).to.equal('QUOTA');
  });

  it('may be counted under a parent that is not', async () => {
    const at = await granted(await registered(), { terms: terms({ sublicence }) });
    await accept(at, await sublicense(at, { terms: terms(counted(2)) }));
    expect(quotaOf(at)).to.equal(undefined);
  });
});
