import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { castOf } from './demo/cast.js';
import { leaveEvidence } from './demo/evidence.js';
import { refusals } from './demo/refusals.js';
import { Narrator } from './demo/report.js';
import { inDays } from './demo/requests.js';
import { found, grant, owed, register, use, value } from './demo/story.js';
import { telemetry } from './demo/telemetry.js';
import { startSpace, type Space } from './space.js';
import { SPACE_HELP, SPACE_OPTIONS, spaceKinds } from './space/options.js';

const HELP = `Usage: npm run demo -- [file] [--out DIR] [--json] [--ledger KIND] [--store KIND]

Starts a space of three organisations, runs the whole story over HTTP with the given file
(default: generated machine telemetry) and everything that must be refused, and stops it again.

${SPACE_HELP}
  --out DIR  leave the evidence of the use, a trust file, the payload and the verifier page in DIR
  --json   print one JSON object instead: ids, states, digests, CIDs, transactions, refusals, timings
  --help   this text
`;

async function play(space: Space, file: Blob, narrator: Narrator, out: string | undefined): Promise<void> {
  const cast = await castOf(space);
  const component = await found(cast, narrator);
  const scene = await register(cast, file, component, narrator);
  narrator.line('Agreeing on a grant of one use');
  const grantId = await grant(scene, 'grant', { uses: 1, until: inDays(90) });
  await use(scene, grantId);
  await owed(scene);
  await value(scene, grantId);
  await refusals(scene, grantId);
  if (out !== undefined) await leaveEvidence(scene, file, space.topology.ledger.kind, out);
}

async function payloadOf(path: string | undefined): Promise<Blob> {
  return path === undefined ? new Blob([...telemetry(5000, 7)]) : openAsBlob(path);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...SPACE_OPTIONS,
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const kinds = spaceKinds(values);
  const narrator = new Narrator((line) => {
    if (!values.json) process.stdout.write(`${line}\n`);
  });
  const start = performance.now();
  const file = await payloadOf(positionals[0]);
  const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-demo-'));
  narrator.line(`Starting the ledger (${kinds.ledger}) and three gateways (${kinds.store} store)`);
  const space = await startSpace({ dataDir, ...kinds });
  try {
    narrator.report.timings['start'] = Math.round(performance.now() - start);
    await play(space, file, narrator, values.out);
  } finally {
    await space.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  narrator.report.timings['total'] = Math.round(performance.now() - start);
  process.stdout.write(
    values.json ? `${JSON.stringify(narrator.report, null, 2)}\n` : `${narrator.lastLine()}\n`,
  );
  if (!narrator.report.isAsExpected) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
