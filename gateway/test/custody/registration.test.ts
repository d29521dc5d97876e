import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Wallet } from 'ethers';
import { keys, participantId, type Claim, type Id, type Version } from '@tallystick/chaincode/model';
import type { AppendMetadata, RegisterMetadata } from '../../src/features/custody/port.js';
import { OutcomeUnknown } from '../../src/ledger/port-errors.js';
import { collect, filesBelow, rejection, streamOf } from '../payload/fixtures.js';
import type { House } from './house.js';
import { metadata, REGULATOR, Space, STEEL, termsOf } from './space.js';
import { ask, attend, caughtUp, FILE, storyBeforeEach } from './story.js';

const BY = { identity: 'officer' };

describe('custody: registering a file', () => {
  let space: Space;
  let steel: House;
  beforeEach(async () => {
    space = await Space.constituted();
    steel = await space.open(STEEL);
  });
  afterEach(() => space.close());

  const recordsOf = (kind: string): number =>
    space.chain.ordered.flatMap(({ call }) => call.writes).filter(({ key }) => key.startsWith(`${kind}/`))
      .length;

  const blocks = async (): Promise<number> =>
    (await filesBelow(`${space.directory}/${STEEL}/blocks`)).filter((path) => path.includes('baf')).length;

  it('commits to the plaintext, and keeps its bare digest at home', async () => {
    const stored = await steel.useCases.registerFile(BY, metadata(), streamOf(FILE));
    const digest = createHash('sha256').update(FILE).digest('hex');
    expect(stored.plainDigest).to.equal(digest);
    const { versionId } = stored.result;
    const version = JSON.parse(
      space.chain.text(keys.version(versionId as Id<'version'>).text) ?? '',
    ) as Version;
    expect(version.commitment).to.deep.equal({ digest: stored.commitment, bytes: `${FILE.length}` });
    expect(version.delivery).to.include({ mode: 'SEALED', cid: stored.cid, suite: 'age-v1' });
    expect(
      JSON.stringify(space.chain.blocks, (_, value: unknown) => (typeof value === 'bigint' ? '' : value)),
    )
      .to.not.include(digest)
      .and.to.not.include(FILE.subarray(0, 20).toString());
    expect(await steel.state.ownerHeaders.get(versionId)).to.include({ plainDigest: digest });
  });

  it('tells the transaction id before anything is sent', async () => {
    const told: string[] = [];
    const onPrepared = (txId: string, transaction: string): void => {
      expect(recordsOf('version')).to.equal(0);
      told.push(`${txId} ${transaction}`);
    };
    const { txId } = await steel.useCases.registerFile({ ...BY, onPrepared }, metadata(), streamOf(FILE));
    expect(told).to.deep.equal([`${txId} datasets:Register`]);
  });

  it('takes the nonce that the caller brings', async () => {
    const nonce = 'ab'.repeat(16);
    await steel.useCases.registerFile(BY, metadata({ nonce }), streamOf(FILE));
    const { call } = space.chain.ordered.at(-1)!;
    expect(JSON.parse(call.argument)).to.have.property('nonce', nonce);
  });

  it('appends a version', async () => {
    const { result } = await steel.useCases.registerFile(BY, metadata(), streamOf(FILE));
    const { version } = metadata();
    const next = { datasetId: result.datasetId, number: 2, version } as unknown as AppendMetadata;
    const appended = await steel.useCases.appendFile(BY, next, streamOf(Buffer.from('more')));
    expect(appended.result.datasetId).to.equal(result.datasetId);
    expect(appended.result.versionId).to.not.equal(result.versionId);
    expect(appended.bytes).to.equal(4n);
    expect(await steel.state.ownerHeaders.get(appended.result.versionId)).to.not.equal(undefined);
  });

  const untouched = async function* (): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    throw new Error('the source must not be read');
    yield new Uint8Array();
  };

  const malformed: Readonly<Record<string, readonly [unknown, string]>> = {
    'an unknown member': [metadata({ colour: 'red' }), ''],
    'a missing member': [metadata({ sector: undefined }), '/sector'],
    'a wrong type': [metadata({ title: { open: 7 } }), '/title'],
    'a delivery that is not the caller’s to say': [
      metadata({ version: { ...metadata().version, delivery: {} } }),
      '/version/delivery',
    ],
    'a commitment digest that is not the caller’s to say': [
      metadata({ version: { ...metadata().version, commitment: { digest: 'sha256:00' } } }),
      '/version/commitment/digest',
    ],
    'a commitment with a malformed count': [
      metadata({ version: { ...metadata().version, commitment: { records: '-1' } } }),
      '/version/commitment/records',
    ],
    'no version': [metadata({ version: null }), '/version'],
    'a malformed nonce': [metadata({ nonce: 'xyz' }), '/nonce'],
  };
  for (const [flaw, [value, pointer]] of Object.entries(malformed)) {
    it(`refuses ${flaw} before a byte is read`, async () => {
      const error = await rejection(steel.useCases.registerFile(BY, value as RegisterMetadata, untouched()));
      expect(error).to.have.property('code', 'MALFORMED');
      const { errors } = (error as { details: { errors: { pointer: string }[] } }).details;
      expect(errors.map((each) => each.pointer)).to.include(pointer);
      expect(await blocks()).to.equal(0);
    });
  }

  it('refuses an identity that is not enrolled', async () => {
    const error = await rejection(
      steel.useCases.registerFile({ identity: 'nobody' }, metadata(), untouched()),
    );
    expect(error).to.have.property('code', 'UNKNOWN_IDENTITY');
  });

  it('of which the upload breaks off: nothing is registered or stored', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield FILE;
      await Promise.resolve();
      throw new Error('connection reset');
    }
    const error = await rejection(steel.useCases.registerFile(BY, metadata(), broken()));
    expect(error).to.have.property('code', 'SOURCE_TRUNCATED');
    expect(recordsOf('dataset')).to.equal(0);
    expect(await blocks()).to.equal(0);
  });

  it('that the ledger refuses: no record, and nothing that anybody could ask for', async () => {
    const participant = participantId(STEEL);
    await space.run(REGULATOR, 'officer', 'participants:Suspend', {
      participantId: participant,
      reason: 'audit',
    });
    const error = await rejection(steel.useCases.registerFile(BY, metadata(), streamOf(FILE)));
    expect(error).to.have.property('code', 'REFUSED');
    for (const kind of ['dataset', 'version', 'claim']) expect(recordsOf(kind)).to.equal(0);
  });

  it('whose outcome is not known keeps its key: the transaction may still come', async () => {
    const { chain } = space;
    const submit = chain.submit.bind(chain);
    chain.submit = async (envelope, signal) => {
      await submit(envelope, signal);
      throw new OutcomeUnknown(envelope.txId, 'COMMIT');
    };
    const error = await rejection(steel.useCases.registerFile(BY, metadata(), streamOf(FILE)));
    expect(error).to.have.property('code', 'OUTCOME_UNKNOWN');
    const { call } = chain.ordered.at(-1)!;
    const { versionId } = JSON.parse(call.result) as { versionId: string };
    expect(await steel.state.ownerHeaders.get(versionId)).to.not.equal(undefined);
  });
});

