import type { common } from '@hyperledger/fabric-protos';
import type { Version } from '../../network/src/wire/index.js';
import { headerHash } from '../../verifier/src/fabric/block.js';
import { bftQuorum } from '../../verifier/src/fabric/orderers.js';
import { bftSignatures, raftSignatures, sha256 } from '../../verifier/test/fabric-parties.js';
import { configTransaction, type Members } from './configuration.js';
import type { DraftBlock } from './draft.js';
import type { Person } from './parties.js';

type Configuration = (members: Members) => common.ConfigGroup;

/** An unsigned block while transactions still come in. */
interface Cut {
  readonly number: number;
  readonly data: Uint8Array[];
  readonly codes: number[];
}

/** The blocks of a channel, ordered and signed as its consensus does. */
export class Blocks {
  members: Members;
  readonly all: DraftBlock[] = [];
  readonly configs: DraftBlock[] = [];
  /** Validation codes of each block: what Fabric keeps in metadata that nobody signs. */
  readonly codes: Uint8Array[] = [];
  readonly #channel: string;
  readonly #configuration: Configuration;
  #open: Cut | undefined;
  #isHeld = false;

  constructor(channel: string, members: Members, configuration: Configuration) {
    this.#channel = channel;
    this.members = members;
    this.#configuration = configuration;
    this.#close([configTransaction(channel, configuration(members), 0)], true);
  }

  get genesisHash(): string {
    return `sha256:${Buffer.from(hashOf(this.all[0]!)).toString('hex')}`;
  }

  /** Transactions go into one block until it is cut. */
  hold(): void {
    this.#isHeld = true;
  }

  cut(): void {
    this.#isHeld = false;
    if (this.#open) this.#close(this.#open.data, false, this.#open.codes);
    this.#open = undefined;
  }

  /** Where the transaction came to stand. */
  add(envelope: Uint8Array, code = 0): Version {
    this.#open ??= { number: this.all.length, data: [], codes: [] };
    const { number, data, codes } = this.#open;
    const transaction = data.push(envelope) - 1;
    codes.push(code);
    if (!this.#isHeld) this.cut();
    return { block: number, transaction };
  }

  /** Sets other members in force. */
  reconfigure(members: Members): void {
    const [first] = this.members.orderers;
    const next = this.#configuration(members);
    this.#close([configTransaction(this.#channel, next, this.configs.length, first!.people.orderer)], true);
    this.members = members;
  }

  /** Orderers' signatures of a header, by the members before. */
  sign(block: Omit<DraftBlock, 'signatures'>, lastConfig: bigint, orderers = this.quorum): Uint8Array {
    const header = { ...block, number: BigInt(block.number) };
    const { all } = this;
    if (block.number === '0' || all.length === 0) return new Uint8Array();
    const isByzantine = this.members.orderers.length > 1;
    return isByzantine
      ? bftSignatures(header, lastConfig, orderers)
      : raftSignatures(
          header,
          lastConfig,
          orderers.map(([, each]) => each),
        );
  }

  /** As many orderers as must sign, with their numbers. */
  get quorum(): (readonly [number, Person])[] {
    const { orderers } = this.members;
    const needed = orderers.length > 1 ? bftQuorum(orderers.length) : 1;
    return orderers.slice(0, needed).map(({ people }, index) => [index + 1, people.orderer] as const);
  }

  #close(data: readonly Uint8Array[], isConfig: boolean, codes: readonly number[] = [0]): void {
    const previous = this.all.at(-1);
    const number = `${this.all.length}`;
    const header = {
      number,
      previousHash: previous ? hashOf(previous) : new Uint8Array(),
      dataHash: sha256(...data),
      data: [...data],
    };
    const lastConfig = isConfig ? BigInt(number) : BigInt(this.configs.at(-1)!.number);
    const block = { ...header, signatures: this.sign(header, lastConfig) };
    this.all.push(block);
    this.codes.push(Uint8Array.from(codes));
    if (isConfig) this.configs.push(block);
  }
}

const hashOf = (block: DraftBlock): Uint8Array => headerHash({ ...block, number: BigInt(block.number) });
