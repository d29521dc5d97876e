import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { logLines, parseReadyLine } from '../processes/index.js';
import { organisationDirectory, type Topology } from '../topology/index.js';
import { CliError } from './errors.js';
import { networkTopology, recordedTopology, type NetworkOptions } from './network-topology.js';
import { liveRecord } from './run-record.js';

type Say = (line: string) => void;

const READY_WITHIN = 180_000;
const POLL = 100;
const LOG_MODE = 0o600;

/** Where everything is, and what to do with it. */
export function directions(topology: Topology): string {
  const { channel, chaincode, dataDir, organisations, tls } = topology;
  const members = organisations.flatMap((each) => {
    const directory = organisationDirectory(topology, each.mspId);
    return each.peers.map(
      ({ name, port }) =>
        `  ${each.mspId}  ${name} 127.0.0.1:${port}${tls ? `  TLS root ${join(directory, 'msp/tlscacerts/tlsca.pem')}` : ''}  identities ${join(directory, 'users')}`,
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
  readonly log: string;
  /** Where its own lines begin. */
  readonly logStart: number;
  readonly ended: Promise<number | null>;
}

async function detach(dataDir: string, options: NetworkOptions): Promise<Detached> {
  const log = join(dataDir, 'logs/network.log');
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  const output = await open(log, 'a', LOG_MODE);
  const [, program = ''] = process.argv;
  const command = [...process.execArgv, program, 'run', ...flagsOf(options)];
  const child = spawn(process.execPath, command, { detached: true, stdio: ['ignore', output.fd, output.fd] });
  await once(child, 'spawn');
  child.unref();
  const logStart = (await stat(log)).size;
  await output.close();
  return { log, logStart, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

/** Passes the lines of a starting `run` on until it says that it is ready; whether it did. */
async function isReady(file: FileHandle, logStart: number, say: Say, signal: AbortSignal): Promise<boolean> {
  for await (const line of logLines(file, logStart, signal)) {
    if (parseReadyLine(line) !== undefined) return true;
    say(line);
  }
  return false;
}

async function followed({ log, logStart, ended }: Detached, say: Say): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(READY_WITHIN)]);
  const file = await open(log, 'r');
  let shown = 0;
  try {
    const counted = (line: string): void => {
      shown += 1;
      say(line);
    };
    if (await isReady(file, logStart, counted, signal)) return;
  } finally {
    await file.close();
  }
  const rest = (await readFile(log)).subarray(logStart).toString('utf8').trimEnd().split('\n').slice(shown);
  const exitCode = over.signal.aborted ? await ended : null;
  const why = over.signal.aborted ? '' : `not ready within ${READY_WITHIN} ms; `;
  throw new CliError('NOT_STARTED', [...rest, `${why}log: ${log}`].join('\n'), {
    ...(exitCode !== null && { exitCode }),
  });
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
