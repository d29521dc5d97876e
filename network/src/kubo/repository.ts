import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KuboError } from './errors.js';
import {
  isObject,
  privateSettings,
  settingAt,
  withSetting,
  withSyncedBlocks,
  type KuboConfig,
} from './settings.js';
import { isSwarmKey } from './swarm-key.js';

/** Another member's node, always dialled again when the connection is lost. */
export interface KuboPeer {
  readonly id: string;
  /** Multiaddresses, `/ip4/192.0.2.7/tcp/4001`. */
  readonly addresses: readonly string[];
}

/** One node of the private swarm. */
export interface KuboNode {
  /** The `ipfs` to run (`findIpfs`). */
  readonly ipfs: string;
  /** Directory of the repository (IPFS_PATH). */
  readonly repo: string;
  /** Content of the members' `swarm.key`. A secret. */
  readonly swarmKey: string;
  /** Port of the RPC API, on the loopback address: whoever reaches it owns the node. */
  readonly apiPort: number;
  /** Where other members' nodes reach this one. */
  readonly swarm: { readonly host: string; readonly port: number };
  readonly peers?: readonly KuboPeer[];
  /** Upper bound of what the repository keeps before it collects garbage, as Kubo spells it (`10GB`). */
  readonly storageMax?: string;
}

const run = promisify(execFile);
const INIT_WITHIN = 60_000;
const OWNER_ONLY = 0o600;

/** The environment of every `ipfs` of the private swarm; nothing else is inherited. Without a swarm key it does not start. */
export function kuboEnvironment(repo: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: repo,
    IPFS_PATH: repo,
    LIBP2P_FORCE_PNET: '1',
    IPFS_TELEMETRY: 'off',
    GOLOG_LOG_LEVEL: 'error',
  };
}

/** The API's base URL. */
export const apiOf = ({ apiPort }: Pick<KuboNode, 'apiPort'>): string => `http://127.0.0.1:${apiPort}`;

/** The address that others put into their list of peers. */
export const swarmAddress = ({ swarm }: Pick<KuboNode, 'swarm'>): string =>
  `/${swarm.host.includes(':') ? 'ip6' : 'ip4'}/${swarm.host}/tcp/${swarm.port}`;

/** The configuration of a node of the private swarm, from what `ipfs init` wrote. */
export function privateConfig(
  config: KuboConfig,
  node: Omit<KuboNode, 'ipfs' | 'repo' | 'swarmKey'>,
): KuboConfig {
  const values: [string, unknown][] = [
    ...privateSettings.map(({ key, value }): [string, unknown] => [key, value]),
    ['Addresses.API', `/ip4/127.0.0.1/tcp/${node.apiPort}`],
    ['Addresses.Swarm', [swarmAddress(node)]],
    ['Peering.Peers', (node.peers ?? []).map(({ id, addresses }) => ({ ID: id, Addrs: addresses }))],
    ...(node.storageMax === undefined
      ? []
      : [['Datastore.StorageMax', node.storageMax] as [string, unknown]]),
  ];
  return values.reduce((made, [key, value]) => withSetting(made, key, value), withSyncedBlocks(config));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function init({ ipfs, repo }: KuboNode): Promise<void> {
  const args = ['init', '--empty-repo', '--profile=unixfs-v1-2025'];
  await run(ipfs, args, { env: kuboEnvironment(repo), timeout: INIT_WITHIN }).catch((cause: unknown) => {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new KuboError('INIT_FAILED', `ipfs init in ${repo} failed: ${said}`, { cause });
  });
}

async function readConfig(file: string): Promise<KuboConfig> {
  const config: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isObject(config)) throw new KuboError('CONFIG_INVALID', `${file} holds no object`);
  return config;
}

/**
 * Makes the node's repository, or brings the configuration of the one that is there up to date; the node must not run.
 * Its identity is made once, here. Resolves with the peer that other members put into their lists.
 * @throws KuboError SWARM_KEY_INVALID, INIT_FAILED, CONFIG_INVALID
 */
export async function prepareKubo(node: KuboNode): Promise<KuboPeer> {
  if (!isSwarmKey(node.swarmKey)) throw new KuboError('SWARM_KEY_INVALID', 'that is no swarm key');
  await mkdir(node.repo, { recursive: true, mode: 0o700 });
  const file = join(node.repo, 'config');
  if (!(await exists(file))) await init(node);
  await writeOwn(join(node.repo, 'swarm.key'), node.swarmKey);
  const config = privateConfig(await readConfig(file), node);
  await writeOwn(file, `${JSON.stringify(config, null, 2)}\n`);
  return { id: String(settingAt(config, 'Identity.PeerID')), addresses: [swarmAddress(node)] };
}

/** Whole or not at all, and readable by nobody else: the configuration holds the node's private key. */
async function writeOwn(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`;
  await writeFile(temporary, text, { mode: OWNER_ONLY });
  await rename(temporary, file);
}
