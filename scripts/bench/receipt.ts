import { common } from '@hyperledger/fabric-protos';
import { foldBlock, type FoldedBlock } from '@tallystick/verifier/fold';
import { newBlockDecoder } from '../../gateway/src/ledger/block.js';
import { median, rounded } from './figures.js';
import { followed, spentOn, type Fold } from './follower.js';
import { onUsesLedger, type Load } from './uses-ledger.js';

const LOAD: Load = { uses: 680, perBlock: 20, perTransaction: 1 };
const RUNS = 7;

/** Processor time of a receipt (request, answer and acknowledgement) at one organisation, in milliseconds; the replay is not in it. */
export interface ReceiptCost {
  /** Rows, log, map, lists and bodies, written to the database. */
  readonly ms: number;
  /** What a gateway has always had to do with a block: read it and check its submitters. Not in `ms`. */
  readonly readingMs: number;
}

/** Hands out what was folded before, so that the replay costs nothing the second time. */
function recorded(blocks: ReadonlyMap<number, FoldedBlock>): Fold {
  return ({ number }, state) => {
    const block = blocks.get(number);
    if (block === undefined) throw new Error(`block ${number} was not folded before`);
    for (const transaction of block.transactions) state.apply(transaction);
    return Promise.resolve(block);
  };
}

function read(blocks: readonly Uint8Array[]): Promise<void> {
  const decoder = newBlockDecoder();
  for (const bytes of blocks) decoder.decode(common.Block.deserializeBinary(bytes));
  return Promise.resolve();
}

/** The first run makes everything warm, and is left out. */
async function perUse(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) times.push((await spentOn(work)).processor);
  return median(times.slice(1)) / LOAD.uses;
}

/** What the trees of a receipt cost an organisation beside the replay: the work of a follower whose rules have run already. */
export function measureReceipt(): Promise<ReceiptCost> {
  return onUsesLedger(LOAD, async (blocks) => {
    const folded = new Map<number, FoldedBlock>();
    await followed(blocks, async (block, state, settings) => {
      const made = await foldBlock(block, state, settings);
      folded.set(made.number, made);
      return made;
    });
    const reading = await perUse(() => read(blocks));
    const keeping = await perUse(() => followed(blocks, recorded(folded)));
    return { ms: rounded(keeping - reading, 3), readingMs: rounded(reading, 3) };
  });
}
