import { expect } from 'chai';
import { deriveId, digestOf, encode, keys, participantId, type Usage } from '@tallystick/chaincode/model';
import type { LedgerCall } from '../../src/ledger/port.js';
import { newRecipient } from '../../src/payload/index.js';
import { collect, streamOf } from '../payload/fixtures.js';
import { signerOf } from './signers.js';
import { BUYER, counted, keyOf, metadata, REGULATOR, STEEL, termsOf, WORKSHOP } from './space.js';
import { ask, attend, caughtUp, entryOf, FILE, isReleased, storyBeforeEach, type Story } from './story.js';

/** A request as the buyer's own connector would make it, with the record it makes. */
async function genuine(story: Story): Promise<{ request: Record<string, unknown>; call: LedgerCall }> {
  const { space, grant, versionId } = story;
  const request = {
    ...space.ask(grant, versionId),
    nonce: space.nonce(),
    recipient: newRecipient().recipient,
  };
  const signer = await signerOf(BUYER, 'connector');
  const submission = { transaction: 'usage:Request', argument: encode(request) };
  return { request, call: (await space.chain.endorse(signer, submission, 'unused')).call };
}

const usageIn = ({ writes }: LedgerCall): Usage => JSON.parse(writes[0]?.value ?? '') as Usage;

/** The call with other members of the record that it writes. */
const withRecord = (call: LedgerCall, changes: Partial<Usage>): LedgerCall => {
  const usage = { ...usageIn(call), ...changes };
  return { ...call, writes: [{ key: keys.usage(usage.id).text, value: encode(usage) }] };
};

describe('custody: a forged request releases nothing', () => {
  const story = storyBeforeEach();

  /** Put a call on the ledger as it stands, let the custodian work, and see what the journal says. */
  async function outcome(call: LedgerCall): Promise<string> {
    const { space, steel } = story;
    await space.chain.forge(call);
    await attend(steel, space);
    const { id } = usageIn(call);
    const entry = await entryOf(steel, id);
    if (entry.state !== 'RELEASED') {
      expect(entry.header, 'no key is touched for it').to.equal(undefined);
      expect(space.usage(id)).to.have.property('state', 'REQUESTED');
      expect(space.answersTo(id)).to.deep.equal([]);
    }
    return `${entry.state} ${entry.reason ?? ''}`.trim();
  }

  it('but a genuine one does, on the very same way', async () => {
    const { call } = await genuine(story);
    expect(await outcome(call)).to.equal('RELEASED');
    expect(await isReleased(story.steel, usageIn(call).id)).to.equal(true);
  });

  it('signature of the submitter that does not verify', async () => {
    const { call } = await genuine(story);
    expect(await outcome({ ...call, signed: false })).to.equal('WITHHELD NOT_SIGNED');
  });

  it('another transaction behind the record', async () => {
    const { call } = await genuine(story);
    expect(await outcome({ ...call, transaction: 'usage:Contest' })).to.equal('WITHHELD ALTERED');
  });

  it('a record that names another one-time recipient than the consumer signed for', async () => {
    const { call } = await genuine(story);
    const stolen = withRecord(call, { recipient: newRecipient().recipient });
    expect(await outcome(stolen)).to.equal('WITHHELD ALTERED');
  });

  it('an argument in which nobody asked for this use', async () => {
    const { call, request } = await genuine(story);
    const argument = encode({ ...request, nonce: story.space.nonce() });
    expect(await outcome({ ...call, argument })).to.equal('WITHHELD ALTERED');
  });

  it("another key of the consumer's organisation", async () => {
    const { call } = await genuine(story);
    const officer = await signerOf(BUYER, 'officer');
    expect(await outcome({ ...call, ...officer })).to.equal('WITHHELD OTHER_KEY');
  });

  it('a key of no certified component', async () => {
    const { call } = await genuine(story);
    const officer = await signerOf(BUYER, 'officer');
    const signedBy = keyOf(officer) as Usage['signedBy'];
    expect(await outcome({ ...withRecord(call, { signedBy }), ...officer })).to.equal(
      'WITHHELD NOT_COMPONENT_KEY',
    );
  });

  it('another organisation than the consumer', async () => {
    const { call, request } = await genuine(story);
    const stranger = await signerOf(REGULATOR, 'connector');
    const id = deriveId('usage', REGULATOR, request);
    const signedBy = keyOf(stranger) as Usage['signedBy'];
    expect(await outcome({ ...withRecord(call, { id, signedBy }), ...stranger })).to.equal(
      'WITHHELD OTHER_CONSUMER',
    );
  });

  it("a consumer under somebody else's grant", async () => {
    const { call, request } = await genuine(story);
    const stranger = await signerOf(REGULATOR, 'connector');
    const id = deriveId('usage', REGULATOR, request);
    const signedBy = keyOf(stranger) as Usage['signedBy'];
    const consumer = participantId(REGULATOR);
    expect(await outcome({ ...withRecord(call, { id, signedBy, consumer }), ...stranger })).to.equal(
      'WITHHELD OTHER_CONSUMER',
    );
  });

  it('a request that the rules refuse, endorsed all the same', async () => {
    const { space, steel } = story;
    // For a version that the grant does not cover.
    const { result } = await steel.useCases.registerFile(
      { identity: 'officer' },
      metadata(),
      streamOf(Buffer.from('secret')),
    );
    const { call, request } = await genuine(story);
    const other = { ...request, version: result.versionId };
    const id = deriveId('usage', BUYER, other);
    const version = result.versionId as Usage['version'];
    const forged = withRecord({ ...call, argument: encode(other) }, { id, version });
    expect(await outcome(forged)).to.equal('WITHHELD DECISION_DIFFERS');
    expect(space.usage(id).version).to.equal(version);
  });

  it('a transaction that our own peer marks invalid', async () => {
    const { space, steel } = story;
    const { call } = await genuine(story);
    await space.chain.forge(call, 'ENDORSEMENT_POLICY_FAILURE');
    await attend(steel, space);
    expect(await steel.state.custody.get(usageIn(call).id)).to.equal(undefined);
  });
});

