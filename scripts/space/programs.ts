import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile, tlsRootFile } from '@tallystick/network/identity';
import type { ProcessSpec } from '@tallystick/network/processes';
import { embeddedNodeConfig, organisationDirectory, peerAddresses } from '@tallystick/network/topology';
import { kuboApi } from './kubo.js';
import type { SpaceRecord } from './record.js';

/** Arguments of `node` that run the two programs; the node's config is added to the first. */
export interface Programs {
  readonly node: readonly string[];
  readonly gateway: readonly string[];
}

export type Environment = Readonly<Record<string, string>>;

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The bundled chaincode of this checkout. */
export const BUNDLE = join(root, 'chaincode/dist/tallystick-chaincode.cjs');

/** The compiled programs of this checkout. */
export const COMPILED: Programs = {
  node: [join(root, 'network/dist/embedded/main.js')],
  gateway: [join(root, 'gateway/dist/main.js')],
};

/** Throws if one of them is not there because nothing has been compiled yet. */
export async function requireCompiled(): Promise<void> {
  for (const file of [...COMPILED.node, ...COMPILED.gateway, BUNDLE]) {
    await access(file).catch((cause: unknown) => {
      throw new Error(`${file} is missing: run "npm run build" first`, { cause });
    });
  }
}

/** Whoever starts a space for a test or a demo may have a busy machine; a program that ends is told at once all the same. */
const READY_WITHIN_MS = 180_000;

// What a program may need of our own environment; our TALLYSTICK_* variables must not leak into a gateway.
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_V8_COVERAGE'];

const inherited = (): Environment =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** Writes the embedded node's configuration and says how to run it. */
export async function nodeSpec({ topology }: SpaceRecord, programs: Programs): Promise<ProcessSpec> {
  const file = join(topology.dataDir, 'node.json');
  await replaceFile(file, `${JSON.stringify(embeddedNodeConfig(topology), null, 2)}\n`, { isPrivate: false });
  return {
    name: 'node',
    args: [...programs.node, '--config', file],
    env: inherited(),
    logFile: join(topology.dataDir, 'logs/node.log'),
    ports: topology.organisations.flatMap(({ peers }) => peers.map(({ port }) => port)),
    readyWithinMs: READY_WITHIN_MS,
  };
}

const SCOPES: Readonly<Record<string, readonly string[]>> = { auditor: ['read'] };

/** Writes the API keys that the gateway hashes at its first start; returns the file. */
async function apiKeyFile(dataDir: string, mspId: string, keys: Environment): Promise<string> {
  const seeds = Object.entries(keys).map(([identity, secret]) => ({
    name: identity,
    secret,
    identity,
    scopes: SCOPES[identity] ?? ['*'],
  }));
  const file = join(dataDir, 'keys', `${mspId}.json`);
  await replaceFile(file, `${JSON.stringify(seeds, null, 2)}\n`, { isPrivate: true });
  return file;
}

export const identitiesDirectory = ({ topology }: SpaceRecord, mspId: string): string =>
  join(organisationDirectory(topology, mspId), 'users');

export const gatewayDirectory = ({ topology }: SpaceRecord, mspId: string): string =>
  join(topology.dataDir, 'gateways', mspId);

/** Says how to run an organisation's gateway: its own data, its own peer, the other members' addresses. */
export async function gatewaySpec(
  record: SpaceRecord,
  mspId: string,
  programs: Programs,
): Promise<ProcessSpec> {
  const { topology, gateways } = record;
  const own = gateways[mspId];
  const kubo = record.kubo?.[mspId];
  if (own === undefined) throw new Error(`${mspId} has no gateway in this space`);
  const others = Object.entries(gateways).filter(([other]) => other !== mspId);
  const members = Object.fromEntries(others.map(([other, { port }]) => [other, `http://127.0.0.1:${port}`]));
  const env = {
    ...inherited(),
    TALLYSTICK_DATA_DIR: gatewayDirectory(record, mspId),
    TALLYSTICK_LISTEN: `127.0.0.1:${own.port}`,
    TALLYSTICK_MSP_ID: mspId,
    TALLYSTICK_CHANNEL: topology.channel,
    TALLYSTICK_CHAINCODE: topology.chaincode.name,
    TALLYSTICK_PEER: peerAddresses(topology, mspId).join(','),
    ...(topology.tls && {
      TALLYSTICK_PEER_TLS_CA: tlsRootFile(organisationDirectory(topology, mspId)),
      TALLYSTICK_PEER_TLS_NAME: 'localhost',
    }),
    TALLYSTICK_IDENTITIES: identitiesDirectory(record, mspId),
    TALLYSTICK_API_KEYS: await apiKeyFile(topology.dataDir, mspId, own.keys),
    TALLYSTICK_MEMBERS: JSON.stringify(members),
    ...(kubo && { TALLYSTICK_STORE: 'kubo', TALLYSTICK_KUBO_API: kuboApi(kubo) }),
  };
  const logFile = join(topology.dataDir, 'logs', `${mspId}.log`);
  return {
    name: mspId,
    args: programs.gateway,
    env,
    logFile,
    ports: [own.port],
    readyWithinMs: READY_WITHIN_MS,
  };
}
