import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../identity/index.js';
import { CliError } from './errors.js';
import { identify, isSame } from './process-identity.js';

const nodeState = z.strictObject({
  name: z.string(),
  kind: z.enum(['orderer', 'peer', 'chaincode', 'node']),
  mspId: z.string(),
  pid: z.int(),
  started: z.string(),
  restarts: z.int(),
  logFile: z.string(),
  /** Where it serves. */
  port: z.int(),
  /** Where it tells of its health. */
  operationsPort: z.int().optional(),
});

const runRecord = z.strictObject({
  version: z.literal(1),
  pid: z.int(),
  started: z.string(),
  isReady: z.boolean(),
  nodes: z.array(nodeState),
});

/** One process of a network as it runs now. */
export type NodeState = z.output<typeof nodeState>;

/** What `run` leaves in the data directory for `status` and `down` while it lives. */
export type RunRecord = z.output<typeof runRecord>;

const fileOf = (dataDir: string): string => join(dataDir, 'run.json');

async function recordOf(dataDir: string): Promise<RunRecord | undefined> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : runRecord.parse(JSON.parse(text));
}

/** The record of the network that runs from a data directory; one whose `run` has ended counts as none. */
export async function liveRecord(dataDir: string): Promise<RunRecord | undefined> {
  const found = await recordOf(dataDir);
  return found !== undefined && (await isSame(found)) ? found : undefined;
}

/** What stays of a `run` that has ended without taking its record away, as a killed one does. */
export async function staleRecord(dataDir: string): Promise<RunRecord | undefined> {
  const found = await recordOf(dataDir);
  return found !== undefined && !(await isSame(found)) ? found : undefined;
}

export async function writeRecord(dataDir: string, record: RunRecord): Promise<void> {
  await replaceFile(fileOf(dataDir), `${JSON.stringify(record, null, 2)}\n`, { isPrivate: true });
}

export const removeRecord = (dataDir: string): Promise<void> => rm(fileOf(dataDir), { force: true });

/** Makes this process the one that runs the network. @throws CliError ALREADY_RUNNING */
export async function claimRecord(dataDir: string): Promise<RunRecord> {
  const running = await liveRecord(dataDir);
  if (running !== undefined) {
    throw new CliError('ALREADY_RUNNING', `a network runs from ${dataDir} (pid ${running.pid})`);
  }
  const self = await identify(process.pid);
  if (self === undefined) throw new Error('this process runs');
  const record: RunRecord = { version: 1, ...self, isReady: false, nodes: [] };
  await writeRecord(dataDir, record);
  return record;
}
