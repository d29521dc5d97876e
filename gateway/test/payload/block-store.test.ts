import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { newBlockStore, PayloadError, type BlockSource } from '../../src/payload/index.js';
import {
  collect,
  collectUntilError,
  expectCode,
  filesBelow,
  inDirectory,
  rejection,
  someBytes,
  streamOf,
} from './fixtures.js';

const MiB = 1024 * 1024;
const UNKNOWN = 'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e';

/** The file of a block, by its CID. */
async function blockFile(directory: string, cid: string): Promise<string> {
  const found = (await filesBelow(join(directory, 'blocks'))).find((path) => basename(path) === cid);
  return found ?? expect.fail(`no file for ${cid}`);
}

async function leafCids(directory: string): Promise<string[]> {
  const names = (await filesBelow(join(directory, 'blocks'))).map((path) => basename(path));
  return names.filter((name) => name.startsWith('bafkrei'));
}

type FileFunctions = Pick<typeof fs, 'open' | 'rename'>;

/** Replaces functions of node:fs/promises, for everyone who imports it, until the work is done. */
async function withFaults<T>(
  faults: (original: FileFunctions) => Partial<FileFunctions>,
  work: () => Promise<T>,
): Promise<T> {
  const original: FileFunctions = { open: fs.open, rename: fs.rename };
  Object.assign(fs, faults(original));
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    Object.assign(fs, original);
    syncBuiltinESMExports();
  }
}

const errno = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

describe('payload: the embedded content store', () => {
  it('stores equal blocks once, and the same file again without harm', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const zeros = Buffer.alloc(20 * MiB);
      const [one, two] = await Promise.all([store.put(streamOf(zeros)), store.put(streamOf(zeros))]);
      expect(one).to.deep.equal(two);
      expect(await filesBelow(join(directory, 'blocks'))).to.have.length(2);
      expect((await collect(store.get(one.cid))).equals(zeros)).to.equal(true);
    });
  });

  it('refuses a block with any byte changed, cut off, or added, and yields nothing of it', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const file = someBytes(3 * MiB);
      const { cid } = await store.put(streamOf(file));
      const damage: ((bytes: Buffer) => Buffer)[] = [
        (bytes) => ((bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1), bytes),
        (bytes) => bytes.subarray(0, -1),
        (bytes) => Buffer.concat([bytes, Buffer.from('x')]),
        (bytes) => Buffer.concat([bytes, Buffer.alloc(3 * MiB)]),
        () => Buffer.alloc(0),
      ];
      for (const name of [...(await leafCids(directory)), cid]) {
        const path = await blockFile(directory, name);
        const whole = await readFile(path);
        for (const harm of damage) {
          await writeFile(path, harm(Buffer.from(whole)));
          expectCode(await rejection(store.block(name)), 'BLOCK_CORRUPT');
          const { bytes, error } = await collectUntilError(store.get(cid));
          expectCode(error, 'BLOCK_CORRUPT');
          expect(bytes.length % MiB).to.equal(0);
          expect(file.subarray(0, bytes.length).equals(bytes)).to.equal(true);
        }
        await writeFile(path, whole);
      }
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
    });
  });

  it('heals a corrupt block by importing the file again', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const file = someBytes(2 * MiB);
      const { cid } = await store.put(streamOf(file));
      const [leaf = ''] = await leafCids(directory);
      await writeFile(await blockFile(directory, leaf), 'rot');
      await store.put(streamOf(file));
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
    });
  });

  it('reports a missing block, and has() knows', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const { cid } = await store.put(streamOf(someBytes(3 * MiB)));
      const [leaf = ''] = await leafCids(directory);
      await rm(await blockFile(directory, leaf));
      expectCode((await collectUntilError(store.get(cid))).error, 'BLOCK_MISSING');
      expectCode(await rejection(store.block(leaf)), 'BLOCK_MISSING');
      expect(await store.has(cid)).to.equal(false);
      expect(await store.has(UNKNOWN)).to.equal(false);
      await rm(await blockFile(directory, cid));
      expect(await store.has(cid)).to.equal(false);
    });
  });

  it('forgets all blocks of a file, those that are left of it, and no others', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const [kept, gone] = await Promise.all([
        store.put(streamOf(someBytes(3 * MiB))),
        store.put(streamOf(Buffer.alloc(2 * MiB, 7))),
      ]);
      const before = await filesBelow(join(directory, 'blocks'));
      await store.discard?.(gone.cid);
      expect(await store.has(gone.cid)).to.equal(false);
      expect(await store.has(kept.cid)).to.equal(true);
      expect(before.length - (await filesBelow(join(directory, 'blocks'))).length).to.equal(2);
      await store.discard?.(gone.cid);
      await store.discard?.(UNKNOWN);
      const [leaf = ''] = await leafCids(directory);
      await rm(await blockFile(directory, leaf));
      await store.discard?.(kept.cid);
      expect(await leafCids(directory)).to.deep.equal([]);
      await store.close();
    });
  });

  it('reads no faster than its consumer: memory does not grow with the file', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const { cid } = await store.put(streamOf(someBytes(24 * MiB)));
      let opened = 0;
      const counting = (original: FileFunctions): Partial<FileFunctions> => ({
        open: (...args) => ((opened += 1), original.open(...args)),
      });
      await withFaults(counting, async () => {
        const reading = store.get(cid)[Symbol.asyncIterator]();
        await reading.next();
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(opened).to.be.lessThan(10);
        await reading.return?.();
      });
    });
  });
});

