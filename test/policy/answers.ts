import { keys, type Usage } from '../../chaincode/src/model/index.js';
import { EMPTY_STATE, foldBlock, StateOverlay } from '../../verifier/src/fold/index.js';
import { envelopesOf } from '../../gateway/src/projection/block-writer.js';
import { ledgerOf } from '../../scripts/faults/projections.js';
import type { Stage } from './stage.js';

/** A decision on a use, where it stands. */
export interface Answered {
  readonly block: bigint;
  readonly grant: string;
  /** `ALLOWED`, or why not. */
  readonly outcome: string;
}

/** Every valid answer on the ledger, from the blocks that the regulator's peer holds. */
export async function answersOn({ space }: Stage): Promise<readonly Answered[]> {
  const ledger = await ledgerOf(space, space.gateways['RegulatorMSP']!);
  const settings = { chaincode: space.topology.chaincode.name };
  const state = new StateOverlay(EMPTY_STATE);
  const answers: Answered[] = [];
  try {
    const height = await ledger.height();
    for await (const block of ledger.blocks(0n, AbortSignal.timeout(30_000))) {
      const { transactions } = await foldBlock(envelopesOf(block), state, settings);
      for (const { call, writes } of transactions)
        if (call?.transaction === 'usage:Answer') answers.push(...answersIn(block.number, writes));
      if (block.number >= height) break;
    }
  } finally {
    ledger.close();
  }
  return answers;
}

const USAGE = keys.usage('usage-').text;

const answersIn = (block: bigint, writes: ReadonlyMap<string, string>): Answered[] =>
  [...writes]
    .filter(([key]) => key.startsWith(USAGE))
    .map(([, text]) => JSON.parse(text) as Usage)
    .map(({ grant, answer }) => ({ block, grant, outcome: answer?.code ?? answer?.outcome ?? '' }));
