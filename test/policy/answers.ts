import type { Usage } from '../../chaincode/src/model/index.js';
import type { LedgerBlock } from '../../gateway/src/ledger/port.js';
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
  const answers: Answered[] = [];
  try {
    const height = await ledger.height();
    for await (const block of ledger.blocks(0n, AbortSignal.timeout(30_000))) {
      answers.push(...answersIn(block));
      if (block.number >= height) break;
    }
  } finally {
    ledger.close();
  }
  return answers;
}

function answersIn({ number, transactions }: LedgerBlock): Answered[] {
  return transactions
    .filter(({ code, call }) => code === 'VALID' && call?.transaction === 'usage:Answer')
    .flatMap(({ call }) => call?.writes ?? [])
    .filter(({ key, value }) => key.startsWith('usage/') && value !== null)
    .map(({ value }) => JSON.parse(value!) as Usage)
    .map(({ grant, answer }) => ({ block: number, grant, outcome: answer?.code ?? answer?.outcome ?? '' }));
}
