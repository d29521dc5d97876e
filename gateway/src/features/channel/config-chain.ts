import { gunzipSync, gzipSync } from 'node:zlib';
import { configBlocks, type EvidenceSource } from '../../ledger/evidence-source.js';
import { lastConfigOf, rawBlockOf, type RawBlock } from '../../ledger/raw-block.js';
import type { ConfigurationBlocks } from './stores/port.js';

export type RawHeader = Omit<RawBlock, 'data' | 'flags'>;

/** The header of a block, and every configuration block up to it, oldest first. */
export interface Configuration {
  readonly head: RawHeader;
  readonly blocks: readonly RawBlock[];
}

type Source = Pick<EvidenceSource, 'block' | 'blockBytes'>;

/** Headers remembered: files are asked for again and again at the height that a time token names, and at the newest ones. */
const REMEMBERED = 64;

/** Follows the configuration of the channel; blocks once seen are kept. */
export class ConfigChain {
  readonly #source: Source;
  readonly #kept: ConfigurationBlocks;
  readonly #heads = new Map<bigint, RawHeader>();
  #known: readonly RawBlock[] = [];

  constructor(source: Source, kept: ConfigurationBlocks) {
    this.#source = source;
    this.#kept = kept;
  }

  /** As of a block. Throws LedgerError, ChainBroken. */
  async at(number: bigint): Promise<Configuration> {
    const head = await this.#head(number);
    return { head, blocks: await this.upTo(head) };
  }

  /** Configuration blocks up to a header, oldest first; from the archive where they are there. */
  upTo(head: RawHeader): Promise<readonly RawBlock[]> {
    return this.through(lastConfigOf(head));
  }

  /** Configuration blocks up to one of them, oldest first. */
  async through(newest: bigint): Promise<readonly RawBlock[]> {
    const isKnown = this.#known.some(({ number }) => number === newest);
    if (!isKnown) this.#known = await this.#walk(newest);
    return this.#known.filter(({ number }) => number <= newest);
  }

  async #head(number: bigint): Promise<RawHeader> {
    const known = this.#heads.get(number);
    if (known !== undefined) return known;
    const { previousHash, dataHash, signatures } = await this.#source.block(number);
    const head = { number, previousHash, dataHash, signatures };
    const [oldest] = this.#heads.keys();
    if (this.#heads.size >= REMEMBERED && oldest !== undefined) this.#heads.delete(oldest);
    this.#heads.set(number, head);
    return head;
  }

  async #walk(newest: bigint): Promise<readonly RawBlock[]> {
    const blocks: RawBlock[] = [];
    const kept = { block: (number: bigint) => this.#block(number) };
    for await (const block of configBlocks(kept, await this.#block(newest))) blocks.unshift(block);
    return blocks;
  }

  // The block before a configuration block is fetched for its metadata and kept too: without it the chain could not be followed offline.
  async #block(number: bigint): Promise<RawBlock> {
    const kept = await this.#kept.block(number);
    if (kept !== undefined) return rawBlockOf(gunzipSync(kept));
    const bytes = await this.#source.blockBytes(number);
    await this.#kept.keep(number, gzipSync(bytes));
    return rawBlockOf(bytes);
  }
}
