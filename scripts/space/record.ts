import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceFile } from '@tallystick/network/identity';
import { freePorts } from '@tallystick/network/processes';
import { defaultTopology, parseTopology, type LedgerKind, type Topology } from '@tallystick/network/topology';

/** What a space must find again when it is started anew: who takes part, on which ports, with which API keys. */
export interface SpaceRecord {
  readonly topology: Topology;
  readonly gateways: Readonly<Record<string, GatewayRecord>>;
  /** Ports of each organisation's Kubo, by MSP id, where payloads are kept there. */
  readonly kubo?: Readonly<Record<string, KuboPorts>> | undefined;
}

export interface KuboPorts {
  readonly api: number;
  readonly swarm: number;
}

/** Where the gateways keep payloads: in files of their own, or each in a Kubo. */
export type StoreKind = 'embedded' | 'kubo';

interface GatewayRecord {
  readonly port: number;
  /** API key of every identity, by its name. */
  readonly keys: Readonly<Record<string, string>>;
}

export interface RecordOptions {
  readonly dataDir: string;
  readonly bundle: string;
  /** Version of the chaincode definition: of a new space, or one to go on with on the embedded ledger. */
  readonly version?: string | undefined;
  readonly basePort?: number | undefined;
  readonly batch?: Topology['batch'] | undefined;
  /** What a new space keeps payloads in; embedded by default. */
  readonly store?: StoreKind | undefined;
  /** The ledger of a new space; embedded by default. */
  readonly ledger?: LedgerKind | undefined;
  /** Of a new space on real Fabric, as in `defaultTopology`. */
  readonly peersPerOrganisation?: number | undefined;
  readonly orderers?: number | undefined;
}

// Above the ports of the ledger, of which Fabric has many.
const GATEWAYS_ABOVE = 30;
const KUBOS_ABOVE = 40;

const stored = z.strictObject({
  version: z.literal(1),
  topology: z.unknown(),
  gateways: z.record(z.string(), z.strictObject({ port: z.int(), keys: z.record(z.string(), z.string()) })),
  kubo: z.record(z.string(), z.strictObject({ api: z.int(), swarm: z.int() })).optional(),
});

const newKey = (): string => `tsk_${randomBytes(32).toString('base64url')}`;

/** Every port that the topology has. */
const ledgerPorts = ({ organisations }: Topology): number[] =>
  organisations.flatMap(({ peers, orderers }) =>
    [...peers, ...orderers].flatMap((node) =>
      Object.values(node).filter((value) => typeof value === 'number'),
    ),
  );

/** So many ports above the ledger's, or free ones. */
async function portsAbove(
  taken: readonly number[],
  count: number,
  base: number | undefined,
): Promise<number[]> {
  if (base !== undefined) return Array.from({ length: count }, (_, index) => base + index);
  const free = await freePorts(count + taken.length);
  return free.filter((port) => !taken.includes(port)).slice(0, count);
}

const above = (basePort: number | undefined, offset: number): number | undefined =>
  basePort === undefined ? undefined : basePort + offset;

/** Two ports for every Kubo. */
const kuboPorts = (mspIds: readonly string[], ports: readonly number[]): Record<string, KuboPorts> =>
  Object.fromEntries(
    mspIds.map((mspId, index) => [mspId, { api: ports[2 * index] ?? 0, swarm: ports[2 * index + 1] ?? 0 }]),
  );

async function newRecord(options: RecordOptions): Promise<SpaceRecord> {
  const { dataDir, bundle, version, basePort, batch, store, ledger, peersPerOrganisation, orderers } =
    options;
  const proposed = await defaultTopology({
    dataDir,
    bundle,
    ...(basePort !== undefined && { basePort }),
    ...(ledger !== undefined && { ledger }),
    ...(version !== undefined && { version }),
    ...(peersPerOrganisation !== undefined && { peersPerOrganisation }),
    ...(orderers !== undefined && { orderers }),
  });
  const topology = parseTopology({ ...proposed, ...(batch !== undefined && { batch }) });
  const members = topology.organisations.filter(({ peers }) => peers.length > 0);
  const taken = ledgerPorts(topology);
  const ports = await portsAbove(taken, members.length, above(basePort, GATEWAYS_ABOVE));
  const gateways = members.map(({ mspId, users }, i) => {
    // Administrators are at home at Fabric's commands, not at a gateway; a witness signs what its gateway tells it, for no caller.
    const clients = users.filter(
      ({ ou, attributes }) => ou === 'client' && attributes['tallystick.role'] !== 'witness',
    );
    const keys = Object.fromEntries(clients.map(({ name }) => [name, newKey()]));
    return [mspId, { port: ports[i] ?? 0, keys }] as const;
  });
  const record = { topology, gateways: Object.fromEntries(gateways) };
  if (store !== 'kubo') return record;
  const kubo = await portsAbove([...taken, ...ports], 2 * members.length, above(basePort, KUBOS_ABOVE));
  return {
    ...record,
    kubo: kuboPorts(
      members.map(({ mspId }) => mspId),
      kubo,
    ),
  };
}

/**
 * The record of the space in a data directory: the one that is there, or a new one, which is written down first (mode
 * 0600: it holds the API keys). Where the directory and the chaincode lie now wins over where they lay then.
 */
export async function spaceRecord(options: RecordOptions): Promise<SpaceRecord> {
  const path = join(options.dataDir, 'space.json');
  const text = await readIfThere(path);
  if (text === undefined) {
    const made = await newRecord(options);
    await replaceFile(path, `${JSON.stringify({ version: 1, ...made }, null, 2)}\n`, { isPrivate: true });
    return made;
  }
  const { topology, gateways, kubo } = stored.parse(JSON.parse(text));
  const found = parseTopology(topology);
  const { bundle, version = found.chaincode.version } = options;
  const chaincode = { ...found.chaincode, bundle, version };
  return { topology: { ...found, dataDir: options.dataDir, chaincode }, gateways, kubo };
}
