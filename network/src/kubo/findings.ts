import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askKubo } from './rpc.js';
import {
  isObject,
  isSetTo,
  isUnsynced,
  privateSettings,
  settingAt,
  type KuboConfig,
  type Setting,
} from './settings.js';
import { isSwarmKey } from './swarm-key.js';

/** Something about a node that should be otherwise, in one line, and what to do about it. */
export interface KuboFinding {
  readonly code:
    | 'KUBO_UNREACHABLE'
    | 'KUBO_VERSION'
    | 'KUBO_SETTING'
    | 'KUBO_NOT_SYNCED'
    | 'KUBO_API_EXPOSED'
    | 'KUBO_NO_SWARM_KEY'
    | 'KUBO_SWARM_KEY_OPEN'
    | 'KUBO_NO_PEERS';
  /** An error endangers payloads or secrecy; a warning is what an operator should know. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly remedy: string;
}

const WITHIN = 5_000;
const RESTART = 'then restart the node';
const LOOPBACK = /^\/(ip4\/127\.|ip6\/::1\/|unix\/)/;
const FIRST_FOR_PRODUCTION = 43;

type Found = readonly KuboFinding[];

/**
 * Looks at a running node: every setting of a private swarm, how it is reached, its swarm key (when its repository is on this machine)
 * and its peers. Changes nothing. An empty list means that nothing was found.
 */
export async function kuboFindings(api: string, withinMs = WITHIN): Promise<Found> {
  try {
    const [version, config, system, peers] = await Promise.all(
      ['version', 'config/show', 'diag/sys', 'swarm/peers'].map((path) => askKubo(api, path, withinMs)),
    );
    const settings = isObject(config) ? config : {};
    return [
      ...versionFindings(version),
      ...settingFindings(settings),
      ...syncFindings(settings),
      ...apiFindings(settings),
      ...(await swarmKeyFindings(system)),
      ...peerFindings(settings, peers),
    ];
  } catch (error) {
    const message = error instanceof Error ? error.message : 'Kubo’s API did not answer';
    const remedy = 'start the node, or correct TALLYSTICK_KUBO_API';
    return [{ code: 'KUBO_UNREACHABLE', severity: 'error', message, remedy }];
  }
}

/** The settings of a configuration that are not as `privateSettings` has them. */
export function settingFindings(config: KuboConfig): Found {
  const wrong = privateSettings.filter((setting) => !isSetTo(setting, settingAt(config, setting.key)));
  return wrong.map((setting) => ({
    code: 'KUBO_SETTING',
    severity: 'error',
    message: `${setting.key} is ${shown(settingAt(config, setting.key))}: ${setting.risk}`,
    remedy: `${commandOf(setting)}, ${RESTART}`,
  }));
}

function syncFindings(config: KuboConfig): Found {
  if (!isUnsynced(config)) return [];
  const message = 'blocks are left to the operating system to write: a power cut takes what was acknowledged';
  const remedy = `set "sync": true for flatfs in Datastore.Spec, ${RESTART}`;
  return [{ code: 'KUBO_NOT_SYNCED', severity: 'error', message, remedy }];
}

const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));

const commandOf = ({ key, value, command }: Setting): string =>
  command ?? `ipfs config --json ${key} '${JSON.stringify(value)}'`;

function versionFindings(answer: unknown): Found {
  const version = isObject(answer) ? String(answer['Version']) : '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 0 || minor >= FIRST_FOR_PRODUCTION) return [];
  const message = `Kubo ${version} collects garbage unsafely and has known weaknesses`;
  return [{ code: 'KUBO_VERSION', severity: 'warning', message, remedy: 'run 0.43 or later in production' }];
}

function apiFindings(config: KuboConfig): Found {
  const addresses = [settingAt(config, 'Addresses.API')]
    .flat()
    .filter((address) => typeof address === 'string');
  const open = addresses.filter((address) => !LOOPBACK.test(address));
  if (open.length === 0 || settingAt(config, 'API.Authorizations') !== undefined) return [];
  const message = `the API listens on ${open.join(', ')}: whoever reaches it owns the node`;
  const remedy = `ipfs config Addresses.API /ip4/127.0.0.1/tcp/5001, ${RESTART}`;
  return [{ code: 'KUBO_API_EXPOSED', severity: 'error', message, remedy }];
}

/** The API does not show the key. It says where the repository is, which may be on another machine. */
async function swarmKeyFindings(system: unknown): Promise<Found> {
  const repo = isObject(system) ? settingAt(system, 'environment.IPFS_PATH') : undefined;
  if (typeof repo !== 'string' || !(await isFile(join(repo, 'config')))) return [];
  const file = join(repo, 'swarm.key');
  const key = (await isFile(file)) ? await readFile(file, 'utf8') : '';
  if (!isSwarmKey(key)) {
    const remedy = `put the members’ swarm key at ${file}, run with LIBP2P_FORCE_PNET=1`;
    return [{ code: 'KUBO_NO_SWARM_KEY', severity: 'error', message: `${file} is no swarm key`, remedy }];
  }
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return [];
  const message = `${file} can be read by others on this machine`;
  return [{ code: 'KUBO_SWARM_KEY_OPEN', severity: 'error', message, remedy: `chmod 600 ${file}` }];
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function peerFindings(config: KuboConfig, answer: unknown): Found {
  const wanted = settingAt(config, 'Peering.Peers');
  const connected = isObject(answer) ? answer['Peers'] : undefined;
  if (!Array.isArray(wanted) || wanted.length === 0 || (Array.isArray(connected) && connected.length > 0))
    return [];
  const message = `connected to none of ${wanted.length} peers`;
  const remedy = 'compare the swarm keys, the peers’ addresses and the firewall';
  return [{ code: 'KUBO_NO_PEERS', severity: 'warning', message, remedy }];
}