describe('custody: a claim signed with the owner’s own key', () => {
  it('names a commitment that is known only after sealing, and is accepted by the rules', async () => {
    const space = await Space.constituted();
    try {
      const wallet = new Wallet(`0x${'11'.repeat(32)}`);
      const address = wallet.address.toLowerCase();
      await space.run(STEEL, 'officer', 'participants:RotateKey', {
        participantId: participantId(STEEL),
        ownerKey: address,
      });
      const steel = await space.open(STEEL, {
        signClaim: async ({ domain, types: { RightsClaim }, message }) => ({
          address,
          signature: await wallet.signTypedData(domain, { RightsClaim }, message),
        }),
      });
      const { result } = await steel.useCases.registerFile(BY, metadata(), streamOf(FILE));
      const text = space.chain.text(keys.claim(result.claimId as Id<'claim'>).text) ?? '';
      expect((JSON.parse(text) as Claim).ownerSignature).to.include({ address });
    } finally {
      await space.close();
    }
  });
});

describe('custody: asking for a use', () => {
  const story = storyBeforeEach();

  it('keeps the key of what was refused no longer', async () => {
    const { space, buyer, grant, versionId } = story;
    const kept: string[] = [];
    const put = buyer.state.oneTimeKeys.put.bind(buyer.state.oneTimeKeys);
    buyer.state.oneTimeKeys.put = (usageId, identity) => {
      kept.push(usageId);
      return put(usageId, identity);
    };
    const error = await rejection(
      buyer.useCases.requestUse({ identity: 'officer' }, space.ask(grant, versionId)),
    );
    expect(error).to.have.property('code', 'REFUSED');
    expect(kept).to.have.length(1);
    expect(await buyer.state.oneTimeKeys.get(kept[0] ?? '')).to.equal(undefined);
  });

  it('uses another one-time key for each', async () => {
    const recipients = [await ask(story), await ask(story)].map((id) => story.space.usage(id).recipient);
    expect(new Set(recipients).size).to.equal(2);
    expect(recipients).to.not.include(story.buyer.useCases.recipient);
  });

  it('refuses a recipient that the caller brings', async () => {
    const { space, buyer, grant, versionId } = story;
    const theirs = { ...space.ask(grant, versionId), recipient: buyer.useCases.recipient };
    const error = await rejection(buyer.useCases.requestUse({ identity: 'connector' }, theirs));
    expect(error).to.have.property('code', 'MALFORMED');
  });

  it('refuses a malformed ask before a key is made', async () => {
    const { space, buyer, grant, versionId } = story;
    const bad = { ...space.ask(grant, versionId), territory: 'nowhere' };
    const error = await rejection(buyer.useCases.requestUse({ identity: 'connector' }, bad));
    expect(error).to.have.property('code', 'MALFORMED');
  });
});

describe('custody: a later version under a grant of all versions', () => {
  it('opens with a key of its own', async () => {
    const space = await Space.constituted();
    try {
      const steel = await space.open(STEEL);
      const buyer = await space.open('BuyerMSP', { sources: [steel.store] });
      const first = await steel.useCases.registerFile(BY, metadata(), streamOf(FILE));
      const grant = await space.grant(first.result, { terms: termsOf() });
      const { datasetId } = first.result;
      const next = { datasetId, number: 2, version: metadata().version } as unknown as AppendMetadata;
      const bytes = Buffer.from('more');
      const { result } = await steel.useCases.appendFile(BY, next, streamOf(bytes));
      const usageId = await ask({ space, steel, buyer, grant, claimId: first.result.claimId, ...result });
      await attend(steel, space);
      await caughtUp(buyer, space);
      const opened = await buyer.useCases.openUse({ identity: 'connector' }, usageId, { acknowledge: true });
      expect(await collect(opened.stream)).to.deep.equal(bytes);
    } finally {
      await space.close();
    }
  });
});
