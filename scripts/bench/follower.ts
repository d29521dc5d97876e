import { webcrypto } from 'node:crypto';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { audit } from '@tallystick/verifier/audit';
import { foldBlock } from '@tallystick/verifier/fold';
import { newBlockDecoder } from '../../gateway/src/ledger/block.js';
import type { LedgerBlock } from '../../gateway/src/ledger/port.js';
import { newProjection } from '../../gateway/src/projection/projection.js';
import { CHAINCODE, CHANNEL, type LedgerWorld } from '../../verifier/test/audit-ledger.js';
import { median, rounded, type Measurement, type Row } from './figures.js';
import { processorTime } from './processor.js';
import { inDirectory } from './stage.js';
import { onUsesLedger, sizeOf, sourceOf, type Load } from './uses-ledger.js';

const LOADS: Readonly<Record<string, Load>> = {
  alone: { uses: 680, perBlock: 20, perTransaction: 1 },
  lists: { uses: 2000, perBlock: 4, perTransaction: 50 },
};
const RUNS = 5;

/** Milliseconds of processor time, of all threads, and by the clock. */
export interface Spent {
  readonly processor: number;
  readonly clock: number;
}

export async function spentOn(work: () => Promise<void>): Promise<Spent> {
  const [used, start] = [await processorTime(process.pid), performance.now()];
  await work();
  return { processor: (await processorTime(process.pid)) - used, clock: performance.now() - start };
}

/** Blocks as a gateway's peer hands them out: their hashes and submitters' signatures are checked, their flags believed. */
async function* decoded(blocks: readonly Uint8Array[], until: Promise<void>): AsyncGenerator<LedgerBlock> {
  const decoder = newBlockDecoder();
  for (const bytes of blocks)
    yield await Promise.resolve(decoder.decode(common.Block.deserializeBinary(bytes)));
  await until;
}

export type Fold = typeof foldBlock;

/** A gateway's follower from block 0: folded, planted, and written to its database. @param fold the rules, unless they have run already */
export function followed(blocks: readonly Uint8Array[], fold: Fold = foldBlock): Promise<void> {
  return inDirectory(async (directory) => {
    const ended = new AbortController();
    const end = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
    const projection = newProjection({
      file: join(directory, 'projection.db'),
      ledger: { blocks: () => decoded(blocks, end) },
      channel: CHANNEL,
      chaincode: CHAINCODE,
      fold,
    });
    try {
      projection.start();
      await projection.reached(BigInt(blocks.length - 1));
      if ((await projection.divergenceCount()) > 0)
        throw new Error('the ledger of the benchmark is not clean');
    } finally {
      ended.abort();
      await projection.close();
    }
  });
}

/** A witness without a peer of its own: endorsements, policies and conflicts recomputed, folded and planted in memory. */
async function recomputed(blocks: readonly Uint8Array[], world: LedgerWorld): Promise<void> {
  const { divergenceCount, notEvaluated } = await audit(sourceOf(blocks), world.trust(), webcrypto.subtle);
  if (divergenceCount + notEvaluated.length > 0) throw new Error('the ledger of the benchmark is not clean');
}

interface Rates {
  readonly transactionsPerSecond: number;
  readonly requestsPerSecond: number;
  readonly transactionsPerSecondByTheClock: number;
}

/** The first run makes everything warm, and is left out. */
async function ratesOf(load: Load, work: () => Promise<void>): Promise<Rates> {
  const spent: Spent[] = [];
  for (let run = 0; run <= RUNS; run += 1) spent.push(await spentOn(work));
  const { transactions, requests } = sizeOf(load);
  const processor = median(spent.slice(1).map((each) => each.processor)) / 1000;
  const clock = median(spent.slice(1).map((each) => each.clock)) / 1000;
  return {
    transactionsPerSecond: rounded(transactions / processor, 0),
    requestsPerSecond: rounded(requests / processor, 0),
    transactionsPerSecondByTheClock: rounded(transactions / clock, 0),
  };
}

interface Found {
  readonly believed: Rates;
  readonly recomputed: Rates;
}

const measureLoad = (load: Load): Promise<Found> =>
  onUsesLedger(load, async (blocks, world) => ({
    believed: await ratesOf(load, () => followed(blocks)),
    recomputed: await ratesOf(load, () => recomputed(blocks, world)),
  }));

const said = ({ transactionsPerSecond, requestsPerSecond }: Rates): string =>
  `${transactionsPerSecond} tx/s, ${requestsPerSecond} requests/s`;

function rowsOf({ alone, lists }: Readonly<Record<string, Found>>): Row[] {
  const row = (what: string, side: keyof Found, least: number): Row[] =>
    alone === undefined || lists === undefined
      ? []
      : [
          {
            what: `follower with replay and trees, one core, ${what}`,
            reach: `>= ${least} tx/s`,
            measured: `${said(alone[side])}; in lists of ${LOADS['lists']?.perTransaction}: ${said(lists[side])}`,
            met: alone[side].transactionsPerSecond >= least,
          },
        ];
  return [...row('own peer believed', 'believed', 1300), ...row('every flag recomputed', 'recomputed', 1000)];
}

/** How fast a recorded ledger is folded and planted, on one core: by a gateway, and by a witness without a peer. */
export async function measureFollower(): Promise<Measurement> {
  const figures: Record<string, Found> = {};
  for (const [name, load] of Object.entries(LOADS)) figures[name] = await measureLoad(load);
  return { figures, rows: rowsOf(figures) };
}
