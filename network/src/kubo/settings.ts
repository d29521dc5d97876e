/** A Kubo configuration as its `config` file and its `config/show` have it. */
export type KuboConfig = Readonly<Record<string, unknown>>;

/** One setting of a node in a private swarm: what it is, and what is at stake. */
export interface Setting {
  /** As `ipfs config` spells it. */
  readonly key: string;
  readonly value: unknown;
  /** What goes wrong with another value. */
  readonly risk: string;
  /** A command that sets more than this key, where there is one. */
  readonly command?: string;
}

const OUTSIDE = 'the node talks to the public network';
const WRONG_TRANSPORT = 'a transport that knows no swarm key is switched on';
const OTHER_CIDS = 'a file added by hand gets another CID than the ledger records';

const on = (risk: string, ...keys: string[]): Setting[] => keys.map((key) => ({ key, value: true, risk }));
const off = (risk: string, ...keys: string[]): Setting[] => keys.map((key) => ({ key, value: false, risk }));

// Names and meanings: Kubo docs/config.md; the profile: config/profile.go "unixfs-v1-2025" (IPIP-499).
const IMPORT_PROFILE = {
  CidVersion: 1,
  UnixFSRawLeaves: true,
  UnixFSChunker: 'size-1048576',
  HashFunction: 'sha2-256',
  UnixFSFileMaxLinks: 1024,
  UnixFSDirectoryMaxLinks: 0,
  UnixFSHAMTDirectoryMaxFanout: 256,
  UnixFSHAMTDirectorySizeThreshold: '256KiB',
  UnixFSHAMTDirectorySizeEstimation: 'block',
  UnixFSDAGLayout: 'balanced',
} as const;

const importProfile: Setting[] = Object.entries(IMPORT_PROFILE).map(([name, value]) => ({
  key: `Import.${name}`,
  value,
  risk: OTHER_CIDS,
  command: 'ipfs config profile apply unixfs-v1-2025',
}));

/** What every node of the members' private swarm must be set to: written when a node is made, looked at by `kuboFindings`. */
export const privateSettings: readonly Setting[] = [
  ...off(
    OUTSIDE,
    'AutoConf.Enabled',
    'AutoTLS.Enabled',
    'HTTPRetrieval.Enabled',
    'Version.SwarmCheckEnabled',
  ),
  { key: 'Bootstrap', value: [], risk: OUTSIDE },
  { key: 'DNS.Resolvers', value: {}, risk: OUTSIDE },
  { key: 'Routing.DelegatedRouters', value: [], risk: OUTSIDE },
  { key: 'Ipns.DelegatedPublishers', value: [], risk: OUTSIDE },
  { key: 'Routing.Type', value: 'none', risk: 'the node looks for peers beside those it was given' },
  ...off('the node announces itself to everybody on the local network', 'Discovery.MDNS.Enabled'),
  { key: 'Plugins.Plugins.telemetry.Config.Mode', value: 'off', risk: 'the node reports on itself' },
  ...off('what the node holds is announced', 'Provide.Enabled'),
  ...off(
    WRONG_TRANSPORT,
    ...['QUIC', 'WebTransport', 'WebRTCDirect', 'Websocket'].map(
      (name) => `Swarm.Transports.Network.${name}`,
    ),
  ),
  ...off('traffic goes through strangers', 'Swarm.RelayClient.Enabled', 'Swarm.RelayService.Enabled'),
  ...off('the node opens ways through the firewall', 'Swarm.EnableHolePunching'),
  ...on('the node opens ways through the firewall', 'Swarm.DisableNatPortMap'),
  ...on('a block that rotted on the disk is sent to other members', 'Datastore.HashOnRead'),
  { key: 'Addresses.Gateway', value: [], risk: 'whoever reaches the port can make the node fetch' },
  ...importProfile,
];

/**
 * Kubo keeps a list of stores in `Datastore.Spec.mounts`; by its default the one of blocks (flatfs) leaves writing to the operating system, so
 * that a power cut takes blocks of a file whose import was acknowledged.
 */
export function withSyncedBlocks(config: KuboConfig): KuboConfig {
  const mounts = mountsOf(config).map((mount) => (isFlatfs(mount) ? { ...mount, sync: true } : mount));
  return mounts.length === 0 ? config : withSetting(config, 'Datastore.Spec.mounts', mounts);
}

/** Whether a power cut may take blocks. */
export const isUnsynced = (config: KuboConfig): boolean =>
  mountsOf(config).some((mount) => isFlatfs(mount) && mount['sync'] !== true);

function mountsOf(config: KuboConfig): readonly KuboConfig[] {
  const mounts = settingAt(config, 'Datastore.Spec.mounts');
  return Array.isArray(mounts) ? mounts.filter(isObject) : [];
}

const isFlatfs = (mount: KuboConfig): boolean => mount['type'] === 'flatfs';

/** The value at a dotted key; `undefined` where there is none. */
export function settingAt(config: KuboConfig, key: string): unknown {
  return key.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), config);
}

/** A copy with one value set, made where objects on the way are missing. */
export function withSetting(config: KuboConfig, key: string, value: unknown): KuboConfig {
  const [name = '', ...rest] = key.split('.');
  if (rest.length === 0) return { ...config, [name]: value };
  const below = config[name];
  return { ...config, [name]: withSetting(isObject(below) ? below : {}, rest.join('.'), value) };
}

/** Whether a value says the same as the setting. Kubo writes an empty list, and an empty map, as null. */
export function isSetTo({ value }: Setting, actual: unknown): boolean {
  if (isEmpty(value)) return actual !== undefined && isEmpty(actual);
  return JSON.stringify(actual) === JSON.stringify(value);
}

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.keys(value).length === 0);

export const isObject = (value: unknown): value is KuboConfig =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
