import { parseArgs } from 'node:util';
import { startSpace, type Space } from './space.js';
import { SPACE_HELP, SPACE_OPTIONS, spaceKinds } from './space/options.js';

const HELP = `Usage: npm start [-- --data DIR] [--ledger KIND] [--store KIND]

Starts a space of three organisations and leaves it running until it is interrupted.
Its data stays in DIR (default .tallystick); started again, it goes on where it was, on the ledger it has.

${SPACE_HELP}
`;

function describeSpace({ gateways, dataDir }: Space): string {
  const lines = Object.entries(gateways).flatMap(([mspId, { url, keys }]) => [
    `${mspId}  ${url}`,
    ...Object.entries(keys).map(([identity, key]) => `    ${identity.padEnd(12)} ${key}`),
  ]);
  const [first] = Object.values(gateways);
  const url = first?.url ?? '';
  const key = first?.keys['officer'] ?? '';
  return [
    `Data in ${dataDir}. Gateways and their API keys:`,
    ...lines,
    'Try:',
    `  curl -H 'Authorization: Bearer ${key}' ${url}/organisation`,
    `  curl -H 'Authorization: Bearer ${key}' ${url}/usages`,
    `  curl ${url}/openapi.json`,
    'Stop with Ctrl-C.',
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...SPACE_OPTIONS,
      data: { type: 'string', default: '.tallystick' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const space = await startSpace({ dataDir: values.data, ...spaceKinds(values) });
  process.stdout.write(`${describeSpace(space)}\n`);
  await stopped;
  await space.stop();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
