import { expect } from 'chai';
import {
  BytesReader,
  digestOf,
  encode,
  type EvidenceFile,
  type EvidenceSubject,
  type Id,
  type Usage,
} from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import {
  acknowledging,
  answer,
  answering,
  ask,
  buyer,
  buyerKey,
  constraint,
  counted,
  granted,
  HEADER,
  offer,
  OPENING,
  policyOf,
  sealedAssessment,
  steelKey,
  terms,
  third,
  thirdKey,
  type Granted,
} from '../../../chaincode/test/rights.js';
import { profileOf, regulator, steel } from '../../../chaincode/test/world.js';
import { claimed, settled, type Site } from '../../../test/evidence/space.js';
import { EvidenceError } from '../../src/features/evidence/port.js';
import { callsIn, fileOf, FULL, openOffice, outcomeOf, PLAIN, SALT, type Office } from './making.js';

type Using = Granted & Site;

const using = async (changes: Parameters<typeof terms>[0] = {}): Promise<Using> => {
  const site = await settled();
  return { ...(await granted(site, { terms: terms(changes) })), world: site.world };
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof EvidenceError ? error.code : error),
  );

/** What the inputs of a valuation were is sealed. */
const VERIFIED = { usage: 'VERIFIED', claim: 'VERIFIED', grant: 'VERIFIED', valuation: 'INCOMPLETE' };
const CLAIM = ['datasets:Register', 'claims:Register'];
const GRANT = [...CLAIM, 'grants:Offer', 'grants:Accept'];

/** Texts of a file, by key and digest. */
function textsIn({ transactions, records }: EvidenceFile): ReadonlySet<string> {
  const written = transactions.flatMap(({ writes }) =>
    writes.map(({ text, opening }) => ({ key: opening.key, text })),
  );
  return new Set([...written, ...records].map(({ key, text }) => `${key} ${digestOf(text)}`));
}

