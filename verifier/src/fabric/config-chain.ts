import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Signatures } from '../crypto/signature.js';
import { rejectUnless } from '../rejection.js';
import { headerHash, signaturesOf, type Block, type BlockHeader } from './block.js';
import { configIn } from './config-block.js';
import { readConfig } from './config.js';
import type { ChannelConfig } from './identity.js';
import { checkOrderers, type OrderedBlock } from './orderers.js';

interface Link {
  readonly number: bigint;
  readonly headerHash: Uint8Array;
  readonly config: ChannelConfig;
}

/** Where a chain starts, from outside the evidence. */
export interface ChainTrust {
  /** SHA-256 of the header of block 0, `sha256:` and hex. */
  readonly genesis: string;
  readonly channel: string;
  /** Orderer signatures asked for beyond the consensus' own number. */
  readonly minOrdererSignatures: number;
}

export interface ChainOptions {
  /**
   * Whether signatures that do not count are refused, and not only passed over as the ledger does: whoever puts a file together can leave
   * them out, and then every byte of it means something.
   */
  readonly refusesIdle?: boolean;
}

/**
 * The configurations of a channel, one after the other, from the block that is trusted. Each is set in force by the orderers of the one
 * before, so whoever controls today's configuration cannot rewrite yesterday's.
 */
export class ConfigChain {
  readonly #links: Link[] = [];
  readonly #trust: ChainTrust;
  readonly #signatures: Signatures;
  readonly #refusesIdle: boolean;

  private constructor(trust: ChainTrust, signatures: Signatures, { refusesIdle = false }: ChainOptions) {
    this.#trust = trust;
    this.#signatures = signatures;
    this.#refusesIdle = refusesIdle;
  }

  /**
   * Nobody signs block 0: its hash is what is trusted. @throws Rejection GENESIS_DIFFERS, and those of `configIn` and `readConfig`
   */
  static async begin(
    genesis: Block,
    trust: ChainTrust,
    signatures: Signatures,
    options: ChainOptions = {},
  ): Promise<ConfigChain> {
    const found = `sha256:${bytesToHex(headerHash(genesis))}`;
    const isTrusted = genesis.number === 0n && found === trust.genesis;
    rejectUnless(isTrusted, 'GENESIS_DIFFERS', { trusted: trust.genesis, found });
    const chain = new ConfigChain(trust, signatures, options);
    chain.#link(genesis);
    return Promise.resolve(chain);
  }

  /** The configuration that the newest block known sets in force. */
  get newest(): ChannelConfig {
    return this.#newest.config;
  }

  /** Numbers of the configuration blocks, ascending. */
  get numbers(): readonly bigint[] {
    return this.#links.map(({ number }) => number);
  }

  /** Roots (`ChannelConfig.rootsOf`) that an organisation had where it first stands in the chain; none where it never does. @throws Rejection */
  firstRootsOf(mspId: string): readonly string[] {
    for (const { config } of this.#links) {
      const roots = config.rootsOf(mspId);
      if (roots !== undefined) return roots;
    }
    return [];
  }

  /**
   * The next configuration block, judged under the configuration before it.
   * @throws Rejection SEQUENCE_BROKEN, CONFIG_NOT_IN_FORCE, PREVIOUS_HASH_DIFFERS, UNUSED_MATERIAL, and those of `checkOrderers`, `configIn`, `readConfig`
   */
  async append(block: Block): Promise<ChannelConfig> {
    const before = this.#newest;
    const facts = { block: `${block.number}` };
    rejectUnless(block.number > before.number, 'SEQUENCE_BROKEN', facts);
    const isNext = block.number === before.number + 1n;
    const isLinked = !isNext || equalBytes(block.previousHash, before.headerHash);
    rejectUnless(isLinked, 'PREVIOUS_HASH_DIFFERS', facts);
    const { lastConfig } = await this.#checkOrderers(block, signaturesOf(block), before.config);
    rejectUnless(lastConfig === block.number, 'CONFIG_NOT_IN_FORCE', {
      ...facts,
      lastConfig: `${lastConfig}`,
    });
    return this.#link(block);
  }

  /**
   * The configuration that block `number` was judged under: that of the newest configuration block before it.
   * @throws Rejection CONFIG_NOT_IN_FORCE for block 0, which nothing comes before
   */
  inForceAt(number: bigint): ChannelConfig {
    return this.#before(number).config;
  }

  /**
   * That orderers signed a header, and with it that the configuration block this chain has in force there is the newest of the ledger.
   * @throws Rejection CONFIG_NOT_IN_FORCE, UNUSED_MATERIAL, and those of `checkOrderers`
   */
  async checkHeader(header: BlockHeader, signaturesMetadata: Uint8Array): Promise<OrderedBlock> {
    const { number, config } = this.#before(header.number);
    const isConfig = this.#links[this.#countBefore(header.number)]?.number === header.number;
    const ordered = await this.#checkOrderers(header, signaturesMetadata, config);
    rejectUnless(ordered.lastConfig === (isConfig ? header.number : number), 'CONFIG_NOT_IN_FORCE', {
      block: `${header.number}`,
      known: `${number}`,
      lastConfig: `${ordered.lastConfig}`,
    });
    return ordered;
  }

  /**
   * The same for a header behind everything in the chain: no configuration block up to it is missing.
   * @throws Rejection as `checkHeader`
   */
  async checkHead(header: BlockHeader, signaturesMetadata: Uint8Array): Promise<OrderedBlock> {
    const { number } = this.#newest;
    const facts = { head: `${header.number}`, known: `${number}` };
    rejectUnless(header.number >= number && header.number > 0n, 'CONFIG_NOT_IN_FORCE', facts);
    return this.checkHeader(header, signaturesMetadata);
  }

  get #newest(): Link {
    const newest = this.#links.at(-1);
    if (!newest) throw new Error('a chain begins with a block');
    return newest;
  }

  #before(number: bigint): Link {
    const link = this.#links[this.#countBefore(number) - 1];
    rejectUnless(link !== undefined, 'CONFIG_NOT_IN_FORCE', { block: `${number}` });
    return link;
  }

  // By halves: members may have made thousands of configurations, and this is asked for every block and transaction.
  #countBefore(number: bigint): number {
    let [low, high] = [0, this.#links.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#links[middle]?.number ?? number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #checkOrderers(
    header: BlockHeader,
    metadata: Uint8Array,
    config: ChannelConfig,
  ): Promise<OrderedBlock> {
    const { minOrdererSignatures } = this.#trust;
    const ordered = await checkOrderers(header, metadata, config, this.#signatures, minOrdererSignatures);
    const facts = { block: `${header.number}`, idle: `${ordered.idle}` };
    rejectUnless(!this.#refusesIdle || ordered.idle === 0, 'UNUSED_MATERIAL', facts);
    return ordered;
  }

  #link(block: Block): ChannelConfig {
    const config = readConfig(configIn(block, this.#trust.channel), this.#signatures);
    const before = this.#links.at(-1)?.config.sequence;
    rejectUnless(before === undefined || config.sequence === before + 1n, 'SEQUENCE_BROKEN', {
      block: `${block.number}`,
      sequence: `${config.sequence}`,
    });
    this.#links.push({ number: block.number, headerHash: headerHash(block), config });
    return config;
  }
}
