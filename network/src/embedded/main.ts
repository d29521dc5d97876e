import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
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

function announce(node: EmbeddedNode): void {
  const { channel, genesisHash, organisations, height } = node;
  // performance.now() counts from the start of the process.
  const readyInMs = Math.round(performance.now());
  const line = { ready: true, pid: process.pid, channel, genesisHash, organisations, height, readyInMs };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Resolves with the first signal to end; a signal that comes during the start is not lost. */
function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}

async function main(argv: readonly string[]): Promise<void> {
  const file = optionsOf(argv).config;
  const signalled = firstSignal();
  // What gRPC writes to stderr by itself is no JSON, and its errors reach us anyway.
  setLogVerbosity(logVerbosity.NONE);
  let log = newLog((line) => process.stderr.write(line));
  try {
    const config = await readConfig(file);
    log = newLog((line) => process.stderr.write(line), config.logLevel);
    const node = await startNode(config, { log });
    announce(node);
    const reason = await Promise.race([signalled, node.failed]);
    log('info', 'node.stopping', { reason: messageOf(reason) });
    await node.stop();
    if (reason instanceof EmbeddedNodeError) report(log, reason);
  } catch (cause) {
    report(log, cause);
  }
}

await main(process.argv);