describe('custody: terms that our organisation has not signed release nothing', () => {
  const story = storyBeforeEach();

  /** A copy of the genuine grant, as colluding endorsers would write it. */
  async function forgedGrant(
    changes: Record<string, unknown>,
    call: Partial<LedgerCall> = {},
  ): Promise<typeof story.grant> {
    const { space } = story;
    const signer = await signerOf(BUYER, 'officer');
    const real = space.grantRecord(story.grant);
    const { dataset, selector, claim, rightsUsed, provider, terms } = real;
    const request = { nonce: space.nonce(), dataset, selector, claim, rightsUsed, provider, terms };
    const id = deriveId('grant', call.mspId ?? BUYER, call.argument ? JSON.parse(call.argument) : request);
    const grant = { ...real, id, ...changes };
    await space.chain.forge({
      ...signer,
      signed: true,
      time: space.chain.now,
      transaction: 'grants:Request',
      argument: encode(request),
      result: '',
      writes: [{ key: keys.grant(id).text, value: encode(grant) }],
      ...call,
    });
    return id;
  }

  async function outcome(of: Partial<Story> | typeof story.grant): Promise<string> {
    const usageId = await ask({ ...story, ...(typeof of === 'string' ? { grant: of } : of) });
    await attend(story.steel, story.space);
    const { state, reason, header } = await entryOf(story.steel, usageId);
    if (state !== 'RELEASED') expect(header).to.equal(undefined);
    if (state === 'WITHHELD') expect(story.space.answersTo(usageId)).to.deep.equal([]);
    return `${state} ${reason ?? ''}`.trim();
  }

  it('an active grant that we neither offered nor accepted', async () => {
    expect(await outcome(await forgedGrant({}))).to.equal('WITHHELD GRANT_NOT_OURS');
  });

  it('other terms than the ones we signed', async () => {
    const { space, grant } = story;
    const real = space.grantRecord(grant);
    const terms = { ...real.terms, survival: ['model'] };
    const signer = await signerOf(BUYER, 'officer');
    await space.chain.forge({
      ...signer,
      signed: true,
      time: space.chain.now,
      transaction: 'grants:Accept',
      argument: encode({ grantId: grant, termsDigest: digestOf(encode(terms)) }),
      result: '',
      writes: [
        {
          key: keys.grant(grant).text,
          value: encode({ ...real, terms, termsDigest: digestOf(encode(terms)) }),
        },
      ],
    });
    expect(await outcome(grant)).to.equal('WITHHELD GRANT_NOT_OURS');
  });

  it('terms beside the digest that we signed', async () => {
    const { space, grant } = story;
    const real = space.grantRecord(grant);
    const altered = { ...real, terms: { ...real.terms, survival: ['model'] } };
    const signer = await signerOf(BUYER, 'officer');
    await space.chain.forge({
      ...signer,
      signed: true,
      time: space.chain.now,
      transaction: 'grants:Accept',
      argument: encode({ grantId: grant, termsDigest: real.termsDigest }),
      result: '',
      writes: [{ key: keys.grant(grant).text, value: encode(altered) }],
    });
    expect(await outcome(grant)).to.equal('WITHHELD TERMS_ALTERED');
  });

  it('an offer of ours whose signature does not verify', async () => {
    const { space } = story;
    const signer = await signerOf(STEEL, 'officer');
    const { dataset, selector, claim, rightsUsed, terms, consumer } = space.grantRecord(story.grant);
    const request = { nonce: space.nonce(), dataset, selector, claim, rightsUsed, consumer, terms };
    const call = { ...signer, transaction: 'grants:Offer', argument: encode(request), signed: false };
    expect(await outcome(await forgedGrant({}, call))).to.equal('WITHHELD NOT_SIGNED');
  });

  it('an offer of ours, for another consumer', async () => {
    const { space } = story;
    const signer = await signerOf(STEEL, 'officer');
    const { dataset, selector, claim, rightsUsed, terms } = space.grantRecord(story.grant);
    const consumer = participantId(REGULATOR);
    const request = { nonce: space.nonce(), dataset, selector, claim, rightsUsed, consumer, terms };
    const call = { ...signer, transaction: 'grants:Offer', argument: encode(request) };
    expect(await outcome(await forgedGrant({}, call))).to.equal('WITHHELD ALTERED');
  });

  it('a sub-grant that hangs on our grant and that its consumer never gave', async () => {
    const parent = { grant: story.grant, depth: 1 };
    const signer = await signerOf(REGULATOR, 'officer');
    const { terms, consumer } = story.space.grantRecord(story.grant);
    const request = { nonce: story.space.nonce(), parentId: story.grant, consumer, terms };
    const call = { ...signer, transaction: 'grants:Sublicense', argument: encode(request) };
    expect(await outcome(await forgedGrant({ parent }, call))).to.equal('WITHHELD ALTERED');
  });

  it('a sub-grant of a grant that is not there', async () => {
    const absent = deriveId('grant', BUYER, {});
    const signer = await signerOf(BUYER, 'officer');
    const { terms, consumer } = story.space.grantRecord(story.grant);
    const request = { nonce: story.space.nonce(), parentId: absent, consumer, terms };
    const call = { ...signer, transaction: 'grants:Sublicense', argument: encode(request) };
    const parent = { grant: absent, depth: 1 };
    expect(await outcome(await forgedGrant({ parent }, call))).to.equal('WITHHELD ALTERED');
  });

  it('a grant by a co-holder alone, where we keep the key, until we have noted its terms', async () => {
    const { space, steel } = story;
    const half = (mspId: string): object => ({ participant: participantId(mspId), share: 500_000 });
    const claim = { ...metadata().claim, holders: [half(STEEL), half(WORKSHOP)], shareRule: 'SEVERAL' };
    const by = { identity: 'officer' };
    const { result } = await steel.useCases.registerFile(by, metadata({ claim }), streamOf(FILE));
    const { claimId, datasetId: dataset, versionId } = result;
    await space.run(WORKSHOP, 'officer', 'claims:Consent', { claimId });
    const { grantId, termsDigest } = await space.offer({ ...result, datasetId: dataset }, {}, WORKSHOP);
    await space.run(BUYER, 'officer', 'grants:Accept', { grantId, termsDigest });
    const shared = { ...story, grant: grantId, versionId };
    expect(await outcome(shared)).to.equal('WITHHELD GRANT_NOT_OURS');
    await steel.state.offers.put({ grantId, termsDigest, side: 'ACCEPTED', txId: 'a' });
    expect(await outcome(shared)).to.equal('RELEASED');
  });

  it('terms that the consumer proposed and we accepted', async () => {
    const { space, datasetId, claimId } = story;
    const { grantId, termsDigest } = await space.run<{ grantId: typeof story.grant; termsDigest: string }>(
      BUYER,
      'officer',
      'grants:Request',
      {
        nonce: space.nonce(),
        dataset: datasetId,
        selector: { all: true },
        claim: claimId,
        rightsUsed: ['USE'],
        provider: participantId(STEEL),
        terms: termsOf(),
      },
    );
    await space.run(STEEL, 'officer', 'grants:Accept', { grantId, termsDigest });
    expect(await outcome(grantId)).to.equal('RELEASED');
  });

  it('terms that we countered and the consumer accepted', async () => {
    const { space } = story;
    const { grantId, termsDigest } = await space.offer(story);
    const terms = counted(5);
    const back = await space.run(BUYER, 'officer', 'grants:Counter', { grantId, termsDigest, terms });
    const forth = await space.run(STEEL, 'officer', 'grants:Counter', {
      grantId,
      termsDigest: back['termsDigest'],
      terms: counted(4),
    });
    await space.run(BUYER, 'officer', 'grants:Accept', { grantId, termsDigest: forth['termsDigest'] });
    expect(await outcome(grantId)).to.equal('RELEASED');
  });

  it('terms not agreed yet are denied on the ledger, without a header to give', async () => {
    const { space } = story;
    const { grantId } = await space.run<{ grantId: typeof story.grant }>(BUYER, 'officer', 'grants:Request', {
      nonce: space.nonce(),
      dataset: story.datasetId,
      selector: { all: true },
      claim: story.claimId,
      rightsUsed: ['USE'],
      provider: participantId(STEEL),
      terms: termsOf(),
    });
    expect(await outcome(grantId)).to.equal('DENIED GRANT_NOT_ACTIVE');
  });

  it('a sub-grant that the buyer gives under our grant', async () => {
    const { space, steel, versionId } = story;
    const parentId = await space.grant(story, { terms: termsOf({ sublicence: { maxDepth: 1 } }) });
    const consumer = participantId(WORKSHOP);
    const { grantId, termsDigest } = await space.run<{ grantId: typeof story.grant; termsDigest: string }>(
      BUYER,
      'officer',
      'grants:Sublicense',
      { nonce: space.nonce(), parentId, consumer, terms: termsOf() },
    );
    await space.run(WORKSHOP, 'officer', 'grants:Accept', { grantId, termsDigest });
    const workshop = await space.open(WORKSHOP, { sources: [steel.store] });
    const component = space.components[WORKSHOP];
    const { usageId } = await workshop.useCases.requestUse(
      { identity: 'connector' },
      space.ask(grantId, versionId, { component }),
    );
    await attend(steel, space);
    expect(await entryOf(steel, usageId)).to.have.property('state', 'RELEASED');
    await caughtUp(workshop, space);
    const opened = await workshop.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: true });
    expect(await collect(opened.stream)).to.deep.equal(FILE);
    expect(await opened.acknowledged).to.have.property('state', 'ACKNOWLEDGED');
  });
});
