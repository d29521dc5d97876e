import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureAudit } from './bench/audit.js';
import { measureCompleteness } from './bench/completeness.js';
import { measureEvidence } from './bench/evidence.js';
import {
  measureLeader,
  measureNetworkStart,
  measureRequest,
  measureUsesOnFabric,
  type FabricKind,
} from './bench/fabric.js';
import { build, openCheckout, runIn } from './bench/baseline/checkout.js';
import { compare, comparisonTable } from './bench/baseline/comparison.js';
import { BaselineError } from './bench/baseline/errors.js';
import { commit, machine, type Measurement, type Row } from './bench/figures.js';
import { measureFollower } from './bench/follower.js';
import { measurePolicy } from './bench/policy.js';
import { measureRegistration } from './bench/registration.js';
import { measureStartup } from './bench/startup.js';
import { payloadLines } from './bench/store.js';
import { measureStory } from './bench/story.js';
import { measureSubmission } from './bench/submission.js';
import { measureUses } from './bench/uses.js';
import { EXIT_PROGRAMS_MISSING, missingPrograms, SPACE_OPTIONS, spaceKinds } from './space/options.js';

const HERE = fileURLToPath(new URL('../', import.meta.url));

type Measurements = Readonly<Record<string, () => Promise<Measurement>>>;

const onEmbedded: Measurements = {
  demo: measureStory,
  startup: measureStartup,
  uses: measureUses,
  submission: () => measureSubmission(),
  payload: payloadLines,
  registration: measureRegistration,
  audit: measureAudit,
  follower: measureFollower,
  evidence: measureEvidence,
  completeness: measureCompleteness,
  policy: measurePolicy,
};

const onFabric = (ledger: FabricKind): Measurements => ({
  start: () => measureNetworkStart(ledger),
  request: () => measureRequest(ledger),
  uses: () => measureUsesOnFabric(ledger),
  submission: () => measureSubmission({ ledger }),
  leader: () => measureLeader(ledger),
  payload: payloadLines,
});

const names = (measurements: Measurements): string => Object.keys(measurements).join(', ');

const HELP = `Usage: npm run bench -- [--ledger KIND] [--only NAME] [--json FILE] [--baseline DIR [--rounds N]]

Measures, prints a table, and writes medians and ratios as JSON. Needs Linux, and a machine that does nothing else.

  --ledger KIND  embedded (default), fabric-bft or fabric-raft (Fabric's programs in FABRIC_BIN or on PATH)
  --only NAME    one of ${names(onEmbedded)};
                 on Fabric of ${names(onFabric('fabric-bft'))}; may be given several times
  --json FILE    where to write (default bench.json)
  --baseline DIR another checkout of the project, with node_modules of its own; it is built if it is not. Each benchmark runs there and
                 here in turn, each time in a process of its own, and medians and ratios are printed. What the baseline does
                 not know is named, and is no error.
  --rounds N     how often, with --baseline (default 3)
  --help         this text
`;

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

function table(rows: readonly Row[]): string {
  const lines = [
    ['what', 'reach', 'measured', 'met'],
    ...rows.map((row) => [row.what, row.reach, row.measured, row.met ? 'yes' : 'NO']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '))
    .join('\n');
}

function chosenOf(measurements: Measurements, only: readonly string[]): string[] {
  const unknown = only.find((name) => !(name in measurements));
  if (unknown !== undefined) throw new Error(`nothing is called ${unknown}\n\n${HELP}`);
  return Object.keys(measurements).filter((name) => only.length === 0 || only.includes(name));
}

async function measureAll(measurements: Measurements, only: readonly string[]): Promise<Measurement> {
  const figures: Record<string, object> = {};
  const rows: Row[] = [];
  for (const name of chosenOf(measurements, only)) {
    tell(`measuring ${name}`);
    const found = await measurements[name]?.();
    if (found === undefined) continue;
    figures[name] = found.figures;
    rows.push(...found.rows);
  }
  return { figures, rows };
}

const OPTIONS = {
  ledger: SPACE_OPTIONS.ledger,
  only: { type: 'string', multiple: true, default: [] as string[] },
  json: { type: 'string', default: 'bench.json' },
  baseline: { type: 'string' },
  rounds: { type: 'string', default: '3' },
  help: { type: 'boolean', default: false },
} as const;

type Chosen = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

async function write(file: string, report: object, rows: string): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await writeFile(file, text);
  process.stdout.write(`${text}\n${rows}\n`);
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new TypeError(`--rounds is a whole number from 1 on, not ${text}`);
  return rounds;
}

/** Both checkouts in turn; neither is judged by what is to be reached. */
async function pair(directory: string, measurements: Measurements, values: Chosen): Promise<number> {
  const sides = { baseline: await openCheckout(directory), ours: await openCheckout(HERE) };
  const rounds = roundsOf(values.rounds);
  const names = chosenOf(measurements, values.only);
  await build(sides.baseline);
  await build(sides.ours);
  const more = values.ledger === 'embedded' ? [] : ['--ledger', values.ledger];
  const found = await compare(sides, names, rounds, (checkout, name) => runIn(checkout, name, more), tell);
  const report = {
    measuredAt: new Date().toISOString(),
    machine: machine(),
    ledger: values.ledger,
    ...found,
  };
  await write(values.json, report, comparisonTable(found));
  return 0;
}

async function measure(measurements: Measurements, { ledger, only, json }: Chosen): Promise<number> {
  const { figures, rows } = await measureAll(measurements, only);
  const report = {
    commit: commit(),
    measuredAt: new Date().toISOString(),
    machine: machine(),
    ...(ledger !== 'embedded' && { ledger }),
    figures,
    rows,
  };
  await write(json, report, table(rows));
  return rows.some(({ met }) => !met) ? 1 : 0;
}

/** An error of the baseline is for people; of any other one wants to know where it came from. */
function textOf(error: unknown): string {
  if (error instanceof BaselineError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return (process.stdout.write(HELP), 0);
  const kinds = spaceKinds({ ledger: values.ledger, store: 'embedded' });
  const missing = await missingPrograms(kinds);
  if (missing.length > 0) return (process.stderr.write(`${missing.join('\n')}\n`), EXIT_PROGRAMS_MISSING);
  const { ledger } = kinds;
  const measurements = ledger === 'embedded' ? onEmbedded : onFabric(ledger);
  return values.baseline === undefined
    ? measure(measurements, values)
    : pair(values.baseline, measurements, values);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${textOf(error)}\n`);
    process.exitCode = 1;
  },
);
