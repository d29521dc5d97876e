import * as dagPb from '@ipld/dag-pb';
import { varint } from 'multiformats';
import type { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { cidOf } from './cid.js';
import { inPieces } from './pieces.js';

/**
 * Files to blocks in profile unixfs-v1-2025 (IPIP-499): raw leaves of 1 MiB, balanced dag-pb nodes of 1024 links, CIDv1
 * with sha2-256. ipfs-unixfs-importer 17.1.1 is the oracle of the tests and not used here: protons-runtime below it
 * encodes a length from 2 GiB to 4 GiB wrongly, so a file of that size would get a root that no reader can decode.
 */
export type PutBlock = (cid: CID, bytes: Uint8Array) => Promise<void>;

const LEAF_BYTES = 1024 * 1024;
const MAX_LINKS = 1024;

/** A subtree, as its parent will link to it. */
interface Branch {
  readonly cid: CID;
  /** Length of the part of the file below it. */
  readonly fileBytes: number;
  /** Length of all its blocks. */
  readonly treeBytes: number;
}

/** Puts the blocks of a file, each parent after its children; the last one put is the root. */
export async function importFile(
  source: AsyncIterable<Uint8Array>,
  put: PutBlock,
): Promise<{ readonly cid: CID; readonly bytes: bigint }> {
  const tree = new BalancedTree(put);
  for await (const { bytes } of inPieces(source, LEAF_BYTES)) await tree.addLeaf(bytes);
  const { cid, fileBytes } = await tree.root();
  return { cid, bytes: BigInt(fileBytes) };
}

class BalancedTree {
  readonly #put: PutBlock;
  /** Branches that still lack a parent, leaves first; at most 1024 a level. */
  readonly #levels: Branch[][] = [];

  constructor(put: PutBlock) {
    this.#put = put;
  }

  async addLeaf(bytes: Uint8Array): Promise<void> {
    const cid = cidOf(raw.code, bytes);
    await this.#put(cid, bytes);
    await this.#add({ cid, fileBytes: bytes.length, treeBytes: bytes.length }, 0);
  }

  /** Closes all levels. A file of one leaf is that leaf; everywhere else a lone branch still gets a parent. */
  async root(): Promise<Branch> {
    for (let level = 0; ; level += 1) {
      const branches = this.#levels[level] ?? [];
      const [only] = branches;
      if (only !== undefined && branches.length === 1 && level === this.#levels.length - 1) return only;
      if (only !== undefined) await this.#close(level);
    }
  }

  async #add(branch: Branch, level: number): Promise<void> {
    const branches = (this.#levels[level] ??= []);
    branches.push(branch);
    if (branches.length === MAX_LINKS) await this.#close(level);
  }

  async #close(level: number): Promise<void> {
    const branches = this.#levels[level] ?? [];
    this.#levels[level] = [];
    const block = encodeNode(branches);
    const cid = cidOf(dagPb.code, block);
    await this.#put(cid, block);
    const fileBytes = sum(branches.map((branch) => branch.fileBytes));
    const treeBytes = block.length + sum(branches.map((branch) => branch.treeBytes));
    await this.#add({ cid, fileBytes, treeBytes }, level + 1);
  }
}

function encodeNode(branches: readonly Branch[]): Uint8Array {
  const links = branches.map(({ cid, treeBytes }) => ({ Name: '', Hash: cid, Tsize: treeBytes }));
  const data = encodeUnixFsFile(branches.map(({ fileBytes }) => fileBytes));
  return dagPb.encode({ Data: data, Links: links });
}

/** UnixFS `Data` of an inner node of a file: Type = File, filesize, blocksizes (specs.ipfs.tech/unixfs). */
export function encodeUnixFsFile(blockSizes: readonly number[]): Uint8Array {
  const [type, fileSize, blockSize] = [0x08, 0x18, 0x20];
  const fields = [field(type, 2), field(fileSize, sum(blockSizes))];
  return Buffer.concat([...fields, ...blockSizes.map((size) => field(blockSize, size))]);
}

function field(tag: number, value: number): Uint8Array {
  return varint.encodeTo(value, Uint8Array.of(tag, ...new Uint8Array(varint.encodingLength(value))), 1);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
