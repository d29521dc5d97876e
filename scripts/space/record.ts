import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '@tallystick/network/identity';
import { freePorts } from '@tallystick/network/processes';
import { defaultTopology, parseTopology, type Topology } from '@tallystick/network/topology';

/** What a space must find again when it is started anew: who takes part, on which ports, with which API keys. */
export interface SpaceRecord {
  readonly topology: Topology;
  readonly gateways: Readonly<Record<string, GatewayRecord>>;
}

export interface GatewayRecord {
  readonly port: number;
  /** API key of every identity, by its name. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface RecordOptions {
  readonly dataDir: string;
  readonly bundle: string;
  readonly basePort?: number | undefined;
  readonly batch?: Topology['batch'] | undefined;
}

const GATEWAYS_ABOVE = 10;

const stored = z.strictObject({
  version: z.literal(1),
  topology: z.unknown(),
  gateways: z.record(z.string(), z.strictObject({ port: z.int(), keys: z.record(z.string(), z.string()) })),
});

const newKey = (): string => `tsk_${randomBytes(32).toString('base64url')}`;

async function gatewayPorts(topology: Topology, basePort: number | undefined): Promise<number[]> {
  const peers = topology.organisations.flatMap((each) => each.peers.map(({ port }) => port));
  if (basePort !== undefined) return peers.map((port) => port + GATEWAYS_ABOVE);
  return (await freePorts(2 * peers.length)).filter((port) => !peers.includes(port)).slice(0, peers.length);
}

async function newRecord({ dataDir, bundle, basePort, batch }: RecordOptions): Promise<SpaceRecord> {
  const proposed = await defaultTopology({ dataDir, bundle, ...(basePort !== undefined && { basePort }) });
  const topology = parseTopology({ ...proposed, ...(batch !== undefined && { batch }) });
  const ports = await gatewayPorts(topology, basePort);
  const gateways = topology.organisations
    .filter(({ peers }) => peers.length > 0)
    .map(({ mspId, users }, i) => {
      const keys = Object.fromEntries(users.map(({ name }) => [name, newKey()]));
      return [mspId, { port: ports[i] ?? 0, keys }] as const;
    });
  return { topology, gateways: Object.fromEntries(gateways) };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The record of the space in a data directory: the one that is there, or a new one, which is written down first (mode
 * 0600: it holds the API keys). Where the directory and the chaincode lie now wins over where they lay then.
 */
export async function spaceRecord(options: RecordOptions): Promise<SpaceRecord> {
  const path = join(options.dataDir, 'space.json');
  const text = await textOf(path);
  if (text === undefined) {
    const made = await newRecord(options);
    await replaceFile(path, `${JSON.stringify({ version: 1, ...made }, null, 2)}\n`, { isPrivate: true });
    return made;
  }
  const { topology, gateways } = stored.parse(JSON.parse(text));
  const found = parseTopology(topology);
  const chaincode = { ...found.chaincode, bundle: options.bundle };
  return { topology: { ...found, dataDir: options.dataDir, chaincode }, gateways };
}
