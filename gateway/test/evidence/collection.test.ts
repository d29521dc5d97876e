import { expect } from 'chai';
import { BytesReader, decode, digestOf, encode, evidenceFile } from '@tallystick/chaincode/model';
import { Collection } from '../../src/evidence/collection.js';
import { newEvidence } from '../../src/evidence/index.js';
import { EvidenceError } from '../../src/evidence/port.js';
import { newStateStore } from '../../src/state/store.js';
import type { StateStore } from '../../src/state/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { ACKNOWLEDGE, ANSWER, BEFORE, CLAIM, GRANT, KEYS, told, USAGE } from './story.js';
import { CHAINCODE, ScriptedChain, txIdOf } from './scripted.js';

const SUBJECT = { kind: 'usage', id: USAGE } as const;

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof EvidenceError ? error.code : error),
  );

describe('collecting evidence', () => {
  let state: StateStore;
  let chain: ScriptedChain;

  beforeEach(async () => {
    state = await newStateStore(':memory:');
    chain = told(new ScriptedChain());
  });
  afterEach(() => state.close());

  const collection = (more: object = {}): Collection =>
    new Collection({
      source: chain,
      projection: chain.projection,
      archive: state.evidence,
      chaincode: CHAINCODE,
      ...more,
    });
  const namesIn = (txIds: readonly string[]): string[] => {
    const names = ['definition', ...[...BEFORE, ANSWER, ACKNOWLEDGE].map(({ name }) => name)];
    return txIds.map((txId) => names.find((name) => txIdOf(name) === txId) ?? txId);
  };
  const namesOf = ({ closure }: Awaited<ReturnType<Collection['gather']>>): string[] =>
    namesIn(closure.transactions.map(({ txId }) => txId));

  it('takes what concerns the use and whoever wrote what it looked at, in the order of the ledger', async () => {
    const gathered = await collection().gather(SUBJECT);
    expect(namesOf(gathered)).to.deep.equal([
      'definition',
      'space:Constitute',
      'participants:Activate',
      'participants:Them',
      'datasets:Register',
      'claims:Register',
      'grants:Offer',
      'grants:Accept',
      'usage:Request',
      'usage:Answer',
      'usage:Acknowledge',
    ]);
    const [state] = chain.asked.filter(({ what }) => what.startsWith('state'));
    expect(state?.what.split(' ').slice(1)).to.have.members([
      ...[KEYS.usage, KEYS.grant, KEYS.claim, KEYS.dataset, KEYS.us, KEYS.them],
    ]);
  });

  it('states counters that strangers wrote instead of showing who they are, unless the whole is asked for', async () => {
    const { closure } = await collection().gather(SUBJECT);
    expect(closure.stated).to.deep.equal([
      { key: KEYS.open, place: { block: 8n, index: 0 }, value: '{"count":1}' },
      { key: KEYS.slot, place: { block: 11n, index: 0 }, value: '{"index":0}' },
    ]);
    const full = await collection().gather(SUBJECT, true);
    expect(full.closure.stated).to.deep.equal([]);
    expect(namesOf(full)).to.include.members(['grants:Stranger', 'usage:Stranger']);
  });

  it('does the same for a claim and a grant', async () => {
    expect(namesOf(await collection().gather({ kind: 'claim', id: CLAIM }))).to.deep.equal([
      'definition',
      'space:Constitute',
      'participants:Activate',
      'datasets:Register',
      'claims:Register',
    ]);
    expect(namesOf(await collection().gather({ kind: 'grant', id: GRANT }))).to.include.members([
      'grants:Offer',
      'grants:Accept',
      'claims:Register',
    ]);
    expect(await codeOf(collection().gather({ kind: 'claim', id: USAGE }))).to.equal('NOT_FOUND');
  });

  it('keeps what it has: afterwards nobody need be there to be asked', async () => {
    await collection().gather(SUBJECT);
    for (const mspId of chain.organisations) chain.down.add(mspId);
    chain.blockBytes = () => Promise.reject(new Error('the peer is gone, too'));
    const again = collection();
    const gathered = await again.gather(SUBJECT);
    expect(gathered.closure.transactions).to.have.length(11);
    expect(await again.configuration.upTo(gathered.head)).to.have.length(1);
  });

  it('collects anew what has been written since', async () => {
    await collection().gather(SUBJECT);
    const before = chain.asked.length;
    chain.tell({ ...ACKNOWLEDGE, name: 'usage:Contest' });
    await collection().gather(SUBJECT);
    expect(chain.asked.slice(before).map(({ what }) => what.split(' ')[0])).to.deep.equal([
      'validity',
      'state',
    ]);
  });

  it('makes do with those organisations that answer, as long as they are the majority', async () => {
    chain.down.add('BMSP');
    await collection().gather(SUBJECT);
    expect(chain.asked.at(-1)?.of).to.deep.equal(['AMSP', 'CMSP']);
    // It is not asked again for every single transaction.
    expect(chain.asked.filter(({ of }) => of.includes('BMSP')).length).to.be.lessThan(8);
  });

  it('gives up for now when too few answer, and keeps nothing', async () => {
    chain.down.add('BMSP').add('CMSP');
    expect(await codeOf(collection().gather(SUBJECT))).to.equal('TOO_FEW_ORGANISATIONS');
    expect(await state.evidence.answer(txIdOf('usage:Answer'))).to.equal(undefined);
    await collection({ minimum: 1 }).gather(SUBJECT);
    expect(
      await codeOf(collection({ organisations: ['BMSP'] }).gather({ kind: 'grant', id: GRANT })),
    ).to.equal('TOO_FEW_ORGANISATIONS');
  });

  it('refuses answers that are not what our own peer has shown', async () => {
    chain.codes.set('usage:Answer', 11);
    expect(await codeOf(collection().gather(SUBJECT))).to.equal('NOT_AS_PROJECTED');
  });

  it('writes a file that says who exported what', async () => {
    const operator = await newTestIdentity('operator');
    const evidence = newEvidence({
      source: chain,
      projection: chain.projection,
      state,
      channel: 'space',
      chaincode: CHAINCODE,
      operator,
      rules: ['tallystick-rules/1'],
      saltOf: () => Promise.resolve('ab'.repeat(32)),
      now: () => '2026-11-24T09:00:00.000Z',
    });
    const text = await evidence.file(SUBJECT, { isFull: false, isOpened: false });
    const { custody, ...body } = evidenceFile.parse(decode(text));
    expect(body).to.include({ profile: 'compact', channel: 'space', chaincode: CHAINCODE });
    expect(body).not.to.have.property('payloadSalt');
    expect(custody[0]).to.include({ event: 'EXPORTED', digest: digestOf(encode(body)) });
    expect(body.config.map(({ number, signatures }) => [number, signatures])).to.deep.equal([['0', []]]);
    const reader = new BytesReader(body.shared);
    expect(Buffer.from(reader.read(custody[0]?.signer ?? [])).toString()).to.contain(operator.certificate);
    const full = evidenceFile.parse(decode(await evidence.file(SUBJECT, { isFull: true, isOpened: true })));
    expect(full.blocks).to.have.length(full.transactions.length);
    expect(full).to.include({ profile: 'full', payloadSalt: 'ab'.repeat(32) });
  });
});
