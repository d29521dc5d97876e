import { parseArgs } from 'node:util';
import { compare, describeDifference, type Comparison } from '../test/differential/comparison.js';
import type { ProgramOutcome } from '../test/differential/outcome.js';
import { play } from '../test/differential/player.js';
import type { Program } from '../test/differential/program.js';
import {
  DEFAULT_SELECTION,
  programsOf,
  readRecording,
  recordingFile,
  writeRecording,
  type Ordering,
  type Selection,
} from '../test/differential/recording.js';
import { openStage } from '../test/differential/stage.js';
import { LEDGERS, type LedgerKind } from './differential/ledgers.js';

const HELP = `Usage: npm run differential -- --ledger KIND [--record] [--programs N] [--seed S]

Plays hand-written and generated programs of raw ledger operations and compares what the ledger made of them: validation
codes, refusals, read-write sets, answers, and the state at the end. What was played before on real Fabric is recorded in
test/vectors/fabric/. Without recorded outcomes for the programs (another seed) the embedded node is played for comparison.

  --ledger KIND  ${Object.keys(LEDGERS).join(', ')}; the fabric ones need Fabric's binaries in FABRIC_BIN or PATH
  --record       keep what the ledger did as the recording of its ordering (fabric-bft and fabric-raft only)
  --programs N   how many programs are generated (default ${DEFAULT_SELECTION.count})
  --seed S       seed of the first, the others follow (default ${DEFAULT_SELECTION.seed})
  --help         this text

Ends with code 0 when there is no difference, 1 when there is one, 2 when the ledger could not be played.
`;

interface Request {
  readonly kind: LedgerKind;
  readonly isRecording: boolean;
  readonly selection: Selection;
}

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} takes a whole number`);
  return Number(text);
}

function requestFrom(values: Readonly<Record<string, string | boolean | undefined>>): Request {
  const { ledger = '', record = false, programs, seed } = values;
  if (typeof ledger !== 'string' || !(ledger in LEDGERS))
    throw new TypeError(`--ledger: no ledger is called ${String(ledger)}`);
  const kind = ledger as LedgerKind;
  if (record === true && kind === 'embedded') throw new TypeError('--record: only real Fabric is recorded');
  return {
    kind,
    isRecording: record === true,
    selection: {
      seed: typeof seed === 'string' ? wholeNumber(seed, 'seed') : DEFAULT_SELECTION.seed,
      count: typeof programs === 'string' ? wholeNumber(programs, 'programs') : DEFAULT_SELECTION.count,
    },
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function played(kind: LedgerKind, programs: readonly Program[]): Promise<ProgramOutcome[]> {
  const { start, together } = LEDGERS[kind];
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / 1000).toFixed(1);
  const ledger = await start();
  try {
    say(`${kind}: ready after ${seconds()} s`);
    const stage = await openStage(ledger);
    try {
      let told = 0;
      const progress = (done: number, repeatedFor: readonly string[]): void => {
        say(`${kind}: ${done} of ${programs.length} programs after ${seconds()} s`);
        for (const reason of repeatedFor.slice(told)) say(`${kind}: played once more: ${reason}`);
        told = repeatedFor.length;
      };
      return await play(stage, programs, { together, progress });
    } finally {
      stage.close();
    }
  } finally {
    await ledger.stop();
  }
}

/** Recorded outcomes of these very programs. */
async function recordedFor(
  ordering: Ordering,
  selection: Selection,
): Promise<readonly ProgramOutcome[] | undefined> {
  const recording = await readRecording(ordering).catch(() => undefined);
  const isSame = recording?.seed === selection.seed && recording.count >= selection.count;
  return isSame ? recording.outcomes : undefined;
}

async function expectations(
  kind: LedgerKind,
  selection: Selection,
  programs: readonly Program[],
): Promise<readonly (readonly [name: string, outcomes: readonly ProgramOutcome[]])[]> {
  const found = await Promise.all(
    LEDGERS[kind].orderings.map(
      async (ordering) => [ordering, await recordedFor(ordering, selection)] as const,
    ),
  );
  const recorded = found.flatMap(([ordering, outcomes]) =>
    outcomes ? [[`the recording with ${ordering} ordering`, outcomes] as const] : [],
  );
  if (recorded.length > 0) return recorded;
  if (kind === 'embedded') throw new Error('nothing is recorded for these programs: choose a fabric ledger');
  return [['the embedded node', await played('embedded', programs)]];
}

function report(name: string, { differences, declared }: Comparison): void {
  for (const difference of differences) say(describeDifference(difference));
  for (const { program, at, reason } of declared) say(`declared: ${program}, ${at}: ${reason}`);
  process.stdout.write(`${differences.length} differences, ${declared.length} declared, against ${name}\n`);
}

async function run({ kind, isRecording, selection }: Request): Promise<void> {
  const programs = programsOf(selection);
  const outcomes = await played(kind, programs);
  const [ordering] = LEDGERS[kind].orderings;
  if (isRecording && ordering !== undefined) {
    await writeRecording({ fabric: LEDGERS[kind].version, ordering, ...selection, outcomes });
    process.stdout.write(`${programs.length} programs recorded in ${recordingFile(ordering)}\n`);
    return;
  }
  for (const [name, expected] of await expectations(kind, selection, programs)) {
    // What differs is described as what the ledger that is played found; the embedded node is held against Fabric.
    const comparison =
      name === 'the embedded node'
        ? compare(programs, outcomes, expected)
        : compare(programs, expected, outcomes);
    report(name, comparison);
    if (comparison.differences.length > 0) process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ledger: { type: 'string' },
      record: { type: 'boolean', default: false },
      programs: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  await run(requestFrom(values));
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
});
