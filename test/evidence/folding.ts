import {
  digestOfHash,
  hashOfDigest,
  proveInclusion,
  proveMap,
  type CheckpointBody,
  type Digest,
  type Hash,
  type MapKey,
  type MapProof,
} from '@tallystick/chaincode/model';
import { headerHash } from '../../verifier/src/fabric/block.js';
import {
  foldBlock,
  MemoryTrees,
  NOTHING_IN_FORCE,
  plantBlock,
  StateOverlay,
  type EffectiveState,
  type FoldedTransaction,
} from '../../verifier/src/fold/index.js';
import type { Blocks } from './blocks.js';
import { CHAINCODE } from './configuration.js';
import type { DraftBlock } from './draft.js';

const hashOf = (block: Omit<DraftBlock, 'signatures'>): Digest =>
  digestOfHash(headerHash({ ...block, number: BigInt(block.number) }));

/** A transaction of the fold, with its place in the log and its envelope. */
export interface Folded extends FoldedTransaction {
  readonly position: number;
  readonly raw: Uint8Array;
}

/** The fold of the rules over a ledger, as every honest organisation has it: leaves, trees, and a body for each height. */
export class Folding {
  readonly transactions: Folded[] = [];
  /** By height. */
  readonly bodies: CheckpointBody[] = [];
  readonly trees = new MemoryTrees({ isHistoric: true });
  readonly #blocks: Blocks;
  readonly #channel: string;
  readonly #texts = new Map<string, string>();
  readonly #standings = new Map<string, Digest | null>();
  #inForce = NOTHING_IN_FORCE;
  readonly #foldBlock: typeof foldBlock;
  #busy: Promise<this> | undefined;

  /** @param fold in place of the rules', what liars agree to take for it */
  constructor(blocks: Blocks, channel: string, fold = foldBlock) {
    this.#blocks = blocks;
    this.#channel = channel;
    this.#foldBlock = fold;
  }

  async caughtUp(): Promise<this> {
    await this.#busy;
    this.#busy = this.#catchUp();
    return this.#busy;
  }

  /** Effective text at present. */
  text(key: string): string | undefined {
    return this.#texts.get(key);
  }

  /** Keys whose text on Fabric is not the effective one. */
  get diverging(): readonly string[] {
    return [...this.#standings.keys()].sort();
  }

  get height(): number {
    return this.bodies.length - 1;
  }

  /** Effective text at a height. */
  textAt(key: string, height: number): string | undefined {
    return this.writersOf(key, height).at(-1)?.writes.get(key);
  }

  /** Transactions that wrote a key, effectively. */
  writersOf(key: string, height = this.height): readonly Folded[] {
    return this.transactions.filter(({ writes, leaf }) => leaf.block <= height && writes.has(key));
  }

  inclusion(position: number, height: number): Hash[] {
    return proveInclusion(this.trees.logReader(), position, this.bodies[height]!.size);
  }

  mapProof(height: number, keys: readonly MapKey[]): MapProof {
    return proveMap(hashOfDigest(this.bodies[height]!.map), keys, this.trees.nodes);
  }

  async #catchUp(): Promise<this> {
    const { all } = this.#blocks;
    while (this.bodies.length < all.length) await this.#fold(this.bodies.length);
    return this;
  }

  async #fold(number: number): Promise<void> {
    const block = this.#blocks.all[number]!;
    const overlay = new StateOverlay(this.#state);
    const codes = this.#blocks.codes[number]!;
    const envelopes = { number, hash: hashOf(block), envelopes: block.data, codes };
    const folded = await this.#foldBlock(envelopes, overlay, { chaincode: CHAINCODE });
    const ledger = { channel: this.#channel, genesis: hashOf(this.#blocks.all[0]!) };
    const body = plantBlock(folded, this.trees, ledger);
    for (const [index, each] of folded.transactions.entries())
      this.transactions.push({ ...each, position: this.transactions.length, raw: block.data[index]! });
    for (const [key, text] of overlay.texts()) this.#texts.set(key, text);
    for (const [key, standing] of overlay.standings())
      if (standing === undefined) this.#standings.delete(key);
      else this.#standings.set(key, standing);
    this.#inForce = overlay.inForce();
    this.bodies.push(body);
  }

  readonly #state: EffectiveState = {
    text: (key) => this.#texts.get(key),
    standing: (key) => this.#standings.get(key),
    inForce: () => this.#inForce,
  };
}
