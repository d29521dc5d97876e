import {
  digestOf,
  digestOfHash,
  EMPTY_MAP,
  leafHash,
  LogFrontier,
  writesRoot,
  type CheckpointBody,
  type Hash,
  type Leaf,
} from '@tallystick/chaincode/model';
import type { LoggedLeaf } from '../../src/projection/port.js';

/** What a block is made of, in a told history: the word makes it another. */
export interface ToldBlock {
  readonly word: string;
  /** Another map over the same log. */
  readonly map?: string;
}

export const CHANNEL = 'tallystick';

function leafOf(block: number, index: number, word: string): Leaf {
  const envelope = digestOf(`${word} ${block} ${index}`);
  const txId = envelope.slice('sha256:'.length);
  return { block, index, txId, envelope, code: 0, verdict: 'REPLAYED', flags: [], writes: writesRoot([]) };
}

/** A projection's trees as a test tells them: two leaves in each block, bodies over a real log. */
export class ToldTrees {
  readonly #blocks: ToldBlock[] = [];
  readonly #listeners = new Set<(number: bigint) => void>();
  readonly kept = new Set<number>();
  /** Heights that are not kept any more. */
  readonly gone = new Set<number>();
  readonly #bodies: CheckpointBody[] = [];
  readonly #leaves: Leaf[] = [];
  /** Of the log before each block. */
  readonly #peaks: (readonly Hash[])[] = [];

  constructor(length = 0, word = 'honest') {
    this.grow(length, { word });
  }

  /** Adds blocks, and tells of each. */
  grow(count: number, block: ToldBlock = { word: 'honest' }): this {
    for (let at = 0; at < count; at += 1) {
      this.#blocks.push(block);
      this.#fold(this.#blocks.length - 1);
      this.#tell(this.#bodies.length - 1);
    }
    return this;
  }

  /** Made anew from a height on, with other blocks: as a rebuild with other software does. */
  refold(from: number, block: ToldBlock): void {
    if (from >= this.#blocks.length) return;
    for (let at = from; at < this.#blocks.length; at += 1) this.#blocks[at] = block;
    this.#fold(from);
    for (let at = 0; at < this.#bodies.length; at += 1) this.#tell(at);
  }

  height(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#bodies.length - 1));
  }

  body(height: number): Promise<CheckpointBody | undefined> {
    return Promise.resolve(this.gone.has(height) ? undefined : this.#bodies[height]);
  }

  newestBody(): Promise<CheckpointBody | undefined> {
    return Promise.resolve(this.#bodies.at(-1));
  }

  keepBody(height: number): Promise<void> {
    this.kept.add(height);
    return Promise.resolve();
  }

  leaves(from: number, limit: number): Promise<readonly LoggedLeaf[]> {
    const found = this.#leaves.slice(from, from + limit);
    return Promise.resolve(found.map((leaf, index) => ({ position: from + index, leaf })));
  }

  onBlock(listener: (number: bigint) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(height: number): void {
    for (const listener of this.#listeners) listener(BigInt(height));
  }

  #fold(from: number): void {
    this.#leaves.length = from * 2;
    this.#bodies.length = from;
    const log = new LogFrontier(from * 2, this.#peaks[from] ?? []);
    for (let height = from; height < this.#blocks.length; height += 1) {
      const { word = '', map = '' } = this.#blocks[height] ?? {};
      for (const index of [0, 1]) {
        const leaf = leafOf(height, index, word);
        this.#leaves.push(leaf);
        log.append(leafHash(leaf));
      }
      this.#peaks[height + 1] = [...log.peaks];
      this.#bodies.push({
        channel: CHANNEL,
        genesis: digestOf('genesis'),
        height,
        block: digestOf(`${word} block ${height}`),
        size: log.size,
        log: digestOfHash(log.root()),
        map: map === '' ? digestOfHash(EMPTY_MAP) : digestOf(map),
        editions: digestOf('editions'),
      });
    }
  }
}
