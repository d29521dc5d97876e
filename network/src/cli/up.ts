import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { logLines, parseReadyLine } from '../processes/index.js';
import { tlsRootFile } from '../identity/index.js';
import { organisationDirectory, type Topology } from '../topology/index.js';
import { CliError } from './errors.js';
import { networkTopology, recordedTopology, type NetworkOptions } from './network-topology.js';
import { liveRecord } from './run-record.js';

type Say = (line: string) => void;

const READY_WITHIN = 180_000;
const POLL = 100;
const LOG_MODE = 0o600;

/** Where everything is, and what to do with it. */
function directions(topology: Topology): string {
  const { channel, chaincode, dataDir, organisations, tls } = topology;
  const members = organisations.flatMap((each) => {
    const directory = organisationDirectory(topology, each.mspId);
    return each.peers.map(
      ({ name, port }) =>
        `  ${each.mspId}  ${name} 127.0.0.1:${port}${tls ? `  TLS root ${tlsRootFile(directory)}` : ''}  identities ${join(directory, 'users')}`,
    );
  });
  return [
    `Channel ${channel}, chaincode ${chaincode.name} ${chaincode.version}. Any client of Fabric's Gateway reaches it at:`,
    ...members,
    `Data and logs: ${dataDir}`,
    `Look: npx tallystick-network status --data ${dataDir}    Stop: npx tallystick-network down --data ${dataDir}`,
  ].join('\n');
}

const flagsOf = ({ data, ledger, basePort, topology, chaincode }: NetworkOptions): string[] =>
  Object.entries({ data, ledger, 'base-port': basePort, topology, chaincode }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );

interface Detached {
  readonly log: Log;
  readonly errors: Log;
  readonly ended: Promise<number | null>;
}

/** A log file that is written on, and where its new lines begin. */
interface Log {
  readonly path: string;
  readonly start: number;
  readonly file: FileHandle;
}

async function openLog(path: string): Promise<Log> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+', LOG_MODE);
  return { path, start: (await file.stat()).size, file };
}

async function detach(dataDir: string, options: NetworkOptions): Promise<Detached> {
  const log = await openLog(join(dataDir, 'logs/network.log'));
  const errors = await openLog(join(dataDir, 'logs/network-errors.log'));
  const [, program = ''] = process.argv;
  const command = [...process.execArgv, program, 'run', ...flagsOf(options)];
  const stdio = ['ignore' as const, log.file.fd, errors.file.fd];
  const child = spawn(process.execPath, command, { detached: true, stdio });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  await once(child, 'spawn');
  child.unref();
  return { log, errors, ended };
}

/** Passes the lines of a starting `run` on until it says that it is ready; whether it did. */
async function isReady({ file, start }: Log, say: Say, signal: AbortSignal): Promise<boolean> {
  for await (const line of logLines(file, start, signal)) {
    if (parseReadyLine(line) !== undefined) return true;
    say(line);
  }
  return false;
}

async function followed({ log, errors, ended }: Detached, say: Say): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(READY_WITHIN)]);
  try {
    if (await isReady(log, say, signal)) return;
    const exitCode = over.signal.aborted ? await ended : null;
    const why = (await readFile(errors.path)).subarray(errors.start).toString('utf8').trim();
    const message = over.signal.aborted ? why : `The network was not ready within ${READY_WITHIN} ms. ${why}`;
    throw new CliError('NOT_STARTED', `${message}\n(logs: ${dirname(log.path)})`, {
      ...(exitCode !== null && { exitCode }),
    });
  } finally {
    await Promise.all([log.file.close(), errors.file.close()]);
  }
}

async function untilReady(dataDir: string): Promise<void> {
  const until = Date.now() + READY_WITHIN;
  for (let record = await liveRecord(dataDir); record?.isReady !== true; record = await liveRecord(dataDir)) {
    if (record === undefined) throw new CliError('NOT_STARTED', 'the network that was starting has ended');
    if (Date.now() > until) throw new CliError('NOT_STARTED', 'the network that is starting is late');
    await delay(POLL);
  }
}

/**
 * Starts a network in the background and returns when it is ready; one that runs already is left alone.
 * Returns directions for its use. @throws CliError, TopologyError
 */
export async function up(options: NetworkOptions, say: Say): Promise<string> {
  const dataDir = resolve(options.data);
  // Judged here first: what is wrong with the arguments should not have to be read from a log.
  const topology = await networkTopology(options);
  if ((await liveRecord(dataDir)) !== undefined) {
    say('It runs already');
    await untilReady(dataDir);
    return directions(await recordedTopology(dataDir));
  }
  await followed(await detach(dataDir, options), say);
  return directions(topology);
}
