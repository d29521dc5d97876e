import { webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { digestOf } from '@tallystick/chaincode/model';
import { audit, InputError, type Audit, type Standing } from '../src/audit/index.js';
import { CommanderError } from 'commander';
import type { Subtle } from '../src/crypto/subtle.js';
import { readTrust, TrustError } from '../src/trust/file.js';
import type { Trust } from '../src/trust/trust.js';
import { newCheckpointFile, type CheckpointFile } from './audit-checkpoint.js';
import { readArguments, readOpenings, type AuditArguments } from './audit-options.js';
import { newProgressLine } from './audit-progress.js';
import { csvOf, reportOf, summaryJson, summaryOf, type Report } from './audit-report.js';
import { openSource, type BlockSource } from './audit-source.js';
import { readInput, Unusable } from './usage.js';

const EXIT = { clean: 0, divergence: 1, notEvaluated: 3, unusable: 4 } as const;

interface Finished {
  readonly audit: Audit;
  /** False when somebody interrupted it. */
  readonly isWhole: boolean;
}

async function readTrustFile(path: string): Promise<{ trust: Trust; digest: string }> {
  const bytes = await readInput(path);
  return { trust: readTrust(bytes), digest: digestOf(bytes) };
}

/** After an interrupt no further block is read; those that are under way are finished. */
async function* until(signal: AbortSignal, source: BlockSource): AsyncGenerator<Uint8Array> {
  for await (const block of source.blocks()) {
    if (signal.aborted) return;
    yield block;
  }
}

function newBlockListener(
  { checkpointEvery }: AuditArguments,
  file: CheckpointFile | undefined,
  total: number | undefined,
): { onBlock: (standing: Standing) => Promise<void>; end: () => void } {
  const line = newProgressLine(process.stderr, total);
  return {
    async onBlock(standing) {
      const { counts } = standing.progress;
      line.show(counts);
      if (counts.blocks % checkpointEvery === 0) await file?.write(standing);
    },
    end: () => line.end(),
  };
}

async function run(given: AuditArguments, signal: AbortSignal): Promise<Finished> {
  const { trust, digest } = await readTrustFile(given.trust);
  const openings = await readOpenings(given.openings);
  const file =
    given.checkpoint === undefined ? undefined : newCheckpointFile(given.checkpoint, digest, trust.chaincode);
  const source = await openSource(given.source, process.stdin);
  const resume = await file?.read();
  const { onBlock, end } = newBlockListener(given, file, source.total);
  const { keepGoing } = given;
  const options = { keepGoing, openings, onBlock, ...(resume && { resume }) };
  const subtle = webcrypto.subtle as unknown as Subtle;
  const done = await audit(until(signal, source), trust, subtle, options);
  end();
  // After a stop at a divergence the last block is not taken whole: the checkpoint before it stays.
  if (keepGoing || done.divergenceCount === 0) await file?.write(done.standing);
  return { audit: done, isWhole: !signal.aborted };
}

async function tell({ out, json }: AuditArguments, finished: Finished, report?: Report): Promise<void> {
  const { audit: done, isWhole } = finished;
  const isTogether = out === undefined && report !== undefined;
  if (json) process.stdout.write(text({ ...summaryJson(done, isWhole), ...(isTogether && report) }));
  else {
    if (isTogether) process.stdout.write(csvOf(report));
    (isTogether ? process.stderr : process.stdout).write(summaryOf(done, isWhole));
  }
  if (out !== undefined && report) await writeFile(out, json ? text(report) : csvOf(report));
}

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function exitCodeOf({ audit: { divergenceCount, notEvaluated }, isWhole }: Finished): number {
  if (divergenceCount > 0) return EXIT.divergence;
  return notEvaluated.length > 0 || !isWhole ? EXIT.notEvaluated : EXIT.clean;
}

async function main(argv: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const given = readArguments(argv);
  const finished = await run(given, interrupt.signal);
  const { report: name, filter } = given;
  await tell(given, finished, name && reportOf(name, filter, finished.audit));
  return exitCodeOf(finished);
}

function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.unusable;
  const isExpected = error instanceof InputError || error instanceof Unusable || error instanceof TrustError;
  const message =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`tallystick-audit: ${message}\n`);
  return EXIT.unusable;
}

process.exitCode = await main(process.argv.slice(2)).catch(failed);
