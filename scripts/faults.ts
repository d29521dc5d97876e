import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planKills } from './faults/plan.js';
import { runFaults, type Result } from './faults/suite.js';
import { startSpace } from './space.js';
import {
  EXIT_PROGRAMS_MISSING,
  missingPrograms,
  SPACE_HELP,
  SPACE_OPTIONS,
  spaceKinds,
} from './space/options.js';

const HELP = `Usage: npm run test:faults -- [--kills N] [--seed S] [--ledger KIND] [--store KIND] [--peers N] [--json]

Starts a space and kills its processes, one after the other, while uses are under way: gateways at every step between two
durable ones (also between a block, its trees and the signature under them), the ledger at any moment; of real Fabric the leading orderer and others, peers and chaincode; and Kubos.
Checks after each kill and at the end that no request was answered twice, no key left without an answer, nothing promised
was lost, projections equal their rebuild, and all gateways sign one body for each height: those that were killed, one that
is made anew and one that joins late. On real Fabric all goes on under full load meanwhile, projections are compared
after every kill, and clients must not notice the death of an orderer, nor of one of several peers.

  --kills N   how many (default 300 on the embedded ledger, 20 on Fabric; 25 reach every place of the ledger once)
  --seed S    which kills, in which order (default 1)
  --peers N   peers of each organisation, on Fabric (default 1)
${SPACE_HELP}
  --json      print one JSON object instead
  --keep      leave the data directory behind
  --help      this text

Exit codes: 0 no violation, 1 violations or a failure, ${EXIT_PROGRAMS_MISSING} programs are missing (it says which).
`;

/** Three of Raft, so that one may die. */
const RAFT_ORDERERS = 3;

const positive = (text: string, name: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a positive integer`);
  return number;
};

const median = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(share * (sorted.length - 1))] ?? 0;

function outageLines({ outages }: Result): string[] {
  const places = [...new Set(outages.map(({ place }) => place))];
  return places.map((place) => {
    const those = outages.filter((each) => each.place === place);
    const silences = those.map(({ silence }) => silence).sort((a, b) => a - b);
    const errors = those.reduce((sum, each) => sum + each.errors.length, 0);
    const times = `no block for ${median(silences, 0.5)} ms (median), ${median(silences, 1)} ms at most`;
    return `${place}: ${those.length} killed, ${times}, ${errors} client errors`;
  });
}

function tell(result: Result): string {
  const { kills, uses, heights, recoveries, violations } = result;
  const sorted = [...recoveries].sort((a, b) => a - b);
  return [
    ...outageLines(result),
    `Recovery: median ${median(sorted, 0.5)} ms, 95 % ${median(sorted, 0.95)} ms, longest ${median(sorted, 1)} ms`,
    ...violations.map((text) => `VIOLATION ${text}`),
    `Faults: ${kills} kills, ${uses} uses, ${heights} heights signed, ${violations.length} violations`,
  ].join('\n');
}

const OPTIONS = {
  ...SPACE_OPTIONS,
  kills: { type: 'string' },
  seed: { type: 'string', default: '1' },
  peers: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return (process.stdout.write(HELP), 0);
  const kinds = spaceKinds(values);
  const missing = await missingPrograms(kinds);
  if (missing.length > 0) return (process.stderr.write(`${missing.join('\n')}\n`), EXIT_PROGRAMS_MISSING);
  const count = positive(values.kills ?? (kinds.ledger === 'embedded' ? '300' : '20'), 'kills');
  const kills = planKills(count, positive(values.seed, 'seed'), kinds);
  const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-faults-'));
  const space = await startSpace({
    dataDir,
    ...kinds,
    peersPerOrganisation: positive(values.peers, 'peers'),
    ...(kinds.ledger === 'fabric-raft' && { orderers: RAFT_ORDERERS }),
  });
  try {
    const result = await runFaults(space, kills, (line) => {
      if (!values.json) process.stdout.write(`${line}\n`);
    });
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${tell(result)}\n`);
    return result.violations.length > 0 ? 1 : 0;
  } finally {
    await space.stop();
    if (values.keep) process.stdout.write(`Data: ${dataDir}\n`);
    else await rm(dataDir, { recursive: true, force: true });
  }
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
