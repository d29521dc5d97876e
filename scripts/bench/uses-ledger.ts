import { acknowledging, answering, asking, buyerKey, steelKey } from '../../chaincode/test/rights.js';
import { grantedLedger, type LedgerWorld, type Prepared } from '../../verifier/test/audit-ledger.js';

type Granted = Awaited<ReturnType<typeof grantedLedger>>;

/** How uses are put on a ledger. */
export interface Load {
  readonly uses: number;
  /** Transactions in one block: what a busy node puts together. */
  readonly perBlock: number;
  /** Requests in one transaction; 1: no lists. */
  readonly perTransaction: number;
}

/** Transactions and requests of such a load: each use is asked for, answered and acknowledged. */
export const sizeOf = ({ uses, perTransaction }: Load): { transactions: number; requests: number } => ({
  transactions: (3 * uses) / perTransaction,
  requests: 3 * uses,
});

type Usage = `usage-${string}`;
type Asked = { readonly usageId: Usage };

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** One transaction of these requests: a list, or the only one as it is. */
const together = <T>(requests: readonly T[]): T | readonly T[] =>
  requests.length === 1 ? (requests[0] as T) : requests;

function inLists<T>(items: readonly T[], size: number): T[][] {
  const lists: T[][] = [];
  for (let at = 0; at < items.length; at += size) lists.push(items.slice(at, at + size));
  return lists;
}

async function commit(world: LedgerWorld, prepared: Promise<Prepared>[]): Promise<readonly Prepared[]> {
  const all = await Promise.all(prepared);
  await world.commit(...all);
  return all;
}

const usagesIn = ({ result }: Prepared): Usage[] =>
  [JSON.parse(result) as Asked | readonly Asked[]].flat().map(({ usageId }) => usageId);

/** Requests, answers and acknowledgements, each kind in a block of its own. */
async function putUses(at: Granted, { uses, perBlock, perTransaction }: Load): Promise<void> {
  const { world } = at;
  const inBlock = perBlock * perTransaction;
  for (let made = 0; made < uses; made += inBlock) {
    const asked = await commit(
      world,
      times(perBlock, () =>
        world.prepare(buyerKey, 'usage:Request', together(times(perTransaction, () => asking(at)))),
      ),
    );
    const lists = inLists(asked.flatMap(usagesIn), perTransaction);
    await commit(
      world,
      lists.map((usages) =>
        world.prepare(steelKey, 'usage:Answer', together(usages.map((usage) => answering(at, usage)))),
      ),
    );
    await commit(
      world,
      lists.map((usages) =>
        world.prepare(
          buyerKey,
          'usage:Acknowledge',
          together(usages.map((usage) => acknowledging(at, usage))),
        ),
      ),
    );
  }
}

/** Runs work over the blocks of a ledger with such a load, made by the embedded node's validator and orderer. */
export async function onUsesLedger<T>(
  load: Load,
  work: (blocks: readonly Uint8Array[], world: LedgerWorld) => Promise<T>,
): Promise<T> {
  const at = await grantedLedger();
  try {
    await putUses(at, load);
    return await work(at.world.blocks(), at.world);
  } finally {
    await at.world.end();
  }
}

export async function* sourceOf(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) yield await Promise.resolve(block);
}