describe('evidence files', () => {
  const open: Office[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((office) => office.close()));
  });

  async function office(...of: Parameters<typeof openOffice>): Promise<Office> {
    const opened = await openOffice(...of);
    open.push(opened);
    return opened;
  }
  const made = async (
    { world }: Site,
    subject: EvidenceSubject,
    options: Parameters<typeof fileOf>[2] = PLAIN,
  ): Promise<EvidenceFile> => {
    const file = await fileOf(await office(world), subject, options);
    expect(await outcomeOf(world, file)).to.equal(VERIFIED[subject.kind]);
    return file;
  };
  const usage = (id: string): EvidenceSubject => ({ kind: 'usage', id });

  async function acknowledged(at: Using): Promise<Id<'usage'>> {
    const id = await ask(at);
    await answer(at, id);
    await at.world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, id));
    return id;
  }

  it('hold who asked, answered and acknowledged, the terms and the claim, and what the answer looked at', async () => {
    const at = await using();
    const id = await acknowledged(at);
    const file = await made(at, usage(id));
    expect(callsIn(at.world, file)).to.deep.equal([
      ...GRANT,
      'usage:Request',
      'usage:Answer',
      'usage:Acknowledge',
    ]);
    const texts = textsIn(file);
    const { answer: answered } = JSON.parse(file.transactions.at(-1)!.writes[0]!.text) as Usage;
    for (const { key, value } of answered!.facts)
      if (value !== null) expect(texts.has(`${key} ${value}`), key).to.equal(true);
    expect(file.checkpoint!.witnesses).to.have.length(2);
    expect(file).not.to.have.property('payloadSalt');
    expect(file.config.map(({ number, signatures }) => [number, signatures])).to.deep.equal([['0', []]]);
    const reader = new BytesReader(file.shared);
    const signer = reader.read(file.custody[0]!.signer);
    expect(Buffer.from(signer).toString()).to.contain(at.world.people.get('SteelMSP')!.people.operator.pem);
  });

  it('show who put the terms in force on the table, whatever history the grant has besides', async () => {
    const site = await settled();
    const { grantId, termsDigest } = await offer(site);
    const { world } = site;
    const counter = terms({ enforced: policyOf(constraint('spatial', 'eq', 'CN-31')) });
    const countered = await world.run(buyer, 'grants:Counter', { grantId, termsDigest, terms: counter });
    await world.run(steel, 'grants:Accept', { grantId, termsDigest: countered['termsDigest'] });
    await world.run(steel, 'grants:Suspend', { grantId, reason: 'a look' });
    await world.run(steel, 'grants:Resume', { grantId, reason: 'looked' });
    const id = await ask({ ...site, grantId: grantId });
    await answer({ ...site, grantId }, id);
    const used = await made(site, usage(id));
    expect(callsIn(world, used).slice(0, 4)).to.deep.equal([...CLAIM, 'grants:Counter', 'grants:Accept']);
    const file = await made(site, { kind: 'grant', id: grantId });
    expect(callsIn(world, file)).to.deep.equal([
      ...GRANT.slice(0, 3),
      'grants:Counter',
      'grants:Accept',
      'grants:Suspend',
      'grants:Resume',
    ]);
  });

  it('hold a contest, what was delivered, and the ruling', async () => {
    const at = await using();
    const id = await ask(at);
    await answer(at, id);
    await at.world.run(buyer, 'usage:Contest', { usageId: id, reason: 'NOT_DELIVERED' });
    const header = Buffer.from(HEADER).toString('base64');
    await at.world.run(steel, 'usage:Deliver', { usageId: id, header });
    await at.world.run(regulator, 'usage:Adjudicate', { usageId: id, finding: 'UPHELD', reason: 'Late.' });
    const calls = callsIn(at.world, await made(at, usage(id)));
    expect(calls.slice(-3)).to.deep.equal(['usage:Contest', 'usage:Deliver', 'usage:Adjudicate']);
  });

  it('show one use of a list that was answered in one transaction, and no other', async () => {
    const at = await using(counted(2));
    const ids = [await ask(at), await ask(at)];
    const requests = ids.map((id, slot) => answering(at, id, { slot }));
    await at.world.run(steelKey, 'usage:Answer', requests);
    const file = await made(at, usage(ids[1]!));
    const answered = file.transactions.at(-1)!;
    expect(answered.writes.map(({ opening }) => opening.key)).to.deep.equal([`usage/${ids[1]}`]);
    expect(answered.writes[0]!.opening.count).to.equal(4);
    expect([...textsIn(file)].some((text) => text.includes(ids[0]!))).to.equal(false);
  });

  it('go up a line of grants to the claim', async () => {
    const at = await using({ sublicence: { maxDepth: 1 } });
    const { world } = at;
    const { blocks } = world.ledger;
    const organisations = [...blocks.members.organisations, world.people.get('ThirdMSP')!];
    blocks.reconfigure({ ...blocks.members, organisations });
    await world.run(regulator, 'participants:Admit', profileOf('ThirdMSP'));
    const { participant } = third;
    await world.run(third, 'participants:Activate', { participantId: participant, rulebook: 1 });
    const validUntil = '2027-11-01T00:00:00.000Z';
    const certified = { trustLevel: 2, assurance: 2, validUntil };
    await world.run(regulator, 'participants:Certify', { participantId: participant, ...certified });
    const { componentId } = await world.run(regulator, 'components:Certify', {
      nonce: world.nonce(),
      owner: participant,
      name: 'connector',
      manifest: digestOf('manifest'),
      keys: [world.people.get('ThirdMSP')!.people.connector.keyDigest],
      profile: 'TRUST',
      assurance: 2,
      validUntil,
    });
    const sub = await world.run(buyer, 'grants:Sublicense', {
      nonce: world.nonce(),
      parentId: at.grantId,
      consumer: participant,
      terms: terms(),
    });
    const { grantId, termsDigest } = sub as { grantId: Id<'grant'>; termsDigest: string };
    await world.run(third, 'grants:Accept', { grantId, termsDigest });
    const id = await ask({ ...at, grantId }, { component: componentId }, thirdKey);
    await answer(at, id);
    const calls = callsIn(world, await made(at, usage(id)));
    expect(calls).to.deep.equal([
      ...GRANT,
      'grants:Sublicense',
      'grants:Accept',
      'usage:Request',
      'usage:Answer',
    ]);
  });

  it('are made of claims and valuations, too', async () => {
    const site = await claimed();
    const { world, claimId } = site;
    expect(callsIn(world, await made(site, { kind: 'claim', id: claimId }))).to.deep.equal(CLAIM);
    const { valuationId } = await world.run(steel, 'valuations:Assess', sealedAssessment(site), [OPENING]);
    const subject = { kind: 'valuation', id: valuationId! } as const;
    const file = await made(site, subject);
    expect(callsIn(world, file)).to.deep.equal(['valuations:Assess']);
    expect(file.openings).to.deep.equal([]);
  });

  it('hold openings and the salt where that is asked for', async () => {
    const site = await claimed();
    const { valuationId } = await site.world.run(steel, 'valuations:Assess', sealedAssessment(site), [
      OPENING,
    ]);
    const at = await office(site.world);
    const { salt, value } = OPENING;
    await at.state.openings.put([{ digest: openingDigest(OPENING), salt, value: encode(value) }]);
    const subject = { kind: 'valuation', id: valuationId! } as const;
    const opened = await fileOf(at, subject, { isFull: false, isOpened: true });
    expect(opened.openings).to.deep.equal([OPENING]);
    expect(opened).not.to.have.property('payloadSalt');
    expect((await fileOf(at, subject)).openings).to.deep.equal([]);
    const used = await using();
    const file = await made(used, usage(await acknowledged(used)), { isFull: false, isOpened: true });
    expect(file.payloadSalt).to.equal(SALT);
  });

  it('are full with every block from the first to the height, flags included', async () => {
    const at = await using();
    const id = await acknowledged(at);
    const file = await made(at, usage(id), FULL);
    const { all, codes } = at.world.ledger.blocks;
    expect(file.blocks.map(({ number }) => Number(number))).to.deep.equal([...all.keys()]);
    const reader = new BytesReader(file.shared);
    for (const [number, block] of file.blocks.entries()) {
      expect(reader.read(block.flags)).to.deep.equal(codes[number]);
      expect(block.data.map((envelope) => [...reader.read(envelope)])).to.deep.equal(
        all[number]!.data.map((envelope) => [...envelope]),
      );
    }
    expect(file.checkpoint!.body.height).to.equal(all.length - 1);
    const { config, transactions, records } = file;
    expect({ config, transactions, records }).to.deep.equal({ config: [], transactions: [], records: [] });
    expect(file).not.to.have.any.keys('head', 'states');
  });

  it('are not made of blocks that are not those that were folded', async () => {
    const at = await using();
    const id = await acknowledged(at);
    const opened = await office(at.world);
    const { blocks } = at.world.ledger;
    const block = opened.peer.block.bind(opened.peer);
    opened.peer.block = async (number) => {
      const honest = await block(number);
      return number === 3n ? { ...honest, previousHash: new Uint8Array(32) } : honest;
    };
    expect(await codeOf(opened.evidence.file(usage(id), FULL))).to.equal('NOT_AS_PROJECTED');
    opened.peer.block = block;
    blocks.all[blocks.all.length - 1]!.dataHash = new Uint8Array(32);
    const error = await opened.evidence.file(usage(id), FULL).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(Error);
  });

  it('are of nothing that is not on the ledger', async () => {
    const at = await using();
    const { evidence } = await office(at.world);
    const nobody = usage(`usage-${'a'.repeat(52)}`);
    expect(await codeOf(evidence.file(nobody, PLAIN))).to.equal('NOT_FOUND');
    expect(await codeOf(evidence.file({ kind: 'claim', id: at.grantId }, PLAIN))).to.equal('NOT_FOUND');
  });
});
