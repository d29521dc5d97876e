import { expect } from 'chai';
import { encode, participantId, type Grant } from '@tallystick/chaincode/model';
import type { Membership } from '../../src/features/channel/port.js';
import { isSameAuthority, issuerOf } from '../../src/features/custody/authority.js';
import { newRecipient } from '../../src/payload/index.js';
import { authoritiesOf } from '../../src/ledger/raw-block.js';
import { ToldChannel } from '../checkpoints/channel.js';
import type { Call } from './memory-chain.js';
import { crossCertificateOf, rootOf, signerOf } from './signers.js';
import { BUYER, keyOf, STEEL, termsOf } from './space.js';
import { ask, attend, entryOf, isReleased, storyBeforeEach } from './story.js';

const FAKE = 'fake';

/** One configuration in which an organisation has these authorities, and nobody else any. */
const membership = (number: bigint, mspId: string, authorities: readonly Uint8Array[]): Membership => ({
  number,
  authorities: (of) => (of === mspId ? authorities : []),
});

describe('custody: an MSP id that others have given an authority of theirs', () => {
  const story = storyBeforeEach();

  /** A majority of administrators takes an organisation out of the channel, and adds it again with a root of theirs beside its own. */
  async function taken(mspId: string, authorities?: readonly Uint8Array[]): Promise<void> {
    const { space } = story;
    const [first] = space.memberships;
    if (first === undefined) throw new Error('there is a first configuration');
    const number = BigInt(space.chain.blocks.length - 1);
    const roots = authorities ?? [await rootOf(mspId), await rootOf(mspId, FAKE)];
    const others = (of: string): readonly Uint8Array[] => first.authorities(of);
    space.memberships = [first, { number, authorities: (of) => (of === mspId ? roots : others(of)) }];
  }

  /** What an officer with our attributes signs; the name of the authority that enrolled it. */
  async function signed(authority: string, transaction: string, request: object): Promise<Call['result']> {
    const { chain } = story.space;
    const officer = await signerOf(STEEL, 'officer', 'first', authority);
    const { call } = await chain.endorse(officer, { transaction, argument: encode(request) }, 'unused');
    await chain.forge(call);
    return call.result;
  }

  /** An offer in our name, accepted by the buyer. */
  async function offered(authority: string): Promise<Grant['id']> {
    const { space, datasetId, claimId } = story;
    const result = await signed(authority, 'grants:Offer', {
      ...{ nonce: space.nonce(), dataset: datasetId, selector: { all: true }, claim: claimId },
      ...{ rightsUsed: ['USE'], consumer: participantId(BUYER), terms: termsOf() },
    });
    const { grantId, termsDigest } = JSON.parse(result) as Pick<Grant, 'termsDigest'> & {
      grantId: Grant['id'];
    };
    await space.run(BUYER, 'officer', 'grants:Accept', { grantId, termsDigest });
    return grantId;
  }

  async function outcome(usageId: string): Promise<string> {
    const { steel, space } = story;
    await attend(steel, space);
    const { state, reason = '' } = await entryOf(steel, usageId);
    expect(await isReleased(steel, usageId)).to.equal(state === 'RELEASED');
    if (state === 'WITHHELD') expect(space.answersTo(usageId)).to.deep.equal([]);
    return `${state} ${reason}`.trim();
  }

  it('an offer of our own officer releases, also when they have added their root', async () => {
    await taken(STEEL);
    expect(await outcome(await ask({ ...story, grant: await offered('own') }))).to.equal('RELEASED');
  });

  it('an offer of a fake officer of ours releases nothing', async () => {
    await taken(STEEL);
    const grant = await offered(FAKE);
    expect(await outcome(await ask({ ...story, grant }))).to.equal('WITHHELD GRANT_NOT_OURS');
  });

  it('nor with our authority certified by theirs, so that theirs stands above it', async () => {
    const crossed = await crossCertificateOf(STEEL, 'own', FAKE);
    await taken(STEEL, [await rootOf(STEEL), await rootOf(STEEL, FAKE), crossed]);
    const grant = await offered(FAKE);
    expect(await outcome(await ask({ ...story, grant }))).to.equal('WITHHELD GRANT_NOT_OURS');
  });

  it('what we suspended and a fake officer of ours resumes, releases nothing', async () => {
    await taken(STEEL);
    const { grant: grantId, space } = story;
    await signed('own', 'grants:Suspend', { grantId, reason: 'Not paid.' });
    await signed(FAKE, 'grants:Resume', { grantId, reason: 'Paid.' });
    expect(space.grantRecord(grantId).state).to.equal('ACTIVE');
    expect(await outcome(await ask(story))).to.equal('WITHHELD OTHER_AUTHORITY');
  });

  it('where no authority of ours is known any more, our own notes alone decide', async () => {
    const { space, steel } = story;
    space.memberships = [membership(0n, BUYER, [await rootOf(BUYER)])];
    expect(await outcome(await ask(story))).to.equal('WITHHELD GRANT_NOT_OURS');
    const { termsDigest } = space.grantRecord(story.grant);
    await steel.state.offers.put({ grantId: story.grant, termsDigest, side: 'OFFERED', txId: 'a' });
    expect(await outcome(await ask(story))).to.equal('RELEASED');
  });

  it('a request of a fake connector of the consumer releases nothing', async () => {
    await taken(BUYER);
    const { space, grant, versionId } = story;
    const fake = await signerOf(BUYER, 'connector', 'first', FAKE);
    const component = await space.certified(BUYER, [keyOf(fake)]);
    const request = {
      ...space.ask(grant, versionId, { component }),
      ...{ nonce: space.nonce(), recipient: newRecipient().recipient },
    };
    const submission = { transaction: 'usage:Request', argument: encode(request) };
    const { call } = await space.chain.endorse(fake, submission, 'unused');
    await space.chain.forge(call);
    const { usageId } = JSON.parse(call.result) as { usageId: string };
    expect(await outcome(usageId)).to.equal('WITHHELD OTHER_AUTHORITY');
  });
});