describe('payload: the content store when things fail', () => {
  for (const [name, code] of [
    ['a full disk', 'ENOSPC'],
    ['an exhausted quota', 'EDQUOT'],
  ] as const) {
    it(`reports ${name} as STORE_FULL, whichever write it hits, and leaves nothing`, async () => {
      await inDirectory(async (directory) => {
        const store = await newBlockStore(directory);
        for (const failing of [0, 3, 9]) {
          let writes = 0;
          const faulty = (original: FileFunctions): Partial<FileFunctions> => ({
            open: async (path, flags, mode) => {
              if (flags === 'w' && writes++ === failing) throw errno(code);
              return original.open(path, flags, mode);
            },
          });
          const putting = (): Promise<unknown> => rejection(store.put(streamOf(someBytes(9 * MiB))));
          const error = await withFaults(faulty, putting);
          expectCode(error, 'STORE_FULL');
          expect(await filesBelow(directory), `write ${failing}`).to.deep.equal([]);
        }
      });
    });
  }

  it('shows no root whose blocks are not all there, wherever a crash or error stops the last step', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const file = someBytes(5 * MiB);
      let cid = '';
      for (let failing = 0; cid === ''; failing += 1) {
        let renames = 0;
        const faulty = (original: FileFunctions): Partial<FileFunctions> => ({
          rename: async (from, to) => {
            if (renames++ === failing) throw errno('EIO');
            return original.rename(from, to);
          },
        });
        const outcome = await withFaults(faulty, () =>
          store.put(streamOf(file)).catch((error: unknown) => error as Error),
        );
        if (!(outcome instanceof Error)) cid = outcome.cid;
        else {
          expect(outcome.message).to.include('EIO');
          const names = (await filesBelow(directory)).map((path) => basename(path));
          expect(names.filter((name) => name.startsWith('bafybei'))).to.deep.equal([]);
        }
        expect(failing).to.be.lessThan(10);
      }
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
    });
  });

  it('is on disk before it is findable: every block is synced before the root is renamed', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory);
      const probe = await open(join(directory, 'probe'), 'w');
      const prototype = Object.getPrototypeOf(probe) as Pick<typeof probe, 'datasync' | 'sync'>;
      await probe.close();
      const original = { datasync: prototype.datasync, sync: prototype.sync };
      const steps: string[] = [];
      try {
        prototype.datasync = async function (this: typeof probe) {
          await original.datasync.call(this);
          steps.push('sync block');
        };
        prototype.sync = async function (this: typeof probe) {
          await original.sync.call(this);
          steps.push('sync directory');
        };
        const watching = (from: FileFunctions): Partial<FileFunctions> => ({
          rename: async (before, after) => {
            steps.push(basename(String(after)).startsWith('bafybei') ? 'show root' : 'show block');
            return from.rename(before, after);
          },
        });
        await withFaults(watching, () => store.put(streamOf(someBytes(3 * MiB))));
      } finally {
        Object.assign(prototype, original);
      }
      const order = steps.filter((step, index) => step !== steps[index - 1]);
      expect(order).to.deep.equal([
        'sync block',
        'show block',
        'sync directory',
        'show root',
        'sync directory',
      ]);
      expect(steps.filter((step) => step === 'sync block')).to.have.length(4);
    });
  });

  it('survives a real full disk (a tmpfs of 6 MiB)', async function () {
    await inDirectory(async (directory) => {
      const disk = join(directory, 'disk');
      await mkdir(disk);
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', disk]).status !== 0) {
        console.log('      (skipped: may not mount a tmpfs here)');
        this.skip();
      }
      try {
        const store = await newBlockStore(disk);
        expectCode(await rejection(store.put(streamOf(someBytes(20 * MiB)))), 'STORE_FULL');
        expect(await filesBelow(disk)).to.deep.equal([]);
        const file = someBytes(2 * MiB);
        const { cid } = await store.put(streamOf(file));
        expect((await collect(store.get(cid))).equals(file)).to.equal(true);
      } finally {
        spawnSync('umount', [disk]);
      }
    });
  });

  it('sweeps what kill -9 left, and keeps what was stored before', async () => {
    await inDirectory(async (directory) => {
      const file = someBytes(2 * MiB);
      const { cid } = await (await newBlockStore(directory)).put(streamOf(file));
      await killDuringImport(directory);
      expect(await filesBelow(join(directory, 'incoming'))).to.not.have.length(0);
      const store = await newBlockStore(directory);
      expect(await filesBelow(join(directory, 'incoming'))).to.deep.equal([]);
      expect(await filesBelow(join(directory, 'blocks'))).to.have.length(3);
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
    });
  });
});

