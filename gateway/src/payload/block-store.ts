import type { CID } from 'multiformats/cid';
import { openBlockFiles } from './block-files.js';
import type { Blocks } from './blocks.js';
import { isBlockOf, parseCid } from './cid.js';
import { leavesOf, type Leaf } from './file-graph.js';
import { importFile } from './file-import.js';
import { PayloadError, type BlockSource, type ContentStore, type Stored } from './port.js';

export interface BlockStoreOptions {
  /** Asked in order for blocks that are not here; what they send is verified, then kept. */
  readonly sources?: readonly BlockSource[];
}

// Blocks read ahead of the consumer: hides the disk's or the network's latency, and bounds the memory of a read.
const READ_AHEAD = 4;

/**
 * The embedded content store: verified blocks in a directory. Sweeps what a crash left, so one process a directory.
 */
export async function newBlockStore(
  directory: string,
  { sources = [] }: BlockStoreOptions = {},
): Promise<ContentStore> {
  return newContentStore(await openBlockFiles(directory), sources);
}

/** A content store over blocks, wherever these are. */
export function newContentStore(blocks: Blocks, sources: readonly BlockSource[]): ContentStore {
  return new BlockStore(blocks, sources);
}

/** Every block of a file that is here, nodes before what they link. */
async function blocksOf(root: CID, read: (cid: CID) => Promise<Uint8Array | undefined>): Promise<CID[]> {
  const found = new Map<string, CID>();
  const note = (cid: CID): boolean => found.size < found.set(cid.toString(), cid).size;
  const reading = async (cid: CID): Promise<Uint8Array> => {
    const bytes = await read(cid);
    if (bytes === undefined) throw missing(cid);
    return bytes;
  };
  try {
    for await (const { cid } of leavesOf(root, reading, note)) note(cid);
  } catch (error) {
    // What hangs under a node that is not here cannot be found, and cannot be read as a file either.
    if (!(error instanceof PayloadError) || error.code !== 'BLOCK_MISSING') throw error;
  }
  return [...found.values()];
}

class BlockStore implements ContentStore {
  readonly #blocks: Blocks;
  readonly #sources: readonly BlockSource[];
  readonly #underWay = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(blocks: Blocks, sources: readonly BlockSource[]) {
    this.#blocks = blocks;
    this.#sources = sources;
  }

  async put(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Stored> {
    this.#refuseIfClosed();
    const stored = this.#import(source, signal);
    this.#underWay.add(stored);
    try {
      return await stored;
    } finally {
      this.#underWay.delete(stored);
    }
  }

  async *get(text: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    this.#refuseIfClosed();
    const read = (cid: CID): Promise<Uint8Array> => this.#readOrFetch(cid, signal);
    const ahead: Promise<Uint8Array>[] = [];
    for await (const leaf of leavesOf(parseCid(text), read)) {
      signal?.throwIfAborted();
      ahead.push(handled(readLeaf(leaf, read)));
      const next = ahead.length > READ_AHEAD ? ahead.shift() : undefined;
      if (next !== undefined) yield await next;
    }
    for (const next of ahead) yield await next;
  }

  async block(text: string, signal?: AbortSignal): Promise<Uint8Array> {
    this.#refuseIfClosed();
    signal?.throwIfAborted();
    return this.#readHere(parseCid(text), signal);
  }

  async has(text: string): Promise<boolean> {
    this.#refuseIfClosed();
    const seen = new Set<string>();
    const isNew = (cid: CID): boolean => seen.size < seen.add(cid.toString()).size;
    try {
      for await (const { cid } of leavesOf(parseCid(text), (node) => this.#readHere(node), isNew)) {
        if (!(await this.#blocks.has(cid))) return false;
      }
      return true;
    } catch (error) {
      if (error instanceof PayloadError && error.code === 'BLOCK_MISSING') return false;
      throw error;
    }
  }

  async discard(text: string): Promise<void> {
    this.#refuseIfClosed();
    if (this.#blocks.remove === undefined) return;
    // The root goes last: what a crash leaves can still be found from it.
    const all = await blocksOf(parseCid(text), (cid) => this.#blocks.read(cid));
    for (const cid of all.reverse()) await this.#blocks.remove(cid);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#underWay);
  }

  async #import(source: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<Stored> {
    const blocks = await this.#blocks.begin();
    try {
      const { cid, bytes } = await importFile(source, async (id, block) => {
        signal?.throwIfAborted();
        await blocks.put(id, block);
      });
      await blocks.commit(cid, signal);
      return { cid: cid.toString(), bytes };
    } catch (error) {
      await blocks.discard();
      throw error;
    }
  }

  async #readHere(cid: CID, signal?: AbortSignal): Promise<Uint8Array> {
    const bytes = await this.#blocks.read(cid, signal);
    if (bytes === undefined) throw missing(cid);
    return bytes;
  }

  async #readOrFetch(cid: CID, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const bytes = await this.#blocks.read(cid, signal);
    return bytes ?? (await this.#fetch(cid, signal));
  }

  async #fetch(cid: CID, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const causes: unknown[] = [];
    for (const source of this.#sources) {
      const answer = await source.block(cid.toString(), signal).catch((error: unknown) => ({ error }));
      signal?.throwIfAborted();
      if (answer instanceof Uint8Array && isBlockOf(cid, answer)) {
        await this.#blocks.keep(cid, answer);
        return answer;
      }
      causes.push(answer instanceof Uint8Array ? 'bytes that the CID does not name' : answer.error);
    }
    throw missing(cid, causes);
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new PayloadError('STORE_CLOSED', 'the content store is closed');
  }
}

async function readLeaf({ cid, bytes }: Leaf, read: (cid: CID) => Promise<Uint8Array>): Promise<Uint8Array> {
  const block = await read(cid);
  if (bytes !== undefined && BigInt(block.length) !== bytes) {
    throw new PayloadError('NOT_A_FILE', `the block ${cid.toString()} is not as long as its parent says`);
  }
  return block;
}

/** A block that was read ahead and is not asked for any more must not become an unhandled rejection. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function missing(cid: CID, causes: readonly unknown[] = []): PayloadError {
  const where = causes.length === 0 ? 'not here' : 'neither here nor with the other members asked';
  return new PayloadError('BLOCK_MISSING', `the block ${cid.toString()} is ${where}`, { cause: causes });
}