describe('custody: the authority of a certificate', () => {
  const officer = (authority: string) => signerOf(STEEL, 'officer', 'first', authority);

  it('is ours through an intermediate one of ours, and not through one of others that has its name', async () => {
    const own = { mspId: STEEL, certificates: [(await officer('own')).certificate] };
    const below = await officer('below');
    const root = await rootOf(STEEL);
    const first = membership(0n, STEEL, [root]);
    const ours = membership(7n, STEEL, [root, await crossCertificateOf(STEEL, 'below', 'own')]);
    const others = membership(7n, STEEL, [root, await crossCertificateOf(STEEL, 'below', FAKE)]);
    expect(issuerOf(own, [first, ours])(below.certificate)).to.equal(true);
    expect(issuerOf(own, [first, others])(below.certificate)).to.equal(false);
    expect(issuerOf(own, [first])(below.certificate)).to.equal(false);
    expect(issuerOf(own, [])(own.certificates[0]!)).to.equal(false);
  });

  it('is not followed further up than three', async () => {
    const own = { mspId: STEEL, certificates: [(await officer('own')).certificate] };
    const way = ['d', 'c', 'b', 'own'];
    const crossed = await Promise.all(
      way.slice(1).map((above, at) => crossCertificateOf(STEEL, way[at]!, above)),
    );
    const memberships = [membership(0n, STEEL, [await rootOf(STEEL), ...crossed])];
    expect(issuerOf(own, memberships)((await officer('c')).certificate)).to.equal(true);
    expect(issuerOf(own, memberships)((await officer('d')).certificate)).to.equal(false);
  });

  it('is not another because a later configuration puts that above it', async () => {
    const [known, fake] = [await officer('own'), await officer(FAKE)];
    const roots = [await rootOf(STEEL), await rootOf(STEEL, FAKE)];
    const crossed = await crossCertificateOf(STEEL, 'own', FAKE);
    const memberships = [membership(0n, STEEL, [roots[0]!]), membership(9n, STEEL, [...roots, crossed])];
    const connector = await signerOf(STEEL, 'connector');
    expect(isSameAuthority(known, connector, memberships)).to.equal(true);
    expect(isSameAuthority(known, fake, memberships)).to.equal(false);
    expect(isSameAuthority(known, { ...connector, mspId: BUYER }, memberships)).to.equal(false);
    // Where it stood above from the beginning, it is one of the organisation's own.
    expect(isSameAuthority(known, fake, memberships.slice(1))).to.equal(true);
  });

  it('is read from the configuration blocks of a channel, also where the organisation came back under another', async () => {
    const channel = new ToldChannel();
    await channel.admit(STEEL);
    const [own, colleague] = [await channel.enroll(STEEL), await channel.enroll(STEEL)];
    await channel.remove(STEEL);
    await channel.admit(STEEL);
    const fake = await channel.enroll(STEEL);
    const blocks = await Promise.all([0n, 1n, 2n].map((number) => channel.block(number)));
    const memberships = blocks.map((block) => ({
      number: block.number,
      authorities: (mspId: string) => authoritiesOf(block, mspId),
    }));
    const isOurs = issuerOf({ mspId: STEEL, certificates: [own.certificate] }, memberships);
    expect([own, colleague, fake].map(({ certificate }) => isOurs(certificate))).to.deep.equal([
      true,
      true,
      false,
    ]);
  });
});
