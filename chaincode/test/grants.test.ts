import { deriveId, digestOf, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { someId } from './seeds.js';
import {
  acceptAsserted,
  buyer,
  canonical,
  constraint,
  fork,
  GENERAL,
  offer,
  offering,
  patch,
  place,
  policyOf,
  register,
  registered,
  terms,
  third,
  type Offered,
  type Setting,
} from './rights.js';
import { keys, regulator, steel, who } from './world.js';

type Changes = Readonly<Record<string, unknown>>;

const requesting = (at: Setting, changes: Changes = {}): Changes => {
  const { consumer: _consumer, ...subject } = offering(at);
  return { ...subject, provider: steel.participant, ...changes };
};
const refusalOfOffer = (at: Setting, changes: Changes = {}, by = steel) =>
  at.world.refusal(by, 'grants:Offer', offering(at, changes));
const refusalOfRequest = (at: Setting, changes: Changes = {}, by = buyer) =>
  at.world.refusal(by, 'grants:Request', requesting(at, changes));

describe('grants:Offer and Request', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  it('puts terms on the table, under their digest', async () => {
    const at = fork(setting);
    const request = offering(at, { terms: terms({ survival: ['derived-model'] }) });
    const offered = await at.world.run<Offered>(steel, 'grants:Offer', request);
    expect(offered).to.deep.equal({
      grantId: deriveId('grant', { mspId: 'SteelMSP' }, request),
      termsDigest: digestOf(encode({ ...(request['terms'] as object), enforced: canonical(policyOf()) })),
      state: 'OFFERED',
    });
    const grant = at.world.get(keys.grant(offered.grantId));
    expect(grant).to.deep.include({
      state: 'OFFERED',
      provider: steel.participant,
      consumer: buyer.participant,
      proposedBy: steel.participant,
      consents: [steel.participant],
      onAssertedClaim: false,
    });
    expect(grant).not.to.have.any.keys('quota', 'activatedAt', 'parent');
  });

  it('may begin with the consumer', async () => {
    const at = fork(setting);
    const { grantId, state } = await at.world.run<Offered>(buyer, 'grants:Request', requesting(at));
    expect(state).to.equal('REQUESTED');
    expect(at.world.get(keys.grant(grantId))).to.deep.include({
      provider: steel.participant,
      consumer: buyer.participant,
      proposedBy: buyer.participant,
      consents: [],
    });
  });

  it('is refused a second time for the same request', async () => {
    const at = fork(setting);
    const [offered, asked] = [offering(at), requesting(at)];
    await at.world.run(steel, 'grants:Offer', offered);
    await at.world.run(buyer, 'grants:Request', asked);
    expect(await at.world.refusal(steel, 'grants:Offer', offered)).to.equal('ALREADY_EXISTS');
    expect(await at.world.refusal(buyer, 'grants:Request', asked)).to.equal('ALREADY_EXISTS');
  });

  it('needs a holder of the claim as provider', async () => {
    expect(await refusalOfOffer(setting, { consumer: steel.participant }, third)).to.equal('NOT_HOLDER');
    expect(await refusalOfRequest(setting, { provider: third.participant })).to.equal('NOT_HOLDER');
  });

  it('needs two different and active parties', async () => {
    expect(await refusalOfOffer(setting, { consumer: steel.participant })).to.equal('CONFLICT_OF_INTEREST');
    expect(await refusalOfRequest(setting, {}, steel)).to.equal('CONFLICT_OF_INTEREST');
    expect(await refusalOfOffer(setting, { consumer: who('NobodyMSP').participant })).to.equal('NOT_FOUND');
    const at = fork(setting);
    patch(at.world, keys.participant(buyer.participant), { state: 'SUSPENDED' });
    expect(await refusalOfOffer(at)).to.equal('PARTICIPANT_NOT_ACTIVE');
    patch(at.world, keys.participant(buyer.participant), { state: 'ACTIVE' });
    patch(at.world, keys.participant(steel.participant), { state: 'EXITED' });
    expect(await refusalOfRequest(at)).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('needs the right to offer, and each right that is granted', async () => {
    const at = fork(setting);
    patch(at.world, keys.claim(at.claimId), { rights: ['HOLD', 'USE'] });
    expect(await refusalOfOffer(at)).to.equal('RIGHT_NOT_HELD');
    patch(at.world, keys.claim(at.claimId), { rights: ['HOLD', 'OPERATE'] });
    expect(await refusalOfOffer(at)).to.equal('RIGHT_NOT_HELD');
    expect(await refusalOfOffer(at, { rightsUsed: ['HOLD'] })).to.equal(undefined);
  });

  it('needs dataset, version and claim that belong together', async () => {
    const at = fork(setting);
    const other = await register(at.world);
    await at.world.run(regulator, 'claims:Register', { claimId: other.claimId });
    expect(await refusalOfOffer(at, { claim: other.claimId })).to.equal('SELECTOR_MISMATCH');
    expect(await refusalOfOffer(at, { selector: { version: other.versionId } })).to.equal(
      'SELECTOR_MISMATCH',
    );
    expect(await refusalOfOffer(at, { selector: { version: at.versionId } })).to.equal(undefined);
    const missing = someId('dataset');
    expect(await refusalOfOffer(at, { dataset: missing })).to.equal('NOT_FOUND');
  });

  it('needs a claim in force', async () => {
    const at = fork(setting);
    const { claimId } = at;
    for (const state of ['PROPOSED', 'ASSERTED', 'REJECTED', 'TRANSFERRED', 'CANCELLED'] as const) {
      patch(at.world, keys.claim(claimId), { state });
      expect(await refusalOfOffer(at), state).to.equal('CLAIM_NOT_IN_FORCE');
    }
    const { from } = at.world.get(keys.claim(claimId)).term;
    patch(at.world, keys.claim(claimId), { state: 'REGISTERED', term: { from, until: at.world.now } });
    expect(await refusalOfOffer(at)).to.equal('CLAIM_NOT_IN_FORCE');
  });

  it('is marked where the rulebook lets it rest on an asserted claim', async () => {
    const at = fork(setting);
    acceptAsserted(at.world);
    patch(at.world, keys.claim(at.claimId), { state: 'ASSERTED' });
    const { grantId, termsDigest } = await offer(at);
    expect(at.world.get(keys.grant(grantId)).onAssertedClaim).to.equal(true);
    await at.world.run(regulator, 'claims:Register', { claimId: at.claimId });
    await at.world.run(buyer, 'grants:Accept', { grantId, termsDigest });
    expect(at.world.get(keys.grant(grantId)).onAssertedClaim).to.equal(false);
  });

  it('is refused for core data and what may be important', async () => {
    const at = fork(setting);
    const as = async (changes: object) => {
      patch(at.world, keys.dataset(at.datasetId), { classification: { ...GENERAL, ...changes } });
      return refusalOfOffer(at);
    };
    expect(await as({ grade: 'CORE', status: 'NOTIFIED' })).to.equal('CLASSIFICATION_FORBIDS');
    expect(await as({ grade: 'IMPORTANT', status: 'SUSPECTED' })).to.equal('CLASSIFICATION_FORBIDS');
    expect(await as({ grade: 'IMPORTANT', status: 'DECLARED' })).to.equal(undefined);
    expect(await as({ grade: 'GENERAL', status: 'SUSPECTED' })).to.equal(undefined);
  });

  it('is stopped by a hold on dataset or claim', async () => {
    for (const subject of ['datasetId', 'claimId'] as const) {
      const at = fork(setting);
      await place(at.world, at[subject], 'NO_NEW_GRANT');
      expect(await refusalOfOffer(at)).to.equal('HOLD_IN_EFFECT');
      expect(await refusalOfRequest(at)).to.equal('HOLD_IN_EFFECT');
    }
    const at = fork(setting);
    await place(at.world, at.claimId, 'NO_TRANSFER');
    expect(await refusalOfOffer(at)).to.equal(undefined);
  });

  it('needs a policy that the ledger can enforce, and names what it cannot', async () => {
    const unenforceable = terms({
      enforced: policyOf(constraint('dateTime', 'lteq', 'tomorrow')),
    });
    expect(await refusalOfOffer(setting, { terms: unenforceable })).to.equal('POLICY_UNENFORCEABLE');
    expect(await refusalOfRequest(setting, { terms: unenforceable })).to.equal('POLICY_UNENFORCEABLE');
    const error = await setting.world
      .simulate(steel, 'grants:Offer', offering(setting, { terms: unenforceable }))
      .catch((cause: unknown) => cause);
    expect(error).to.have.nested.property(
      'details.problems[0].pointer',
      '/terms/enforced/permission/0/constraint/0/rightOperand',
    );
  });

  it('needs a term that has not passed', async () => {
    const term = { from: '2025-01-01T00:00:00.000Z', until: setting.world.now };
    expect(await refusalOfOffer(setting, { terms: terms({ term }) })).to.equal('PERIOD_INVALID');
  });
});
