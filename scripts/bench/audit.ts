import { webcrypto } from 'node:crypto';
import { audit } from '@tallystick/verifier/audit';
import { acknowledging, answering, asking, buyerKey, steelKey } from '../../chaincode/test/rights.js';
import { grantedLedger, type LedgerWorld, type Prepared } from '../../verifier/test/audit-ledger.js';
import { median, rounded, type Measurement } from './figures.js';
import { processorTime } from './processor.js';

const USES = 680;
/** Uses in one block: what a busy node puts together. */
const PER_BLOCK = 20;
const RUNS = 5;

type Granted = Awaited<ReturnType<typeof grantedLedger>>;

async function inOneBlock(world: LedgerWorld, prepared: Promise<Prepared>[]): Promise<void> {
  await world.commit(...(await Promise.all(prepared)));
}

/** Requests, answers and acknowledgements, each kind in a block of its own. */
async function usesInBlocks(at: Granted): Promise<void> {
  const { world } = at;
  for (let made = 0; made < USES; made += PER_BLOCK) {
    const asked = await Promise.all(
      Array.from({ length: PER_BLOCK }, () => world.prepare(buyerKey, 'usage:Request', asking(at))),
    );
    await world.commit(...asked);
    const usages = asked.map(({ result }) => (JSON.parse(result) as { usageId: `usage-${string}` }).usageId);
    await inOneBlock(
      world,
      usages.map((usage) => world.prepare(steelKey, 'usage:Answer', answering(at, usage))),
    );
    await inOneBlock(
      world,
      usages.map((usage) => world.prepare(buyerKey, 'usage:Acknowledge', acknowledging(at, usage))),
    );
  }
}

interface Run {
  readonly perSecond: number;
  /** Of all threads, WebCrypto's own included. */
  readonly perProcessorSecond: number;
}

async function auditOnce(blocks: readonly Uint8Array[], world: LedgerWorld): Promise<Run> {
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const block of blocks) yield await Promise.resolve(block);
  }
  const [used, start] = [await processorTime(process.pid), performance.now()];
  const { counts, divergenceCount, notEvaluated } = await audit(source(), world.trust(), webcrypto.subtle);
  const [seconds, processor] = [performance.now() - start, (await processorTime(process.pid)) - used];
  if (divergenceCount + notEvaluated.length > 0) throw new Error('the ledger of the benchmark is not clean');
  return {
    perSecond: (counts.transactions / seconds) * 1000,
    perProcessorSecond: (counts.transactions / processor) * 1000,
  };
}

/** A whole ledger of some 2,000 usage transactions, made by the embedded node's validator and orderer, audited from block 0. */
export async function measureAudit(): Promise<Measurement> {
  const at = await grantedLedger();
  try {
    await usesInBlocks(at);
    const blocks = at.world.blocks();
    const runs: Run[] = [];
    for (let run = 0; run <= RUNS; run += 1) runs.push(await auditOnce(blocks, at.world));
    const perSecond = median(runs.slice(1).map((run) => run.perSecond));
    const perProcessorSecond = median(runs.slice(1).map((run) => run.perProcessorSecond));
    return {
      figures: {
        transactions: 3 * USES,
        blocks: blocks.length,
        firstPerSecond: rounded(runs[0]?.perSecond ?? Number.NaN, 0),
        perSecond: rounded(perSecond, 0),
        perProcessorSecond: rounded(perProcessorSecond, 0),
      },
      rows: [
        {
          what: 'audit of a whole ledger, one core',
          reach: '>= 600 transactions/s',
          measured: `${perProcessorSecond.toFixed(0)}/s of processor time, ${perSecond.toFixed(0)}/s by the clock`,
          met: perProcessorSecond >= 600,
        },
      ],
    };
  } finally {
    await at.world.end();
  }
}
