import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { commit, machine, type Measurement, type Row } from './bench/figures.js';
import { measureRegistration } from './bench/registration.js';
import { measureStartup } from './bench/startup.js';
import { payloadLines, projectionLines } from './bench/store.js';
import { measureStory } from './bench/story.js';
import { measureSubmission } from './bench/submission.js';
import { measureUses } from './bench/uses.js';

const measurements: Readonly<Record<string, () => Promise<Measurement>>> = {
  demo: measureStory,
  startup: measureStartup,
  uses: measureUses,
  submission: measureSubmission,
  payload: payloadLines,
  projection: projectionLines,
  registration: measureRegistration,
};

const HELP = `Usage: npm run bench -- [--only NAME] [--json FILE]

Measures, prints a table, and writes medians and ratios as JSON. Needs Linux, and a machine that does nothing else.

  --only NAME   one of ${Object.keys(measurements).join(', ')}; may be given several times
  --json FILE   where to write (default bench.json)
  --help        this text
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

function chosenOf(only: readonly string[]): string[] {
  const unknown = only.find((name) => !(name in measurements));
  if (unknown !== undefined) throw new Error(`nothing is called ${unknown}\n\n${HELP}`);
  return Object.keys(measurements).filter((name) => only.length === 0 || only.includes(name));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string', default: 'bench.json' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const figures: Record<string, object> = {};
  const rows: Row[] = [];
  for (const name of chosenOf(values.only)) {
    process.stderr.write(`measuring ${name}\n`);
    const found = await measurements[name]?.();
    if (found === undefined) continue;
    figures[name] = found.figures;
    rows.push(...found.rows);
  }
  const report = {
    commit: commit(),
    measuredAt: new Date().toISOString(),
    machine: machine(),
    figures,
    rows,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await writeFile(values.json, text);
  process.stdout.write(`${text}\n${table(rows)}\n`);
  if (rows.some(({ met }) => !met)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
