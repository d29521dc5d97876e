import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newSwarmKey, type KuboNode, type RunningKubo } from '@tallystick/network/kubo';
import { expect } from 'chai';
import {
  newBlockStore,
  newKuboStore,
  newPayloads,
  newRecipient,
  type BlockSource,
  type KuboStore,
} from '../../src/payload/index.js';
import { newKuboRpc } from '../../src/payload/kubo-rpc.js';
import { ipfsOrSkip, Swarm } from '../../../network/test/kubo/fixture.js';
import {
  collect,
  collectUntilError,
  EDGE_SIZES,
  expectCode,
  filesBelow,
  inDirectory,
  rejection,
  someBytes,
  streamOf,
} from './fixtures.js';

const MiB = 1024 * 1024;

const sizeOf = async (directory: string): Promise<number> => {
  const sizes = (await filesBelow(directory)).map(async (path) => (await stat(path)).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
};

/** Needs Kubo itself. Two members' nodes that share a swarm key, and a stranger's. */
describe('payload: Kubo in a private swarm', function () {
  let swarm: Swarm;
  let provider: { node: KuboNode; running: RunningKubo };
  let consumer: { node: KuboNode; running: RunningKubo };
  let stranger: { node: KuboNode; running: RunningKubo };

  const storeAt = ({ api }: RunningKubo, directory: string, members?: BlockSource): Promise<KuboStore> =>
    newKuboStore({ api, directory, timeoutMs: 10_000, fetchTimeoutMs: 4_000, ...(members && { members }) });

  async function connect(from: RunningKubo, address: string): Promise<unknown> {
    return rejection(
      newKuboRpc(from.api, 5_000).call('swarm/connect', { arg: address }, { withinMs: 8_000 }),
    );
  }

  before(async function () {
    swarm = await Swarm.in(await ipfsOrSkip(this));
    const key = newSwarmKey();
    const one = await swarm.node(key);
    const two = await swarm.node(key, [one.peer]);
    const other = await swarm.node(newSwarmKey(), [one.peer]);
    provider = { node: one.node, running: await swarm.start(one.node) };
    consumer = { node: two.node, running: await swarm.start(two.node) };
    stranger = { node: other.node, running: await swarm.start(other.node) };
    const address = `${one.peer.addresses[0] ?? ''}/p2p/${one.peer.id}`;
    expect(await connect(consumer.running, address)).to.equal(undefined);
    expect(await connect(stranger.running, address)).to.be.instanceOf(Error);
  });

  after(() => (swarm as Swarm | undefined)?.end());

  it('carries a payload, and its header, sealed by one member and opened by another; a stranger gets none of it', async () => {
    await inDirectory(async (directory) => {
      const at = newPayloads(await storeAt(provider.running, join(directory, 'provider')));
      const to = newPayloads(await storeAt(consumer.running, join(directory, 'consumer')));
      const out = await storeAt(stranger.running, join(directory, 'stranger'));
      const plain = someBytes(5 * MiB + 321);
      const [owner, use] = [newRecipient(), newRecipient()];
      const { header, cid, commitment, plainBytes: bytes } = await at.seal(streamOf(plain), owner.recipient);
      const released = at.rewrap(header, owner.identity, use.recipient);
      const published = await at.publishHeader(released);
      expect(published.cid).to.equal(at.headerCid(released));
      const fetched = await to.fetchHeader(published.cid);
      const opened = to.open({ header: fetched, identity: use.identity, cid, bytes, commitment });
      expect((await collect(opened)).equals(plain)).to.equal(true);
      for (const wanted of [cid, published.cid]) {
        const got = await collectUntilError(out.get(wanted));
        expectCode(got.error, 'BLOCK_MISSING');
        expect(got.bytes.length).to.equal(0);
      }
    });
  });

  it('never makes Kubo fetch for somebody who asks for a block', async () => {
    await inDirectory(async (directory) => {
      const at = await storeAt(provider.running, join(directory, 'provider'));
      const to = await storeAt(consumer.running, join(directory, 'consumer'));
      const { cid } = await at.put(streamOf(someBytes(1000)));
      expectCode(await rejection(to.block(cid)), 'BLOCK_MISSING');
      expect(await to.has(cid)).to.equal(false);
      expect(await collect(to.get(cid))).to.have.length(1000);
      expect(await to.block(cid)).to.have.length(1000);
    });
  });

  it('is not waited for when a member keeps blocks behind its gateway only', async () => {
    await inDirectory(async (directory) => {
      const far = await newBlockStore(join(directory, 'far'));
      const file = someBytes(12 * MiB);
      const { cid } = await far.put(streamOf(file));
      const near = await storeAt(consumer.running, join(directory, 'near'), far);
      const start = Date.now();
      expect((await collect(near.get(cid))).equals(file)).to.equal(true);
      expect(Date.now() - start).to.be.lessThan(10_000);
    });
  });

  it('names files as `ipfs add` does in the profile, whatever their size', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const rpc = newKuboRpc(provider.running.api, 10_000);
      for (const size of [...EDGE_SIZES, 3 * MiB, 9 * MiB + 1]) {
        const file = someBytes(size);
        const upload = { bytes: size, content: () => streamOf(file) };
        const answer = await rpc.call('add', { 'only-hash': true, progress: false }, { upload });
        const { Hash: hash } = JSON.parse(answer.toString()) as { Hash: string };
        expect((await store.put(streamOf(file))).cid, `${size} bytes`).to.equal(hash);
      }
    });
  });

  it('keeps what is pinned through a garbage collection, and lets go of what was released', async () => {
    await inDirectory(async (directory) => {
      const store = await storeAt(provider.running, join(directory, 'store'));
      const [kept, given] = [someBytes(2 * MiB), someBytes(3 * MiB)];
      const [one, two] = [await store.put(streamOf(kept)), await store.put(streamOf(given))];
      await store.pins.release(two.cid);
      await store.pins.release(two.cid);
      expect(await store.pins.collectGarbage(30_000)).to.be.greaterThanOrEqual(4);
      expect(await store.has(two.cid)).to.equal(false);
      expect((await collect(store.get(one.cid))).equals(kept)).to.equal(true);
      const orphan = await store.put(streamOf(someBytes(MiB)));
      const swept = await store.pins.sweep((cid) => Promise.resolve(cid === one.cid), Date.now() + 1_000);
      expect(swept.released).to.have.members([two.cid, orphan.cid]);
      await store.pins.collectGarbage(30_000);
      expect(await store.has(orphan.cid)).to.equal(false);
      expect(await store.has(one.cid)).to.equal(true);
    });
  });

  it('loses no import to garbage collections that go on all the time', async () => {
    await inDirectory(async (directory) => {
      const store = await storeAt(provider.running, join(directory, 'store'));
      const over = new AbortController();
      const collecting = (async () => {
        while (!over.signal.aborted) await store.pins.collectGarbage(30_000);
      })();
      for (let turn = 0; turn < 4; turn += 1) {
        const file = someBytes(10 * MiB);
        const { cid } = await store.put(streamOf(file));
        expect((await collect(store.get(cid))).equals(file)).to.equal(true);
      }
      over.abort();
      await collecting;
    });
  });

  it('serves no block that rotted on its disk, neither here nor to the swarm', async () => {
    await inDirectory(async (directory) => {
      const at = await storeAt(provider.running, join(directory, 'provider'));
      const to = await storeAt(consumer.running, join(directory, 'consumer'));
      const marker = Buffer.concat([Buffer.from('rot me'), someBytes(100)]);
      const { cid } = await at.put(streamOf(marker));
      for (const path of await filesBelow(join(provider.node.repo, 'blocks'))) {
        const bytes = await readFile(path);
        if (bytes.equals(marker)) await writeFile(path, Buffer.from(bytes).fill(0, 0, 1));
      }
      expectCode(await rejection(at.block(cid)), 'BLOCK_CORRUPT');
      expectCode((await collectUntilError(at.get(cid))).error, 'BLOCK_CORRUPT');
      expectCode((await collectUntilError(to.get(cid))).error, 'BLOCK_MISSING');
    });
  });

  it('fails an import when it is killed in the middle, keeps what it acknowledged, and takes the import afterwards', async () => {
    await inDirectory(async (directory) => {
      const store = await storeAt(consumer.running, join(directory, 'store'));
      const [before, file] = [someBytes(2 * MiB), someBytes(60 * MiB)];
      const { cid } = await store.put(streamOf(before));
      const putting = rejection(store.put(streamOf(file)));
      // Gathered, so now it is on its way.
      while ((await sizeOf(join(directory, 'store', 'incoming'))) < file.length) await delay(1);
      await consumer.running.kill();
      expectCode(await putting, 'STORE_FAILED');
      expect(await store.verdict()).to.equal('Kubo cannot be reached');
      consumer.running = await swarm.start(consumer.node);
      expect(await store.verdict()).to.equal(undefined);
      expect((await collect(store.get(cid))).equals(before)).to.equal(true);
      const again = await store.put(streamOf(file));
      expect((await collect(store.get(again.cid))).equals(file)).to.equal(true);
    });
  });
});
