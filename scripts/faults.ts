import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planKills } from './faults/plan.js';
import { runFaults, type Result } from './faults/suite.js';
import { startSpace } from './space.js';

const HELP = `Usage: npm run test:faults -- [--kills N] [--seed S] [--json]

Starts a space on the embedded ledger and kills its processes, one after the other, while uses are under way: gateways at
every step between two durable ones, the ledger at any moment. Checks after each kill and at the end that no request was
answered twice, no key left without an answer, nothing promised was lost, and projections equal their rebuild.

  --kills N   how many (default 300; 20 reach every failpoint once)
  --seed S    which kills, in which order (default 1)
  --json      print one JSON object instead
  --keep      leave the data directory behind
  --help      this text
`;

const positive = (text: string, name: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a positive integer`);
  return number;
};

function tell({ kills, uses, recoveries, violations }: Result): string {
  const sorted = [...recoveries].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return [
    `Recovery: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest ${at(1)} ms`,
    ...violations.map((text) => `VIOLATION ${text}`),
    `Faults: ${kills} kills, ${uses} uses, ${violations.length} violations`,
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const kills = planKills(positive(values.kills, 'kills'), positive(values.seed, 'seed'));
  const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-faults-'));
  const space = await startSpace({ dataDir });
  try {
    const result = await runFaults(space, kills, (line) => {
      if (!values.json) process.stdout.write(`${line}\n`);
    });
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${tell(result)}\n`);
    if (result.violations.length > 0) process.exitCode = 1;
  } finally {
    await space.stop();
    if (values.keep) process.stdout.write(`Data: ${dataDir}\n`);
    else await rm(dataDir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
