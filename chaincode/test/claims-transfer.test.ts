import { digestOf, rawCid, transferOfferDigest, type Digest, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import {
  acceptAsserted,
  answer,
  ask,
  buyer,
  claimBody,
  fork,
  granted,
  HANDOVER,
  offer,
  offering,
  patch,
  POSSESSION,
  place,
  register,
  registered,
  registration,
  shared,
  third,
  thirdKey,
  use,
  versionBody,
  type Registered,
  type Setting,
} from './rights.js';
import { keys, regulator, steel, who } from './world.js';

const reason = 'because';

/** Without the members that are undefined: a request has none. */
const present = (request: object): object =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));

describe('claims:OfferTransfer and AcceptTransfer', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  const offerOf = ({ claimId, versionId }: Registered, changes = {}) =>
    present({
      claimId,
      to: third.participant,
      grants: 'PASS',
      custodian: third.participant,
      versions: [versionId],
      handover: HANDOVER,
      ...changes,
    });
  const offerTransfer = ({ world, ...ids }: Setting, changes = {}, by = steel) =>
    world.run<{ offerDigest: Digest; state: string }>(by, 'claims:OfferTransfer', offerOf(ids, changes));
  const accepting = ({ world, claimId }: Setting, offerDigest: Digest, changes = {}) =>
    present({ claimId, nonce: world.nonce(), offerDigest, possession: POSSESSION, ...changes });
  const acceptTransfer = (at: Setting, offerDigest: Digest, changes = {}) =>
    at.world.run<{ successor: Id<'claim'> }>(
      third,
      'claims:AcceptTransfer',
      accepting(at, offerDigest, changes),
    );
  const acceptRefusal = (at: Setting, offerDigest: Digest, changes = {}, by = third) =>
    at.world.refusal(by, 'claims:AcceptTransfer', accepting(at, offerDigest, changes));
  const offerRefusal = (at: Setting, changes = {}, by = steel) =>
    at.world.refusal(by, 'claims:OfferTransfer', offerOf(at, changes));

  it('makes the new holder’s claim and hands over custody', async () => {
    const at = fork(setting);
    const { offerDigest, state } = await offerTransfer(at);
    expect(state).to.equal('REGISTERED');
    expect(offerDigest).to.equal(
      transferOfferDigest(offerOf(at) as Parameters<typeof transferOfferDigest>[0]),
    );
    const { successor } = await acceptTransfer(at, offerDigest);
    expect(at.world.get(keys.claim(at.claimId))).to.include({ state: 'TRANSFERRED', successor });
    const claim = at.world.get(keys.claim(successor));
    expect(claim).to.deep.include({
      state: 'ASSERTED',
      holders: [{ participant: third.participant, share: 1_000_000 }],
      rights: ['HOLD', 'USE', 'OPERATE'],
      predecessor: at.claimId,
    });
    expect(claim).not.to.have.property('registration');
    expect(at.world.get(keys.dataset(at.datasetId))).to.include({
      custodian: third.participant,
      claim: successor,
      registeredBy: steel.participant,
    });
  });

  it('leaves the old holder without say over the dataset', async () => {
    const at = fork(setting);
    await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    const { world, datasetId } = at;
    const append = { nonce: world.nonce(), datasetId, number: 2, version: versionBody() };
    expect(await world.refusal(steel, 'datasets:Append', append)).to.equal('NOT_CUSTODIAN');
    expect(await world.refusal(third, 'datasets:Append', append)).to.equal(undefined);
    const derived = registration(world, { derivedFrom: [{ dataset: datasetId }] });
    expect(await world.refusal(steel, 'datasets:Register', derived)).to.equal('DERIVATION_NOT_PERMITTED');
  });

  it('passes live grants to the new holder, or ends them', async () => {
    for (const [grants, code] of [
      ['PASS', undefined],
      ['END', 'CLAIM_NOT_IN_FORCE'],
    ] as const) {
      const at = await granted(fork(setting));
      const { successor } = await acceptTransfer(at, (await offerTransfer(at, { grants })).offerDigest);
      await at.world.run(regulator, 'claims:Register', { claimId: successor });
      const usageId = await ask(at);
      const answered = await answer(at, usageId, { component: at.thirdComponent }, thirdKey);
      expect(answered.code, grants).to.equal(code);
    }
  });

  it('lets no use pass until a registrar has seen the new claim, or the rulebook accepts it', async () => {
    const at = await granted(fork(setting));
    await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    const by = async () => answer(at, await ask(at), { component: at.thirdComponent }, thirdKey);
    expect((await by()).code).to.equal('CLAIM_NOT_IN_FORCE');
    acceptAsserted(at.world);
    expect((await by()).code).to.equal(undefined);
  });

  it('is offered by a holder, to another active participant', async () => {
    const at = fork(setting);
    expect(await offerRefusal(at, {}, buyer)).to.equal('NOT_HOLDER');
    expect(await offerRefusal(at, { to: steel.participant })).to.equal('CONFLICT_OF_INTEREST');
    expect(await offerRefusal(at, { to: who('NobodyMSP').participant })).to.equal('NOT_FOUND');
    patch(at.world, keys.participant(third.participant), { state: 'EXITED' });
    expect(await offerRefusal(at)).to.equal('PARTICIPANT_NOT_ACTIVE');
    expect(await offerRefusal(at, { to: buyer.participant })).to.equal('PARTICIPANT_NOT_ACTIVE');
  });

  it('names versions of the dataset that have a key', async () => {
    const at = fork(setting);
    const other = await register(at.world);
    expect(await offerRefusal(at, { versions: [other.versionId] })).to.equal('SELECTOR_MISMATCH');
    const pull = { mode: 'PULL' as const, component: at.steelComponent };
    patch(at.world, keys.version(at.versionId), { delivery: pull });
    expect(await offerRefusal(at)).to.equal('SELECTOR_MISMATCH');
  });

  it('is stopped by a hold, at the offer and at the acceptance', async () => {
    for (const subject of ['claimId', 'datasetId'] as const) {
      const at = fork(setting);
      const { offerDigest } = await offerTransfer(at);
      await place(at.world, at[subject], 'NO_TRANSFER');
      expect(await offerRefusal(at)).to.equal('HOLD_IN_EFFECT');
      expect(await acceptRefusal(at, offerDigest)).to.equal('HOLD_IN_EFFECT');
    }
    const at = fork(setting);
    await place(at.world, at.claimId, 'NO_USE');
    expect(await offerRefusal(at)).to.equal(undefined);
  });

  it('does not transfer what has run out', async () => {
    const at = fork(setting);
    const { offerDigest } = await offerTransfer(at);
    patch(at.world, keys.claim(at.claimId), {
      term: { from: '2025-01-01T00:00:00.000Z', until: at.world.now },
    });
    expect(await offerRefusal(at)).to.equal('CLAIM_NOT_IN_FORCE');
    expect(await acceptRefusal(at, offerDigest)).to.equal('CLAIM_NOT_IN_FORCE');
  });

  it('is accepted by whom it is offered to, and as it was offered', async () => {
    const at = fork(setting);
    const { offerDigest } = await offerTransfer(at);
    expect(await acceptRefusal(at, offerDigest, {}, buyer)).to.equal('NOT_PARTY');
    const swapped = await offerTransfer(at, { grants: 'END' });
    expect(await acceptRefusal(at, offerDigest)).to.equal('TERMS_CHANGED');
    expect(await acceptRefusal(at, swapped.offerDigest)).to.equal(undefined);
  });

  it('is not accepted without an offer', async () => {
    expect(await acceptRefusal(setting, digestOf('none'))).to.equal('ILLEGAL_STATE');
  });

  it('completes only with the proof that the new custodian has the keys, which no offer gives away', async () => {
    const at = fork(setting);
    const { offerDigest } = await offerTransfer(at);
    for (const possession of [undefined, digestOf('a guess'), HANDOVER.possession]) {
      expect(await acceptRefusal(at, offerDigest, { possession })).to.equal('KEY_NOT_ACKNOWLEDGED');
    }
    expect(await acceptRefusal(at, offerDigest)).to.equal(undefined);
  });

  it('is offered with the keys, and with keys only where there are versions to have them', async () => {
    const at = fork(setting);
    expect(await offerRefusal(at, { handover: undefined })).to.equal('KEY_NOT_ACKNOWLEDGED');
    const kept = { custodian: steel.participant, versions: [] };
    expect(await offerRefusal(at, kept)).to.equal('KEY_NOT_ACKNOWLEDGED');
    expect(await offerRefusal(at, { ...kept, handover: undefined })).to.equal(undefined);
  });

  it('swaps no bundle under who accepts or consents', async () => {
    const at = fork(setting);
    const { offerDigest } = await offerTransfer(at);
    await offerTransfer(at, { handover: { ...HANDOVER, cid: rawCid(new TextEncoder().encode('another')) } });
    expect(await acceptRefusal(at, offerDigest)).to.equal('TERMS_CHANGED');
  });

  it('hands over the key of every version there is, also of one added after the offer', async () => {
    const at = fork(setting);
    expect(await offerRefusal(at, { versions: [], handover: undefined }), 'none').to.equal(
      'KEY_NOT_ACKNOWLEDGED',
    );
    const { offerDigest } = await offerTransfer(at);
    const { versionId: added } = await at.world.run<{ versionId: Id<'version'> }>(steel, 'datasets:Append', {
      nonce: at.world.nonce(),
      datasetId: at.datasetId,
      number: 2,
      version: versionBody(),
    });
    expect(await acceptRefusal(at, offerDigest), 'added since').to.equal('KEY_NOT_ACKNOWLEDGED');
    expect(await offerRefusal(at), 'one of two').to.equal('KEY_NOT_ACKNOWLEDGED');
    const both = await offerTransfer(at, { versions: [added, at.versionId] });
    expect(await acceptRefusal(at, both.offerDigest)).to.equal(undefined);
  });

  it('asks for no key where none is handed over', async () => {
    const at = fork(setting);
    const kept = await offerTransfer(at, {
      custodian: steel.participant,
      versions: [],
      handover: undefined,
    });
    expect(await acceptRefusal(at, kept.offerDigest, { possession: undefined })).to.equal(undefined);
    expect(await acceptRefusal(at, kept.offerDigest)).to.equal('KEY_NOT_ACKNOWLEDGED');
    const pull = { mode: 'PULL' as const, component: at.steelComponent };
    patch(at.world, keys.version(at.versionId), { delivery: pull });
    expect(await offerRefusal(at, { versions: [], handover: undefined }), 'pulled').to.equal(undefined);
  });

  it('hands custody to the new holder only: nobody acknowledges a key for another', async () => {
    expect(await offerRefusal(setting, { custodian: buyer.participant })).to.equal('KEY_NOT_ACKNOWLEDGED');
  });

  it('is refused a second time', async () => {
    const at = fork(setting);
    const request = accepting(at, (await offerTransfer(at)).offerDigest);
    await at.world.run(third, 'claims:AcceptTransfer', request);
    expect(await at.world.refusal(third, 'claims:AcceptTransfer', request)).to.equal('ILLEGAL_STATE');
    // The successor's id is that of the request: should another claim ever have led to it, it is not overwritten.
    patch(at.world, keys.claim(at.claimId), { state: 'REGISTERED' });
    patch(at.world, keys.dataset(at.datasetId), { claim: at.claimId });
    expect(await at.world.refusal(third, 'claims:AcceptTransfer', request)).to.equal('ALREADY_EXISTS');
  });

  it('needs the consents that the share rule asks for, given to this very offer', async () => {
    const at = fork(setting);
    patch(at.world, keys.claim(at.claimId), {
      holders: [
        { participant: steel.participant, share: 600_000 },
        { participant: buyer.participant, share: 400_000 },
      ],
    });
    const { offerDigest } = await offerTransfer(at);
    const consent = { claimId: at.claimId, offerDigest };
    expect(await acceptRefusal(at, offerDigest)).to.equal('CONSENT_MISSING');
    expect(await at.world.refusal(steel, 'claims:Consent', consent)).to.equal('ALREADY_CONSENTED');
    expect(await at.world.refusal(third, 'claims:Consent', consent)).to.equal('NOT_HOLDER');
    const swapped = await offerTransfer(at, { grants: 'END' });
    expect(await at.world.refusal(buyer, 'claims:Consent', consent)).to.equal('TERMS_CHANGED');
    const renewed = { claimId: at.claimId, offerDigest: swapped.offerDigest };
    expect(await at.world.run(buyer, 'claims:Consent', renewed)).to.include({ state: 'REGISTERED' });
    expect(await acceptRefusal(at, swapped.offerDigest)).to.equal(undefined);
    await offerTransfer(at, { grants: 'END' }, buyer);
    expect(await acceptRefusal(at, swapped.offerDigest), 'offered anew').to.equal('CONSENT_MISSING');
  });

  it('does not take a dataset out of its custodian’s hands by a further claim', async () => {
    const at = fork(setting);
    const { world, datasetId } = at;
    const asserted = await world.run<{ claimId: Id<'claim'> }>(buyer, 'claims:Assert', {
      nonce: world.nonce(),
      datasetId,
      claim: claimBody(shared([buyer, 1_000_000])),
    });
    const own = { ...at, claimId: asserted.claimId };
    expect(await offerRefusal(own, {}, buyer)).to.equal('NOT_CUSTODIAN');
    const { offerDigest } = await offerTransfer(own, { custodian: steel.participant }, buyer);
    await acceptTransfer(own, offerDigest);
    expect(world.get(keys.dataset(datasetId))).to.include({
      custodian: steel.participant,
      claim: at.claimId,
    });
  });

  it('makes the new holder the acting provider of what passed to it', async () => {
    const at = await granted(fork(setting));
    await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    const suspend = { grantId: at.grantId, reason };
    expect(await at.world.refusal(steel, 'grants:Suspend', suspend)).to.equal('NOT_PROVIDER');
    expect(await at.world.refusal(third, 'grants:Suspend', suspend)).to.equal(undefined);
    await at.world.run(third, 'grants:Revoke', suspend);
    expect(at.world.get(keys.openGrants(steel.participant)).count).to.equal(0);
  });

  const exitRefusal = ({ world }: Setting, by: typeof steel, lapsed: Id<'grant'>[] = []) =>
    world.refusal(by, 'participants:Exit', { participantId: by.participant, lapsed });

  it('passes the obligation on: the old holder may leave, the new one may not until the grant has ended', async () => {
    const at = await granted(fork(setting));
    expect(await exitRefusal(at, steel), 'before').to.equal('GRANTS_OPEN');
    await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    expect(await exitRefusal(at, steel), 'passed on').to.equal(undefined);
    expect(await exitRefusal(at, third), 'taken on').to.equal('GRANTS_OPEN');
    await at.world.run(third, 'grants:Revoke', { grantId: at.grantId, reason });
    expect(await exitRefusal(at, third), 'revoked').to.equal(undefined);
    expect(await exitRefusal(at, steel), 'revoked').to.equal(undefined);
  });

  /** Another dataset of the same owner, with a live grant. */
  async function grantedToo(at: Setting): Promise<Setting & { grantId: Id<'grant'> }> {
    const other = { ...at, ...(await register(at.world)) };
    await at.world.run(regulator, 'claims:Register', { claimId: other.claimId });
    return granted(other);
  }

  it('keeps the old holder to the grants it has on other claims', async () => {
    const at = await granted(fork(setting));
    const other = await grantedToo(at);
    await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    expect(await exitRefusal(at, steel)).to.equal('GRANTS_OPEN');
    await at.world.run(steel, 'grants:Revoke', { grantId: other.grantId, reason });
    expect(await exitRefusal(at, steel)).to.equal(undefined);
  });

  it('ends the obligation with the grants, and counts none of them again', async () => {
    const at = await granted(fork(setting));
    const other = await grantedToo(at);
    await acceptTransfer(at, (await offerTransfer(at, { grants: 'END' })).offerDigest);
    expect(await exitRefusal(at, third)).to.equal(undefined);
    expect(await exitRefusal(at, steel)).to.equal('GRANTS_OPEN');
    await at.world.run(steel, 'grants:Revoke', { grantId: at.grantId, reason });
    expect(await exitRefusal(at, steel), 'ended twice').to.equal('GRANTS_OPEN');
    patch(at.world, keys.grant(at.grantId), { state: 'ACTIVE' });
    at.world.later(400 * 86_400);
    expect(await exitRefusal(at, steel, [at.grantId]), 'named instead').to.equal('GRANTS_OPEN');
    expect(await exitRefusal(at, steel, [other.grantId]), 'lapsed').to.equal(undefined);
  });

  it('lets the new holder replace what passed to it, and not the old one; one obligation stays one', async () => {
    const at = await granted(fork(setting));
    const { successor } = await acceptTransfer(at, (await offerTransfer(at)).offerDigest);
    await at.world.run(regulator, 'claims:Register', { claimId: successor });
    const replacing = { claim: successor, supersedes: at.grantId };
    const own = await grantedToo(at);
    const late = offering(own, { supersedes: at.grantId, dataset: at.datasetId });
    expect(await at.world.refusal(steel, 'grants:Offer', late)).to.equal('NOT_PARTY');
    const { grantId, termsDigest } = await offer(at, replacing, third);
    await at.world.run(buyer, 'grants:Accept', { grantId, termsDigest });
    expect(at.world.get(keys.grant(at.grantId)).state).to.equal('SUPERSEDED');
    expect(at.world.get(keys.openGrants(third.participant)).count).to.equal(1);
    const open = [{ provider: third.participant, count: 1 }];
    expect(at.world.get(keys.claimGrants(successor)).open).to.deep.equal(open);
    await at.world.run(third, 'grants:Revoke', { grantId, reason });
    expect(await exitRefusal(at, third)).to.equal(undefined);
  });

  it('denies a use when the new holder is not in good standing', async () => {
    const at = await granted(fork(setting));
    const { successor } = await acceptTransfer(
      at,
      (await offerTransfer(at, { custodian: steel.participant })).offerDigest,
    );
    await at.world.run(regulator, 'claims:Register', { claimId: successor });
    expect((await use(at)).state).to.equal('ALLOWED');
    patch(at.world, keys.participant(third.participant), { state: 'SUSPENDED' });
    expect((await use(at)).code).to.equal('PROVIDER_NOT_ACTIVE');
  });
});
