import { digestOf, type Digest } from '@tallystick/chaincode/model';
import { headerBytes, readBlock, flagsOf } from '../src/fabric/block.js';
import {
  EMPTY_STATE,
  foldBlock,
  MemoryTrees,
  plantBlock,
  StateOverlay,
  type FoldedTransaction,
  type LedgerEnvelopes,
} from '../src/fold/index.js';
import type { CheckpointBody } from '@tallystick/chaincode/model';

export const envelopesOf = (bytes: Uint8Array): LedgerEnvelopes => {
  const block = readBlock(bytes);
  return {
    number: Number(block.number),
    hash: digestOf(headerBytes(block)),
    envelopes: block.data,
    codes: flagsOf(block),
  };
};

/** A ledger folded from its beginning. */
export class Folding {
  readonly transactions: FoldedTransaction[] = [];
  readonly bodies: CheckpointBody[] = [];
  readonly state = new StateOverlay(EMPTY_STATE);
  readonly trees = new MemoryTrees({ isHistoric: true });
  readonly #chaincode: string;
  #genesis: Digest | undefined;

  constructor(chaincode = 'tallystick') {
    this.#chaincode = chaincode;
  }

  async take(blocks: readonly Uint8Array[]): Promise<this> {
    for (const bytes of blocks.slice(this.bodies.length)) {
      const block = envelopesOf(bytes);
      this.#genesis ??= block.hash;
      const folded = await foldBlock(block, this.state, { chaincode: this.#chaincode });
      this.transactions.push(...folded.transactions);
      this.bodies.push(plantBlock(folded, this.trees, { channel: 'ledger', genesis: this.#genesis }));
    }
    return this;
  }

  /** Keys that stand otherwise on Fabric. */
  standing(): string[] {
    return [...this.state.standings()].flatMap(([key, digest]) => (digest === undefined ? [] : [key])).sort();
  }
}
