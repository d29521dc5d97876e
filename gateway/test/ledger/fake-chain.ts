import { common } from '@hyperledger/fabric-protos';
import { syntheticBlock } from './synthetic.js';

export interface Commit {
  readonly code: number;
  readonly block: number;
  readonly envelope: Uint8Array;
}

/** What an orderer says to an envelope; a BFT one knows those that it has just taken. */
type OrdererAnswer = 'taken' | 'request already processed';

/** The chain that orderers make, shared by the peers of a network. Every envelope that is taken becomes a block of its own. */
export interface FakeChain {
  readonly blocks: readonly common.Block[];
  /** First copies, by transaction id. */
  readonly commits: ReadonlyMap<string, Commit>;
  /** BFT orderers refuse a second copy; Raft orderers put it into a block, where it is a duplicate. */
  isBft: boolean;
  /** Validation codes of the next submissions; VALID afterwards. */
  judge(...codes: readonly number[]): void;
  order(txId: string, envelope: Uint8Array): OrdererAnswer;
  append(envelopes: readonly Uint8Array[], flags: readonly number[]): void;
  /** Resolves with the next block, or when `wake` is called. */
  changed(): Promise<void>;
  wake(): void;
}

const DUPLICATE_TXID = 9;

export function newFakeChain(): FakeChain {
  const blocks: common.Block[] = [];
  const commits = new Map<string, Commit>();
  const codes: number[] = [];
  let wakers: (() => void)[] = [];
  let previousHash: Uint8Array = new Uint8Array();

  const chain: FakeChain = {
    blocks,
    commits,
    isBft: false,
    judge: (...more) => void codes.push(...more),
    order(txId, envelope) {
      if (commits.has(txId)) {
        if (chain.isBft) return 'request already processed';
        chain.append([envelope], [DUPLICATE_TXID]);
        return 'taken';
      }
      const code = codes.shift() ?? 0;
      commits.set(txId, { code, block: blocks.length, envelope });
      chain.append([envelope], [code]);
      return 'taken';
    },
    append(envelopes, flags) {
      const made = syntheticBlock(BigInt(blocks.length), previousHash, envelopes, flags);
      previousHash = made.hash;
      blocks.push(made.block);
      chain.wake();
    },
    changed: () => new Promise((resolve) => wakers.push(resolve)),
    wake() {
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    },
  };
  return chain;
}
