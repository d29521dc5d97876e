import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { encode, keys, type Id } from '@tallystick/chaincode/model';
import type { OpenedUse } from '../../src/features/custody/port.js';
import { LedgerUnavailable } from '../../src/ledger/port-errors.js';
import { newRecipient } from '../../src/payload/index.js';
import { openSqlite } from '../../src/database/sqlite/database.js';
import { collect, collectUntilError, filesBelow, rejection, streamOf } from '../payload/fixtures.js';
import { BUYER, counted, metadata, Space, STEEL } from './space.js';
import { ask, attend, caughtUp, entryOf, FILE, storyBeforeEach } from './story.js';

const BY = { identity: 'connector' };

describe('custody: opening', () => {
  const story = storyBeforeEach({ terms: counted(2) });

  /** An allowed use, seen by the buyer's projection. */
  async function allowed(): Promise<string> {
    const usageId = await ask(story);
    await attend(story.steel, story.space);
    await caughtUp(story.buyer, story.space);
    return usageId;
  }

  const open = (usageId: string, acknowledge = true, signal?: AbortSignal): Promise<OpenedUse> =>
    story.buyer.useCases.openUse(BY, usageId, { acknowledge }, signal);

  async function code(work: Promise<unknown>): Promise<unknown> {
    return ((await rejection(work)) as { code?: unknown } | undefined)?.code;
  }

  /** Files of the blocks that a gateway keeps. */
  const blockFiles = async (mspId: string): Promise<string[]> =>
    (await filesBelow(`${story.space.directory}/${mspId}/blocks`)).filter((path) => path.includes('baf'));

  it('of a request that is not answered: not yet', async () => {
    const usageId = await ask(story);
    await caughtUp(story.buyer, story.space);
    expect(await code(open(usageId))).to.equal('NOT_ALLOWED_YET');
  });

  it('of a request that our own peer has not shown: not yet', async () => {
    const { buyer } = story;
    const usageId = `usage-${'b'.repeat(52)}`;
    await buyer.state.oneTimeKeys.put(usageId, newRecipient().identity);
    expect(await code(open(usageId))).to.equal('NOT_ALLOWED_YET');
  });

  it('of nothing: not found', async () => {
    expect(await code(open(`usage-${'a'.repeat(52)}`))).to.equal('NOT_FOUND');
  });

  it("of somebody else's use: not ours", async () => {
    const usageId = await allowed();
    expect(await code(story.steel.useCases.openUse(BY, usageId, { acknowledge: true }))).to.equal('NOT_OURS');
  });

  it('of a denied use: denied, and why', async () => {
    const usageId = await ask(story, { purpose: 'x', territory: 'CN-31' });
    await story.space.run(STEEL, 'officer', 'grants:Revoke', { grantId: story.grant, reason: 'x' });
    await attend(story.steel, story.space);
    await caughtUp(story.buyer, story.space);
    const error = await rejection(open(usageId));
    expect(error).to.include({ code: 'DENIED' });
    expect((error as { details: unknown }).details).to.deep.equal({ code: 'GRANT_NOT_ACTIVE' });
  });

  it('of a lapsed request: lapsed', async () => {
    const usageId = await ask(story);
    story.space.chain.later(3601);
    await story.space.run(BUYER, 'operator', 'usage:Lapse', { usageId });
    await caughtUp(story.buyer, story.space);
    expect(await code(open(usageId))).to.equal('LAPSED');
  });

  it('without the one-time key: unknown', async () => {
    const usageId = await allowed();
    await story.buyer.state.oneTimeKeys.forget(usageId);
    expect(await code(open(usageId))).to.equal('KEY_UNKNOWN');
  });

  it('with a wrong one-time key: nothing opens', async () => {
    const usageId = await allowed();
    await story.buyer.state.oneTimeKeys.forget(usageId);
    await story.buyer.state.oneTimeKeys.put(usageId, newRecipient().identity);
    expect(await code(open(usageId))).to.equal('NOT_A_RECIPIENT');
    expect(story.space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('before the header is published: not released; afterwards it opens', async () => {
    const { space, steel } = story;
    const usageId = await allowed();
    const { headerCid = '' } = await entryOf(steel, usageId);
    const [file = ''] = (await blockFiles(STEEL)).filter((path) => path.includes(headerCid));
    const header = await readFile(file);
    await rm(file);
    expect(await code(open(usageId))).to.equal('HEADER_NOT_RELEASED');
    await writeFile(file, header);
    expect(await collect((await open(usageId)).stream)).to.deep.equal(FILE);
    expect(space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('with a header that wraps the key of another version', async () => {
    const { space, steel, buyer, versionId } = story;
    const usageId = await ask(story);
    const by = { identity: 'officer' };
    const other = await steel.useCases.registerFile(by, metadata(), streamOf(Buffer.from('x')));
    const wrong = await steel.state.ownerHeaders.get(other.result.versionId);
    const right = await steel.state.ownerHeaders.get(versionId);
    const crossed = { ...right, header: wrong?.header };
    Object.assign(steel.state, {
      ownerHeaders: { ...steel.state.ownerHeaders, get: () => Promise.resolve(crossed) },
    });
    await attend(steel, space);
    await caughtUp(buyer, space);
    expect(await code(open(usageId))).to.equal('KEY_MISMATCH');
  });

  it('with a block of the payload missing everywhere', async () => {
    const { steel } = story;
    const usageId = await allowed();
    const { headerCid = '' } = await entryOf(steel, usageId);
    for (const file of await blockFiles(STEEL)) if (!file.includes(headerCid)) await rm(file);
    expect(await code(open(usageId))).to.equal('BLOCK_MISSING');
    expect(story.space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('with a flipped byte in a stored block: no byte of it is yielded', async () => {
    const { buyer } = story;
    const usageId = await allowed();
    expect(await collect((await open(usageId, false)).stream)).to.deep.equal(FILE);
    const { headerCid = '' } = await entryOf(story.steel, usageId);
    for (const file of await blockFiles(BUYER)) {
      const bytes = await readFile(file);
      if (file.includes(headerCid) || bytes.length === 0) continue;
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(file, bytes);
    }
    const error = await rejection(buyer.useCases.openUse(BY, usageId, { acknowledge: true }));
    expect(error).to.have.property('code', 'BLOCK_CORRUPT');
    expect(story.space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('twice: the second time there is nothing left to acknowledge', async () => {
    const usageId = await allowed();
    const first = await open(usageId);
    await collect(first.stream);
    expect(await first.acknowledged)
      .to.include({ state: 'ACKNOWLEDGED' })
      .and.have.property('txId');
    await caughtUp(story.buyer, story.space);
    const second = await open(usageId);
    expect(await collect(second.stream)).to.deep.equal(FILE);
    expect(await second.acknowledged).to.deep.equal({ state: 'ACKNOWLEDGED' });
  });

  it('twice at once: one of the acknowledgements is taken, and both know', async () => {
    const usageId = await allowed();
    const uses = await Promise.all([open(usageId), open(usageId)]);
    await Promise.all(uses.map(({ stream }) => collect(stream)));
    const ends = await Promise.all(uses.map(({ acknowledged }) => acknowledged));
    expect(ends.map(({ state }) => state)).to.deep.equal(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
  });

  it('by an officer, is acknowledged by the component', async () => {
    const usageId = await allowed();
    const opened = await story.buyer.useCases.openUse({ identity: 'officer' }, usageId, {
      acknowledge: true,
    });
    await collect(opened.stream);
    expect(await opened.acknowledged).to.have.property('state', 'ACKNOWLEDGED');
  });

  it('and turning away early, acknowledges nothing', async () => {
    const usageId = await allowed();
    const opened = await open(usageId);
    for await (const _piece of opened.stream) break;
    expect(await opened.acknowledged).to.include({ state: 'FAILED', code: 'LEFT_EARLY' });
    expect(story.space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('and never reading, but leaving: acknowledges nothing', async () => {
    const usageId = await allowed();
    const leave = new AbortController();
    const opened = await open(usageId, true, leave.signal);
    leave.abort();
    expect(await opened.acknowledged).to.include({ state: 'FAILED', code: 'ABORTED' });
    expect(story.space.usage(usageId)).to.have.property('state', 'ALLOWED');
  });

  it('while the ledger is away at the end: acknowledged when it is back', async () => {
    const { chain } = story.space;
    const usageId = await allowed();
    const submit = chain.submit.bind(chain);
    let failures = 3;
    chain.submit = (envelope, signal) => {
      if (failures === 0) return submit(envelope, signal);
      failures -= 1;
      return Promise.reject(new LedgerUnavailable('away', { txId: envelope.txId }));
    };
    const opened = await open(usageId);
    await collect(opened.stream);
    await story.buyer.useCases.drain();
    expect(await opened.acknowledged).to.have.property('state', 'ACKNOWLEDGED');
  });

  it('when the ledger refuses the acknowledgement: the bytes are there, and it says so', async () => {
    const { space } = story;
    const usageId = await allowed();
    const opened = await open(usageId);
    await space.run(BUYER, 'operator', 'usage:Contest', { usageId, reason: 'WRONG_CONTENT' });
    expect(await collect(opened.stream)).to.deep.equal(FILE);
    expect(await opened.acknowledged).to.include({ state: 'FAILED', code: 'REFUSED' });
  });
});

describe('custody: content that is not what the ledger committed to', () => {
  it('destroys the response at its end, and is not acknowledged', async () => {
    const space = await Space.constituted();
    try {
      const steel = await space.open(STEEL);
      const buyer = await space.open(BUYER, { sources: [steel.store] });
      const by = { identity: 'officer' };
      const { result } = await steel.useCases.registerFile(by, metadata(), streamOf(FILE));
      const grant = await space.grant(result);
      const usageId = await ask({ space, steel, buyer, grant, ...result });
      await attend(steel, space);
      await caughtUp(buyer, space);
      // The ledger says another digest than the provider sealed: here by changing what our peer shows.
      const record = await buyer.projection.record(keys.version(result.versionId as Id<'version'>));
      const version = record!.value;
      const commitment = { ...version.commitment, digest: `sha256:${'0'.repeat(64)}` };
      const raw = openSqlite(join(space.directory, BUYER, 'projection.db'), { synchronous: 'NORMAL' });
      raw.handle
        .prepare('UPDATE records SET value = ? WHERE key = ?')
        .run([encode({ ...version, commitment }), keys.version(version.id).text]);
      await raw.close();
      const opened = await buyer.useCases.openUse(BY, usageId, { acknowledge: true });
      const { error } = await collectUntilError(opened.stream);
      expect(error).to.have.property('code', 'COMMITMENT_MISMATCH');
      expect(await opened.acknowledged).to.include({ state: 'FAILED', code: 'COMMITMENT_MISMATCH' });
      expect(space.usage(usageId)).to.have.property('state', 'ALLOWED');
    } finally {
      await space.close();
    }
  });
});
