import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { newBlockStore, PayloadError, type BlockSource } from '../../src/payload/index.js';
import { embedded, overFakeKubo, overKubo } from './content-stores.js';
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
import { times } from '../../../test/sampling.js';

const MiB = 1024 * 1024;
const UNKNOWN = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';

/** What every content store promises (`ContentStore` in port.ts), whatever it stands on. */
for (const kind of [embedded, overFakeKubo(), overKubo()]) {
  describe(`payload: the contract of content stores (${kind.name})`, function () {
    before(async function () {
      await kind.prepare(this);
    });
    after(() => kind.end());

    it('gives back what was put, also after a restart, and leaves no import behind', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        const files = [...EDGE_SIZES, 7 * MiB + 99].map(someBytes);
        const stored = [];
        for (const file of files) stored.push(await store.put(streamOf(file)));
        await store.close();
        const again = await kind.open(directory);
        for (const [index, file] of files.entries()) {
          const { cid, bytes } = stored[index] ?? expect.fail();
          expect(bytes).to.equal(BigInt(file.length));
          expect((await collect(again.get(cid))).equals(file)).to.equal(true);
          expect(await again.has(cid)).to.equal(true);
        }
        expect(await filesBelow(join(directory, 'incoming'))).to.deep.equal([]);
      });
    });

    it('names every file as the embedded store does (property)', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(join(directory, 'one'));
        const other = await newBlockStore(join(directory, 'other'));
        const size = fc.oneof(fc.nat(300_000), fc.integer({ min: MiB - 2, max: 4 * MiB + 2 }));
        const pieces = fc.array(fc.integer({ min: 1, max: 2 * MiB }), { minLength: 1, maxLength: 4 });
        await fc.assert(
          fc.asyncProperty(size, pieces, async (length, sizes) => {
            const file = someBytes(length);
            const { cid } = await store.put(streamOf(file, sizes));
            expect(cid).to.equal((await other.put(streamOf(file))).cid);
            expect((await collect(store.get(cid))).equals(file)).to.equal(true);
          }),
          { numRuns: times(12) },
        );
      });
    });

    it('takes the same file again, at the same time, without harm', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        const zeros = Buffer.alloc(5 * MiB);
        const [one, two] = await Promise.all([store.put(streamOf(zeros)), store.put(streamOf(zeros))]);
        expect(one).to.deep.equal(two);
        expect((await collect(store.get(one.cid))).equals(zeros)).to.equal(true);
      });
    });

    it('serves single blocks that are here, and never asks others for one', async () => {
      await inDirectory(async (directory) => {
        const asked: string[] = [];
        const source: BlockSource = { block: (cid) => (asked.push(cid), Promise.resolve(Buffer.from('hi'))) };
        const store = await kind.open(directory, [source]);
        const file = someBytes(1000);
        const { cid } = await store.put(streamOf(file));
        expect(Buffer.from(await store.block(cid)).equals(file)).to.equal(true);
        expectCode(await rejection(store.block(UNKNOWN)), 'BLOCK_MISSING');
        expect(await store.has(UNKNOWN)).to.equal(false);
        expect(asked).to.deep.equal([]);
      });
    });

    it('fetches from other members what is not here, verifies and keeps it', async () => {
      await inDirectory(async (directory) => {
        const far = await newBlockStore(join(directory, 'far'));
        const file = someBytes(3 * MiB + 5);
        const { cid } = await far.put(streamOf(file));
        const near = await kind.open(join(directory, 'near'), [far]);
        expect(await near.has(cid)).to.equal(false);
        expect((await collect(near.get(cid))).equals(file)).to.equal(true);
        expect(await near.has(cid)).to.equal(true);
      });
    });

    it('reports a block that nobody has, and one that others forge', async () => {
      await inDirectory(async (directory) => {
        const forger: BlockSource = { block: () => Promise.resolve(Buffer.from('forged')) };
        const nobody: BlockSource = { block: () => Promise.reject(new PayloadError('BLOCK_MISSING', 'no')) };
        for (const [name, source] of Object.entries({ forger, nobody })) {
          const store = await kind.open(join(directory, name), [source]);
          const { bytes, error } = await collectUntilError(store.get(UNKNOWN));
          expectCode(error, 'BLOCK_MISSING');
          expect(bytes.length).to.equal(0);
        }
      });
    });

    it('takes no CID that could name another file', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        for (const text of ['../../etc/passwd', '', UNKNOWN.toUpperCase(), `${UNKNOWN}/..`]) {
          expectCode(await rejection(store.block(text)), 'CID_INVALID');
          expectCode(await rejection(store.has(text)), 'CID_INVALID');
          expectCode((await collectUntilError(store.get(text))).error, 'CID_INVALID');
        }
      });
    });

    it('stops an import when aborted, with the reason of the signal, and leaves nothing', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        const aborting = new AbortController();
        async function* endless(): AsyncGenerator<Uint8Array> {
          for (let pieces = 0; ; pieces += 1) {
            if (pieces === 30) aborting.abort(new Error('enough'));
            yield await Promise.resolve(someBytes(100_000));
          }
        }
        const error = await rejection(store.put(endless(), aborting.signal));
        expect(error).to.have.property('message', 'enough');
        expect(await filesBelow(join(directory, 'incoming'))).to.deep.equal([]);
      });
    });

    it('leaves nothing of a source that breaks off', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        async function* breakingOff(): AsyncGenerator<Uint8Array> {
          yield* streamOf(someBytes(9 * MiB));
          throw new Error('reset');
        }
        expect(await rejection(store.put(breakingOff()))).to.have.property('message', 'reset');
        expect(await filesBelow(directory)).to.deep.equal([]);
      });
    });

    it('waits for imports when closed, and takes none after', async () => {
      await inDirectory(async (directory) => {
        const store = await kind.open(directory);
        let isStored = false;
        const putting = store.put(streamOf(someBytes(4 * MiB))).finally(() => (isStored = true));
        await store.close();
        expect(isStored).to.equal(true);
        const { cid } = await putting;
        expectCode(await rejection(store.put(streamOf(someBytes(1)))), 'STORE_CLOSED');
        expectCode(await rejection(store.block(cid)), 'STORE_CLOSED');
        expect(await (await kind.open(directory)).has(cid)).to.equal(true);
      });
    });
  });
}
