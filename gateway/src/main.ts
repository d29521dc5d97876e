import { parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { startGateway } from './application.js';
import { readConfig, redacted, strangersIn, variables, type Config } from './config.js';
import { newLog } from './http/log.js';

const HELP = `Usage: node gateway/dist/main.js [--help] [--print-config]

An organisation's gateway: HTTP in, transactions and sealed payloads out. It is configured by its environment
(CONFIGURATION.md), prints one JSON line on stdout when it serves, logs JSON lines to stderr, and
stops on SIGTERM or SIGINT after what is in flight has ended.

Variables:
${Object.keys(variables.shape)
  .map((name) => `  ${name}`)
  .join('\n')}
`;

const USAGE_ERROR = 2;

function signalled(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

async function serve(config: Config, log: Logger): Promise<void> {
  const toldToStop = signalled();
  const gateway = await startGateway(config, log);
  process.stdout.write(`${JSON.stringify({ ready: true, url: gateway.url, mspId: config.mspId })}\n`);
  log.info({ url: gateway.url, mspId: config.mspId }, 'serving');
  log.info({ reason: await toldToStop }, 'stopping');
  await gateway.stop();
  log.info('stopped');
}

async function run(config: Config): Promise<void> {
  const log = newLog(config.logLevel);
  const strangers = strangersIn(process.env);
  if (strangers.length > 0) log.warn({ variables: strangers }, 'variables that mean nothing here');
  try {
    await serve(config, log);
  } catch (err) {
    log.fatal({ err }, 'the gateway could not start or stop');
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  try {
    const { values } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, 'print-config': { type: 'boolean' } },
    });
    if (values.help === true) {
      process.stdout.write(HELP);
      return;
    }
    const config = readConfig(process.env);
    if (values['print-config'] === true)
      process.stdout.write(`${JSON.stringify(redacted(config), null, 2)}\n`);
    else await run(config);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = USAGE_ERROR;
  }
}

await main();
