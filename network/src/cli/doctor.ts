import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { load } from 'js-yaml';
import { examine, reportOf } from '../doctor/index.js';
import { parseTopology, type Topology } from '../topology/index.js';
import { CliError } from './errors.js';
import { recordedTopology } from './network-topology.js';

export interface DoctorOptions {
  readonly data: string;
  /** A topology of one's own, JSON or YAML, instead of the one that lies in the data directory. */
  readonly topology?: string;
  /** Addresses of the RPC API of Kubo nodes. */
  readonly kubo?: readonly string[];
  readonly json?: boolean;
}

const FOUND = 1;
const NOTHING_FOUND = 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Paths in a topology file are seen from the file. */
async function namedTopology(file: string): Promise<Topology> {
  const path = resolve(file);
  let value: unknown;
  try {
    // JSON is YAML.
    value = load(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${path} cannot be read as JSON or YAML`, { cause });
  }
  if (!isRecord(value)) throw new CliError('FILE_UNREADABLE', `${path} holds no topology`);
  const { dataDir } = value;
  return parseTopology({
    ...value,
    dataDir: typeof dataDir === 'string' ? resolve(dirname(path), dataDir) : dataDir,
  });
}

/**
 * Looks at a network, whether it runs or not, and prints one line for each thing found. Returns the exit code: 0 when nothing is
 * found. @throws CliError FILE_UNREADABLE, TopologyError
 */
export async function doctor(
  { data, topology: file, kubo = [], json }: DoctorOptions,
  print: (line: string) => void,
): Promise<number> {
  const topology = file === undefined ? await recordedTopology(resolve(data)) : await namedTopology(file);
  const findings = await examine({ topology, kubo });
  print(json === true ? JSON.stringify(findings) : reportOf(findings));
  return findings.length === 0 ? NOTHING_FOUND : FOUND;
}
