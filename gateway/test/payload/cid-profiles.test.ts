import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exporter } from 'ipfs-unixfs-exporter';
import { importFile as oracleImport } from 'ipfs-unixfs-importer';
import { UnixFS } from 'ipfs-unixfs';
import { expect } from 'chai';
import type { CID } from 'multiformats/cid';
import { encodeUnixFsFile, importFile } from '../../src/payload/file-import.js';
import { CID_PROFILE, parseCid } from '../../src/payload/index.js';
import { collect, expectCode, someBytes, streamOf, thrown } from './fixtures.js';

interface ProfileVectors {
  readonly valid: readonly { name: string; text?: string; seed?: string; bytes: number; cid: string }[];
  readonly nodes: { readonly valid: readonly { name: string; blockSizes: number[]; hex: string }[] };
  readonly invalid: readonly { name: string; cid: string }[];
}

const path = new URL('../../../test/vectors/payload/cid-profiles.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as ProfileVectors;
const MiB = 1024 * 1024;

/** ChaCha20 keystream under SHA-256(seed), as the vectors' inputs are made. */
async function* keystream(seed: string, bytes: number): AsyncGenerator<Uint8Array> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('chacha20', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(MiB);
  for (let left = bytes; left > 0; left -= MiB) {
    yield await Promise.resolve(cipher.update(zeros.subarray(0, Math.min(left, MiB))));
  }
}

const discard = (): Promise<void> => Promise.resolve();

describe('payload: CIDs of profile unixfs-v1-2025', () => {
  for (const { name, text, seed, bytes, cid } of vectors.valid) {
    it(`Kubo's vector ${name}`, async () => {
      const source = seed === undefined ? streamOf(Buffer.from(text ?? '')) : keystream(seed, bytes);
      const imported = await importFile(source, discard);
      expect(imported.cid.toString()).to.equal(cid);
      expect(imported.bytes).to.equal(BigInt(bytes));
    });
  }

  for (const { name, blockSizes, hex } of vectors.nodes.valid) {
    it(`UnixFS node ${name} is what the vector says, and decodes to the same sizes`, () => {
      const data = encodeUnixFsFile(blockSizes);
      expect(Buffer.from(data).toString('hex')).to.equal(hex);
      const { type, blockSizes: decoded } = UnixFS.unmarshal(data);
      expect([type, ...decoded.map(Number)]).to.deep.equal(['file', ...blockSizes]);
    });
  }

  for (const { name, cid } of vectors.invalid) {
    it(`refuses a CID: ${name}`, () => {
      expectCode(
        thrown(() => parseCid(cid)),
        'CID_INVALID',
      );
    });
  }

  it('gives the blocks that ipfs-unixfs-importer gives, and ipfs-unixfs-exporter reads them', async () => {
    for (const size of [0, 1, MiB - 1, MiB, MiB + 1, 2 * MiB, 5 * MiB + 12345]) {
      const file = someBytes(size);
      const [ours, theirs] = [new Map<string, Uint8Array>(), new Map<string, Uint8Array>()];
      const { cid } = await importFile(streamOf(file, [100_000]), async (id, block) => {
        ours.set(id.toString(), await Promise.resolve(block));
      });
      const put = (id: CID, block: unknown): CID => {
        theirs.set(id.toString(), block as Uint8Array);
        return id;
      };
      const oracle = await oracleImport({ content: streamOf(file) }, { put }, { profile: CID_PROFILE });
      expect(cid.toString(), `${size} bytes`).to.equal(oracle.cid.toString());
      expect([...ours.keys()].sort()).to.deep.equal([...theirs.keys()].sort());
      expect((await exported(cid, ours)).equals(file)).to.equal(true);
    }
  });

  it('balances like ipfs-unixfs-importer where a level of 1024 links overflows', async () => {
    // The same zero leaf again and again: 1025 leaves cost no memory, and the graph has three levels.
    const zeros = Buffer.alloc(MiB);
    const file = async function* (): AsyncGenerator<Uint8Array> {
      for (let leaf = 0; leaf < 1025; leaf += 1) yield await Promise.resolve(zeros);
    };
    const { cid } = await importFile(file(), discard);
    const oracle = await oracleImport(
      { content: file() },
      { put: (id: CID) => id },
      { profile: CID_PROFILE },
    );
    expect(cid.toString()).to.equal(oracle.cid.toString());
  });
});

async function exported(cid: CID, blocks: ReadonlyMap<string, Uint8Array>): Promise<Buffer> {
  async function* get(id: CID): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(blocks.get(id.toString()) ?? new Uint8Array());
  }
  const entry = await exporter(cid, { get });
  if (entry.type !== 'file' && entry.type !== 'raw') throw new Error(`not a file: ${entry.type}`);
  return collect(entry.content());
}
