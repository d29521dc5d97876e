import { webcrypto } from 'node:crypto';
import { audit } from '@tallystick/verifier/audit';
import type { LedgerWorld } from '../../verifier/test/audit-ledger.js';
import { median, rounded, type Measurement } from './figures.js';
import { processorTime } from './processor.js';
import { onUsesLedger, sizeOf, sourceOf } from './uses-ledger.js';

const LOAD = { uses: 680, perBlock: 20, perTransaction: 1 };
const RUNS = 5;

interface Run {
  readonly perSecond: number;
  /** Of all threads, WebCrypto's own included. */
  readonly perProcessorSecond: number;
}

async function auditOnce(blocks: readonly Uint8Array[], world: LedgerWorld): Promise<Run> {
  const [used, start] = [await processorTime(process.pid), performance.now()];
  const { counts, divergenceCount, notEvaluated } = await audit(
    sourceOf(blocks),
    world.trust(),
    webcrypto.subtle,
  );
  const [seconds, processor] = [performance.now() - start, (await processorTime(process.pid)) - used];
  if (divergenceCount + notEvaluated.length > 0) throw new Error('the ledger of the benchmark is not clean');
  return {
    perSecond: (counts.transactions / seconds) * 1000,
    perProcessorSecond: (counts.transactions / processor) * 1000,
  };
}

/** A whole ledger of some 2,000 usage transactions, made by the embedded node's validator and orderer, audited from block 0. */
export function measureAudit(): Promise<Measurement> {
  return onUsesLedger(LOAD, async (blocks, world) => {
    const runs: Run[] = [];
    for (let run = 0; run <= RUNS; run += 1) runs.push(await auditOnce(blocks, world));
    const perSecond = median(runs.slice(1).map((run) => run.perSecond));
    const perProcessorSecond = median(runs.slice(1).map((run) => run.perProcessorSecond));
    return {
      figures: {
        transactions: sizeOf(LOAD).transactions,
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
  });
}
