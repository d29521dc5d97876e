import { Command } from 'commander';
import { readConfig } from './config.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import { newLog, type Log } from './log.js';
import { startNode, type EmbeddedNode } from './node.js';

const DESCRIPTION =
  'A Fabric-compatible ledger in one process, run by a single operator: for trying, tests and CI.\n' +
  'Prints one JSON line on stdout when it serves; logs JSON lines to stderr; SIGTERM or SIGINT stops it.';

function optionsOf(argv: readonly string[]): { config: string } {
  return new Command('embedded-node')
    .description(DESCRIPTION)
    .requiredOption('--config <file>', 'configuration (JSON)')
    .parse(argv)
    .opts<{ config: string }>();
}

function report(log: Log, cause: unknown): void {
  const code = cause instanceof EmbeddedNodeError ? cause.code : 'UNEXPECTED';
  log('error', 'node.failed', { code, message: messageOf(cause) });
  process.exitCode = 1;
}

function announce(node: EmbeddedNode, startedAt: number): void {
  const { channel, genesisHash, organisations, height } = node;
  const readyInMs = Math.round(performance.now() - startedAt);
  const line = { ready: true, pid: process.pid, channel, genesisHash, organisations, height, readyInMs };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Resolves with the reason to end: a signal, or a ledger that cannot be written. */
function endOf(node: EmbeddedNode): Promise<string | EmbeddedNodeError> {
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
  return Promise.race([signalled, node.failed]);
}

async function main(argv: readonly string[]): Promise<void> {
  const file = optionsOf(argv).config;
  let log = newLog((line) => process.stderr.write(line));
  try {
    const config = await readConfig(file);
    log = newLog((line) => process.stderr.write(line), config.logLevel);
    // The clock of the process: `readyInMs` counts from its start, not from here.
    const node = await startNode(config, { log });
    announce(node, 0);
    const reason = await endOf(node);
    log('info', 'node.stopping', { reason: messageOf(reason) });
    await node.stop();
    if (reason instanceof EmbeddedNodeError) report(log, reason);
  } catch (cause) {
    report(log, cause);
  }
}

await main(process.argv);
