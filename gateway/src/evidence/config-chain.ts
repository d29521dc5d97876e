import { configBlocks, type EvidenceSource } from '../ledger/evidence-source.js';
import { lastConfigOf, organisationsOf, rawBlockOf, type RawBlock } from '../ledger/raw-block.js';
import type { EvidenceArchive } from '../state/evidence-port.js';
import { packBlock, unpackBlock } from './forms.js';

/** The newest block, and every configuration block up to it, oldest first. */
export interface Configuration {
  readonly head: RawBlock;
  readonly blocks: readonly RawBlock[];
}

/** Milliseconds for which the organisations are taken to be the same: an organisation that joins meanwhile is asked a little later. */
const FRESH = 10_000;

/** Follows the configuration of the channel; blocks once seen are kept in the archive. */
export class ConfigChain {
  readonly #source: Pick<EvidenceSource, 'height' | 'block' | 'blockBytes'>;
  readonly #archive: Pick<EvidenceArchive, 'block' | 'keep'>;
  #known: readonly RawBlock[] = [];
  #organisations: { readonly mspIds: readonly string[]; readonly until: number } | undefined;

  constructor(
    source: Pick<EvidenceSource, 'height' | 'block' | 'blockBytes'>,
    archive: Pick<EvidenceArchive, 'block' | 'keep'>,
  ) {
    this.#source = source;
    this.#archive = archive;
  }

  /** Throws LedgerError. */
  async now(): Promise<Configuration> {
    const head = await this.#source.block(await this.#source.height());
    return { head, blocks: await this.upTo(head) };
  }

  /** Configuration blocks up to a header, oldest first; from the archive where they are there. */
  async upTo(head: Omit<RawBlock, 'data'>): Promise<readonly RawBlock[]> {
    const newest = lastConfigOf(head);
    const isKnown = this.#known.some(({ number }) => number === newest);
    if (!isKnown) this.#known = await this.#walk(newest);
    return this.#known.filter(({ number }) => number <= newest);
  }

  /** MSP ids of the application organisations in force, some seconds ago. */
  async organisations(): Promise<readonly string[]> {
    if (this.#organisations !== undefined && Date.now() < this.#organisations.until)
      return this.#organisations.mspIds;
    const newest = (await this.now()).blocks.at(-1);
    const mspIds = newest === undefined ? [] : organisationsOf(newest);
    this.#organisations = { mspIds, until: Date.now() + FRESH };
    return mspIds;
  }

  async #walk(newest: bigint): Promise<readonly RawBlock[]> {
    const blocks: RawBlock[] = [];
    const kept = { block: (number: bigint) => this.#block(number) };
    for await (const block of configBlocks(kept, await this.#block(newest))) blocks.unshift(block);
    return blocks;
  }

  // The block before a configuration block is fetched for its metadata and kept too: without it the chain could not be followed offline.
  async #block(number: bigint): Promise<RawBlock> {
    const kept = await this.#archive.block(number);
    if (kept !== undefined) return rawBlockOf(unpackBlock(kept));
    const bytes = await this.#source.blockBytes(number);
    await this.#archive.keep({ answers: new Map(), blocks: new Map([[number, packBlock(bytes)]]) });
    return rawBlockOf(bytes);
  }
}
