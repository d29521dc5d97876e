import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureAudit } from './bench/audit.js';
import { measureEvidence } from './bench/evidence.js';
import {
  measureLeader,
  measureNetworkStart,
  measureRequest,
  measureUsesOnFabric,
  type FabricKind,
} from './bench/fabric.js';
import { commit, machine, type Measurement, type Row } from './bench/figures.js';
import { measurePolicy } from './bench/policy.js';
import { measureRegistration } from './bench/registration.js';
import { measureStartup } from './bench/startup.js';
import { payloadLines, projectionLines } from './bench/store.js';
import { measureStory } from './bench/story.js';
import { measureSubmission } from './bench/submission.js';
import { measureUses } from './bench/uses.js';
import { EXIT_PROGRAMS_MISSING, missingPrograms, SPACE_OPTIONS, spaceKinds } from './space/options.js';

type Measurements = Readonly<Record<string, () => Promise<Measurement>>>;

const onEmbedded: Measurements = {
  demo: measureStory,
  startup: measureStartup,
  uses: measureUses,
  submission: () => measureSubmission(),
  payload: payloadLines,
  projection: projectionLines,
  registration: measureRegistration,
  audit: measureAudit,
  evidence: measureEvidence,
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

const HELP = `Usage: npm run bench -- [--ledger KIND] [--only NAME] [--json FILE]

Measures, prints a table, and writes medians and ratios as JSON. Needs Linux, and a machine that does nothing else.

  --ledger KIND  embedded (default), fabric-bft or fabric-raft (Fabric's programs in FABRIC_BIN or on PATH)
  --only NAME    one of ${names(onEmbedded)};
                 on Fabric of ${names(onFabric('fabric-bft'))}; may be given several times
  --json FILE    where to write (default bench.json)
  --help         this text
`;

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
    process.stderr.write(`measuring ${name}\n`);
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
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return (process.stdout.write(HELP), 0);
  const kinds = spaceKinds({ ledger: values.ledger, store: 'embedded' });
  const missing = await missingPrograms(kinds);
  if (missing.length > 0) return (process.stderr.write(`${missing.join('\n')}\n`), EXIT_PROGRAMS_MISSING);
  const { ledger } = kinds;
  const { figures, rows } = await measureAll(
    ledger === 'embedded' ? onEmbedded : onFabric(ledger),
    values.only,
  );
  const report = {
    commit: commit(),
    measuredAt: new Date().toISOString(),
    machine: machine(),
    ...(ledger !== 'embedded' && { ledger }),
    figures,
    rows,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await writeFile(values.json, text);
  process.stdout.write(`${text}\n${table(rows)}\n`);
  return rows.some(({ met }) => !met) ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
