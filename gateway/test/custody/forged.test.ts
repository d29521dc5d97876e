import { expect } from 'chai';
import {
  deriveId,
  digestOf,
  encode,
  keys,
  participantId,
  type Grant,
  type Usage,
} from '@tallystick/chaincode/model';
import { newRecipient } from '../../src/payload/index.js';
import { collect, streamOf } from '../payload/fixtures.js';
import { attendUntilHindered, forgedWrites, restore } from './forging.js';
import type { Call } from './memory-chain.js';
import { signerOf } from './signers.js';
import { BUYER, counted, keyOf, metadata, REGULATOR, STEEL, termsOf, WORKSHOP } from './space.js';
import { ask, attend, caughtUp, entryOf, FILE, isReleased, storyBeforeEach, type Story } from './story.js';

/** A request as the buyer's own connector would make it, with the record it makes. */
async function genuine(story: Story): Promise<{ request: Record<string, unknown>; call: Call }> {
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

const usageIn = ({ writes }: Call): Usage => JSON.parse((writes[0]?.value ?? '') as string) as Usage;

/** The call with other members of the record that it writes. */
const withRecord = (call: Call, changes: Partial<Usage>): Call => {
  const usage = { ...usageIn(call), ...changes };
  return { ...call, writes: [{ key: keys.usage(usage.id).text, value: encode(usage) }] };
};

describe('custody: a forged request releases nothing', () => {
  const story = storyBeforeEach();

  interface Outcome {
    /** What the fold says of the forged transaction. */
    readonly verdict: string;
    /** What the journal says before anything is restored; empty when the request is not in it. */
    readonly before: string;
    /** And afterwards. */
    readonly after: string;
  }

  /** Put a call on the ledger as it stands, let the custodian work, restore what it wrote, and let the custodian work again. */
  async function outcome(call: Call, usageId: string = usageIn(call).id): Promise<Outcome> {
    const { space, steel } = story;
    await space.chain.forge(call);
    const { txId } = space.chain.ordered.at(-1)!;
    await attendUntilHindered(steel, space);
    const before = await journal(usageId);
    if (before !== 'RELEASED') expect(space.answersTo(usageId)).to.deep.equal([]);
    await restore(space, steel);
    await steel.custodian.idle();
    const verdict = (await steel.projection.verdictOf(txId))?.verdict ?? '';
    return { verdict, before, after: await journal(usageId) };
  }

  async function journal(usageId: string): Promise<string> {
    const entry = await story.steel.state.custody.get(usageId);
    if (entry === undefined) return '';
    const { hindered } = await story.steel.custodian.status();
    if (hindered.some((each) => each.usageId === usageId)) return 'WAITING';
    return entry.state === 'WITHHELD' ? `WITHHELD ${entry.reason ?? ''}` : entry.state;
  }

  it('but a genuine one does, on the very same way', async () => {
    const { call } = await genuine(story);
    expect(await outcome(call)).to.deep.equal({
      verdict: 'REPLAYED',
      before: 'RELEASED',
      after: 'RELEASED',
    });
    expect(await isReleased(story.steel, usageIn(call).id)).to.equal(true);
  });

  it('signature of the submitter that does not verify', async () => {
    const { call } = await genuine(story);
    const { before, after } = await outcome({ ...call, signed: false });
    expect([before, after]).to.deep.equal(['WITHHELD NOT_SIGNED', 'WITHHELD NOT_SIGNED']);
  });

  it('a record that names another one-time recipient than the consumer signed for: the genuine one gets it', async () => {
    const { call } = await genuine(story);
    const stolen = withRecord(call, { recipient: newRecipient().recipient });
    expect(await outcome(stolen)).to.deep.equal({
      verdict: 'CORRECTED',
      before: 'WAITING',
      after: 'RELEASED',
    });
    const record = await story.steel.projection.record(keys.usage(usageIn(call).id));
    expect(record?.value).to.have.property('recipient', usageIn(call).recipient);
  });

  it('an argument in which nobody asked for this use: it never was; the one that was asked for is answered', async () => {
    const { call, request } = await genuine(story);
    const other = { ...request, nonce: story.space.nonce() };
    const forged = { ...call, argument: encode(other) };
    expect(await outcome(forged)).to.deep.equal({ verdict: 'CORRECTED', before: '', after: '' });
    expect(await journal(deriveId('usage', { mspId: BUYER }, other))).to.equal('RELEASED');
  });

  /** Forgeries that the rules refuse: no such request ever was. */
  const refused: Readonly<Record<string, () => Promise<Call>>> = {
    'another transaction behind the record': async () => ({
      ...(await genuine(story)).call,
      transaction: 'usage:Contest',
    }),
    "another key of the consumer's organisation": async () => ({
      ...(await genuine(story)).call,
      ...(await signerOf(BUYER, 'officer')),
    }),
    'a key of no certified component': async () => {
      const officer = await signerOf(BUYER, 'officer');
      const signedBy = keyOf(officer) as Usage['signedBy'];
      return { ...withRecord((await genuine(story)).call, { signedBy }), ...officer };
    },
    'another organisation than the consumer': async () => {
      const { call, request } = await genuine(story);
      const stranger = await signerOf(REGULATOR, 'connector');
      const id = deriveId('usage', { mspId: REGULATOR }, request);
      const signedBy = keyOf(stranger) as Usage['signedBy'];
      return { ...withRecord(call, { id, signedBy }), ...stranger };
    },
    "a consumer under somebody else's grant": async () => {
      const { call, request } = await genuine(story);
      const stranger = await signerOf(REGULATOR, 'connector');
      const id = deriveId('usage', { mspId: REGULATOR }, request);
      const signedBy = keyOf(stranger) as Usage['signedBy'];
      const consumer = participantId(REGULATOR);
      return { ...withRecord(call, { id, signedBy, consumer }), ...stranger };
    },
    'a version that the grant does not cover': async () => {
      const { result } = await story.steel.useCases.registerFile(
        { identity: 'officer' },
        metadata(),
        streamOf(Buffer.from('secret')),
      );
      const { call, request } = await genuine(story);
      const other = { ...request, version: result.versionId };
      const id = deriveId('usage', { mspId: BUYER }, other);
      const version = result.versionId as Usage['version'];
      return withRecord({ ...call, argument: encode(other) }, { id, version });
    },
  };
  for (const [what, forged] of Object.entries(refused)) {
    it(what, async () => {
      expect(await outcome(await forged())).to.deep.equal({ verdict: 'VOID', before: '', after: '' });
    });
  }

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
    call: Partial<Call> = {},
  ): Promise<typeof story.grant> {
    const { space } = story;
    const signer = await signerOf(BUYER, 'officer');
    const real = space.grantRecord(story.grant);
    const { dataset, selector, claim, rightsUsed, provider } = real;
    const terms = termsOf();
    const request = { nonce: space.nonce(), dataset, selector, claim, rightsUsed, provider, terms };
    const id = deriveId(
      'grant',
      { mspId: call.mspId ?? BUYER },
      call.argument ? JSON.parse(call.argument) : request,
    );
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

  async function journal(usageId: string): Promise<string> {
    const { steel, space } = story;
    const entry = await steel.state.custody.get(usageId);
    if (entry === undefined) return '';
    const { hindered } = await steel.custodian.status();
    const isHindered = hindered.some((each) => each.usageId === usageId);
    if (isHindered || entry.state === 'WITHHELD') expect(space.answersTo(usageId)).to.deep.equal([]);
    if (entry.state !== 'RELEASED') expect(await isReleased(steel, usageId)).to.equal(false);
    return isHindered ? 'WAITING' : `${entry.state} ${entry.reason ?? ''}`.trim();
  }

  const storyOf = (of: Partial<Story> | typeof story.grant): Story => ({
    ...story,
    ...(typeof of === 'string' ? { grant: of } : of),
  });

  async function outcome(of: Partial<Story> | typeof story.grant): Promise<string> {
    const usageId = await ask(storyOf(of));
    await attend(story.steel, story.space);
    return journal(usageId);
  }

  /** The same before and after what was forged is restored. */
  async function outcomes(grant: typeof story.grant): Promise<readonly string[]> {
    const usageId = await ask(storyOf(grant));
    await attendUntilHindered(story.steel, story.space);
    const before = await journal(usageId);
    await restore(story.space, story.steel);
    await story.steel.custodian.idle();
    return [before, await journal(usageId)];
  }

  it('an active grant that we neither offered nor accepted: by the rules it is asked for', async () => {
    expect(await outcomes(await forgedGrant({}))).to.deep.equal(['WAITING', 'DENIED GRANT_NOT_ACTIVE']);
  });

  /** What a buyer's acceptance is made to write over the grant. */
  async function forgedTerms(changes: (terms: Grant['terms']) => Partial<Grant>): Promise<void> {
    const { space, grant } = story;
    const real = space.grantRecord(grant);
    const altered = { ...real, ...changes({ ...real.terms, survival: ['model'] }) };
    const said = {
      transaction: 'grants:Accept',
      argument: encode({ grantId: grant, termsDigest: altered.termsDigest }),
    };
    await forgedWrites(space, BUYER, [{ key: keys.grant(grant).text, value: encode(altered) }], said);
  }

  it('other terms than the ones we signed: ours stay in force, and release once they stand again', async () => {
    await forgedTerms((terms) => ({ terms, termsDigest: digestOf(encode(terms)) }));
    expect(await outcomes(story.grant)).to.deep.equal(['WAITING', 'RELEASED']);
    const record = await story.steel.projection.record(keys.grant(story.grant));
    expect(record?.value).to.have.deep.nested.property('terms.survival', []);
  });

  it('terms beside the digest that we signed', async () => {
    await forgedTerms((terms) => ({ terms }));
    expect(await outcomes(story.grant)).to.deep.equal(['WAITING', 'RELEASED']);
  });

  it('an offer of ours whose signature does not verify', async () => {
    const { space } = story;
    const signer = await signerOf(STEEL, 'officer');
    const { datasetId, claimId } = story;
    const request = {
      ...{ nonce: space.nonce(), dataset: datasetId, selector: { all: true }, claim: claimId },
      ...{ rightsUsed: ['USE'], consumer: participantId(BUYER), terms: termsOf() },
    };
    const offer = { transaction: 'grants:Offer', argument: encode(request) };
    const { call } = await space.chain.endorse(signer, offer, 'unused');
    await space.chain.forge({ ...call, signed: false });
    const { grantId, termsDigest } = JSON.parse(call.result) as Record<string, string>;
    await space.run(BUYER, 'officer', 'grants:Accept', { grantId, termsDigest });
    expect(await outcome(grantId as Grant['id'])).to.equal('WITHHELD NOT_SIGNED');
  });

  it('an offer of ours, for another consumer: the buyer has no such grant', async () => {
    const { space } = story;
    const signer = await signerOf(STEEL, 'officer');
    const { dataset, selector, claim, rightsUsed } = space.grantRecord(story.grant);
    const consumer = participantId(REGULATOR);
    const terms = termsOf();
    const request = { nonce: space.nonce(), dataset, selector, claim, rightsUsed, consumer, terms };
    const call = { ...signer, transaction: 'grants:Offer', argument: encode(request) };
    expect(await outcomes(await forgedGrant({}, call))).to.deep.equal(['', '']);
  });

  it('a sub-grant that hangs on our grant and that its consumer never gave', async () => {
    const parent = { grant: story.grant, depth: 1 };
    const signer = await signerOf(REGULATOR, 'officer');
    const { consumer } = story.space.grantRecord(story.grant);
    const request = { nonce: story.space.nonce(), parentId: story.grant, consumer, terms: termsOf() };
    const call = { ...signer, transaction: 'grants:Sublicense', argument: encode(request) };
    expect(await outcomes(await forgedGrant({ parent }, call))).to.deep.equal(['', '']);
  });

  it('a sub-grant of a grant that is not there', async () => {
    const absent = deriveId('grant', { mspId: BUYER }, {});
    const signer = await signerOf(BUYER, 'officer');
    const { consumer } = story.space.grantRecord(story.grant);
    const request = { nonce: story.space.nonce(), parentId: absent, consumer, terms: termsOf() };
    const call = { ...signer, transaction: 'grants:Sublicense', argument: encode(request) };
    const parent = { grant: absent, depth: 1 };
    expect(await outcomes(await forgedGrant({ parent }, call))).to.deep.equal(['', '']);
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
