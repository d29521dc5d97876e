import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { EMPTY_STATE, StateOverlay } from '@tallystick/verifier/fold';
import { envelopesOf } from '../../src/projection/block-writer.js';
import { programOf } from './programs.js';
import { scriptedLedger, scriptedFold, scriptedProjection } from './scripted-ledger.js';
import { times } from '../../../test/sampling.js';

/** Digest of a projection made in one go from the first `height + 1` blocks. */
async function digestAt(chain: readonly LedgerBlock[], height: bigint): Promise<string> {
  const fresh = scriptedProjection({
    file: ':memory:',
    ledger: scriptedLedger(chain.slice(0, Number(height) + 1)),
  });
  fresh.start();
  await fresh.reached(height);
  const digest = await fresh.digest();
  await fresh.close();
  return digest;
}

/** What the records should be: the last effective write of each key. */
async function modelOf(chain: readonly LedgerBlock[]): Promise<Map<string, unknown>> {
  const overlay = new StateOverlay(EMPTY_STATE);
  for (const block of chain) await scriptedFold(envelopesOf(block), overlay, { chaincode: 'tallystick' });
  return new Map([...overlay.texts()].map(([key, text]) => [key, JSON.parse(text) as unknown]));
}

describe('a projection is a function of the blocks', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'projection-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('whatever the batches and restarts, it equals the replay of the model and a rebuild', async () => {
    let run = 0;
    const stops = fc.array(fc.nat({ max: 40 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        stops,
        async (seed, length, batch, restarts) => {
          const chain = programOf(seed, length);
          run += 1;
          const file = join(directory, `${run}.db`);
          const heights = [...restarts.filter((at) => at < length).sort((a, b) => a - b), length - 1];
          for (const height of heights) {
            const part = scriptedProjection({
              file,
              batch,
              ledger: scriptedLedger(chain.slice(0, height + 1)),
            });
            part.start();
            await part.reached(BigInt(height));
            await part.close();
          }
          const projection = scriptedProjection({ file, batch, ledger: scriptedLedger(chain) });
          const { items } = await projection.list({ kind: 'grant', limit: 1000 });
          const digest = await projection.digest();
          await projection.rebuild();
          const rebuilt = await projection.digest();
          await projection.close();
          expect(new Map(items.map(({ key, value }) => [key, value]))).to.deep.equal(
            new Map([...(await modelOf(chain))].sort(([a], [b]) => (a < b ? -1 : 1))),
          );
          expect(rebuilt).to.equal(digest);
          expect(digest).to.equal(await digestAt(chain, BigInt(length - 1)));
        },
      ),
      { numRuns: times(40) },
    );
  });

  it('killed at any moment, it holds the rows of some height exactly, and goes on', async () => {
    const length = 700;
    const heights: bigint[] = [];
    for (const [round, batch] of [1, 20, 300].entries()) {
      const seed = `kill ${round}`;
      const file = join(directory, `${round}.db`);
      const child = spawn(
        process.execPath,
        [
          '--conditions=source',
          '--import=tsx',
          fileURLToPath(new URL('crash-child.ts', import.meta.url)),
          ...[file, seed, length, batch].map(String),
        ],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      await once(child.stdout, 'data');
      await delay(20 + 30 * round);
      child.kill('SIGKILL');
      await once(child, 'exit');

      const chain = programOf(seed, length);
      const projection = scriptedProjection({ file, ledger: scriptedLedger(chain) });
      const height = await projection.height();
      heights.push(height);
      expect(height >= 0n).to.equal(true);
      expect(await projection.digest(), `height ${height}`).to.equal(await digestAt(chain, height));
      projection.start();
      await projection.reached(BigInt(length - 1));
      expect(await projection.digest()).to.equal(await digestAt(chain, BigInt(length - 1)));
      await projection.close();
    }
    // At least one was caught on its way, or the test has shown nothing.
    expect(
      heights.some((height) => height < BigInt(length - 1)),
      heights.join(' '),
    ).to.equal(true);
  });
});
