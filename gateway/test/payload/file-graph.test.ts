import * as dagPb from '@ipld/dag-pb';
import { expect } from 'chai';
import { UnixFS } from 'ipfs-unixfs';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { cidOf } from '../../src/payload/cid.js';
import { leavesOf } from '../../src/payload/file-graph.js';
import { newBlockStore, type BlockSource } from '../../src/payload/index.js';
import { collectUntilError, expectCode, inDirectory, someBytes } from './fixtures.js';

/** Graphs as a hostile member could publish them: every block fits its CID, the whole is no file. */
class Graph {
  readonly blocks = new Map<string, Uint8Array>();

  leaf(bytes: Uint8Array): CID {
    return this.#add(raw.code, bytes);
  }

  node(links: readonly { cid: CID; size: number }[], file: UnixFS | undefined): CID {
    const Links = links.map(({ cid, size }) => ({ Name: '', Hash: cid, Tsize: size }));
    const node = file === undefined ? { Links } : { Data: file.marshal(), Links };
    return this.#add(dagPb.code, dagPb.encode(node));
  }

  file(links: readonly { cid: CID; size: number }[]): CID {
    return this.node(links, fileOf(links.map(({ size }) => size)));
  }

  undecodable(): CID {
    return this.#add(dagPb.code, Buffer.from('ffffffff', 'hex'));
  }

  source(): BlockSource & { asked: number } {
    const source = {
      asked: 0,
      block: (cid: string): Promise<Uint8Array> => {
        source.asked += 1;
        const bytes = this.blocks.get(cid);
        return bytes === undefined ? Promise.reject(new Error('none')) : Promise.resolve(bytes);
      },
    };
    return source;
  }

  #add(codec: number, bytes: Uint8Array): CID {
    const cid = cidOf(codec, bytes);
    this.blocks.set(cid.toString(), bytes);
    return cid;
  }
}

function fileOf(
  sizes: readonly number[],
  options: ConstructorParameters<typeof UnixFS>[0] = { type: 'file' },
): UnixFS {
  const file = new UnixFS(options);
  for (const size of sizes) file.addBlockSize(BigInt(size));
  return file;
}

describe('payload: graphs that are no files', () => {
  const graph = new Graph();
  const leaf = { cid: graph.leaf(someBytes(10)), size: 10 };
  const other = { cid: graph.leaf(someBytes(20)), size: 20 };
  const deep = (levels: number): CID => {
    let { cid } = leaf;
    for (let level = 0; level < levels; level += 1) cid = graph.file([{ cid, size: leaf.size }]);
    return cid;
  };
  const v0 = cidOf(dagPb.code, someBytes(3)).toV0();
  const hostile: Readonly<Record<string, CID>> = {
    'a node that cannot be decoded': graph.undecodable(),
    'a node without UnixFS data': graph.node([leaf], undefined),
    'a directory': graph.node([leaf], new UnixFS({ type: 'directory' })),
    'a node of another type, with sizes that fit its links': graph.node(
      [leaf],
      fileOf([10], { type: 'raw' }),
    ),
    'a leaf in a node': graph.node([], new UnixFS({ type: 'file', data: someBytes(5) })),
    'a node with links and data of its own': graph.node(
      [leaf],
      fileOf([10], { type: 'file', data: someBytes(5) }),
    ),
    'a node without links': graph.node([], fileOf([])),
    'fewer sizes than links': graph.node([leaf, other], fileOf([10])),
    'more sizes than links': graph.node([leaf], fileOf([10, 20])),
    'a leaf shorter than its parent says': graph.file([leaf, { ...other, size: 21 }]),
    'a leaf longer than its parent says': graph.file([leaf, { ...other, size: 19 }]),
    'a subtree with another size than its parent says': graph.file([
      { cid: graph.file([leaf, other]), size: 31 },
    ]),
    'a link of CID version 0': graph.file([{ cid: v0, size: 10 }]),
    'a link of another codec': graph.file([{ cid: cidOf(0x71, someBytes(3)), size: 10 }]),
    'more levels than a file can have': deep(5),
    'very many levels': deep(500),
  };

  for (const [name, cid] of Object.entries(hostile)) {
    it(`refuses ${name}`, async () => {
      await inDirectory(async (directory) => {
        const store = await newBlockStore(directory, { sources: [graph.source()] });
        const { error } = await collectUntilError(store.get(cid.toString()));
        expectCode(error, 'NOT_A_FILE');
      });
    });
  }

  it('reads four levels, and a leaf that occurs twice', async () => {
    await inDirectory(async (directory) => {
      const store = await newBlockStore(directory, { sources: [graph.source()] });
      const { bytes, error } = await collectUntilError(store.get(deep(4).toString()));
      expect([error, bytes.length]).to.deep.equal([undefined, 10]);
      const twice = await collectUntilError(store.get(graph.file([leaf, other, leaf]).toString()));
      expect([twice.error, twice.bytes.length]).to.deep.equal([undefined, 40]);
    });
  });

  describe('one that unfolds without end: four levels of 1000 links to the same child, 10^12 leaves in five blocks', () => {
    let { cid, size } = leaf;
    for (let level = 0; level < 4; level += 1) {
      const [child, childSize] = [cid, size];
      cid = graph.file(Array.from({ length: 1000 }, () => ({ cid: child, size: childSize })));
      size *= 1000;
    }

    it('is walked only as far as it is read', async () => {
      const read = (id: CID): Promise<Uint8Array> =>
        Promise.resolve(graph.blocks.get(id.toString()) ?? expect.fail('unknown block'));
      let leaves = 0;
      for await (const _ of leavesOf(cid, read)) if ((leaves += 1) === 5000) break;
      expect(leaves).to.equal(5000);
    });

    it('does not keep has() busy', async () => {
      await inDirectory(async (directory) => {
        const store = await newBlockStore(directory, { sources: [graph.source()] });
        const reading = store.get(cid.toString())[Symbol.asyncIterator]();
        await reading.next();
        await reading.return?.();
        expect(await store.has(cid.toString())).to.equal(true);
      });
    });
  });
});