/** A process that imports an endless file, killed in the middle of it. */
async function killDuringImport(directory: string): Promise<void> {
  const endless = new URL('./endless-import.ts', import.meta.url).pathname;
  const args = ['--conditions=source', '--import', 'tsx', endless, directory];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await exited;
}

describe('payload: blocks of other members', () => {
  const sourceOf = (blocks: ReadonlyMap<string, Uint8Array>, asked: string[] = []): BlockSource => ({
    block: (cid) => {
      asked.push(cid);
      const bytes = blocks.get(cid);
      const missing = new PayloadError('BLOCK_MISSING', 'not with me');
      return bytes === undefined ? Promise.reject(missing) : Promise.resolve(bytes);
    },
  });

  async function blocksOf(directory: string): Promise<Map<string, Uint8Array>> {
    const blocks = new Map<string, Uint8Array>();
    for (const path of await filesBelow(join(directory, 'blocks')))
      blocks.set(basename(path), await readFile(path));
    return blocks;
  }

  it('are fetched once, verified, kept; block() never asks', async () => {
    await inDirectory(async (directory) => {
      const file = someBytes(5 * MiB + 7);
      const there = join(directory, 'there');
      const { cid } = await (await newBlockStore(there)).put(streamOf(file));
      const asked: string[] = [];
      const empty = sourceOf(new Map());
      const sources = [empty, sourceOf(await blocksOf(there), asked)];
      const store = await newBlockStore(join(directory, 'here'), { sources });
      expectCode(await rejection(store.block(cid)), 'BLOCK_MISSING');
      expect(asked).to.deep.equal([]);
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
      expect(asked).to.have.length(7);
      expect((await collect(store.get(cid))).equals(file)).to.equal(true);
      expect(asked).to.have.length(7);
      expect(await store.has(cid)).to.equal(true);
    });
  });

  it('are refused when the CID does not name them, and the next member is asked', async () => {
    await inDirectory(async (directory) => {
      const file = someBytes(2 * MiB);
      const there = join(directory, 'there');
      const { cid } = await (await newBlockStore(there)).put(streamOf(file));
      const blocks = await blocksOf(there);
      const lies = new Map([...blocks].map(([id, bytes]) => [id, Uint8Array.from(bytes).fill(0, 0, 1)]));
      const lying = sourceOf(lies);
      const alone = await newBlockStore(join(directory, 'alone'), { sources: [lying] });
      expectCode((await collectUntilError(alone.get(cid))).error, 'BLOCK_MISSING');
      expect(await filesBelow(join(directory, 'alone'))).to.deep.equal([]);
      const helped = await newBlockStore(join(directory, 'helped'), { sources: [lying, sourceOf(blocks)] });
      expect((await collect(helped.get(cid))).equals(file)).to.equal(true);
    });
  });
});
