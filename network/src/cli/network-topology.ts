import { access, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { replaceFile } from '../identity/index.js';
import { defaultTopology, parseTopology, type LedgerKind, type Topology } from '../topology/index.js';
import { CliError } from './errors.js';

export interface NetworkOptions {
  readonly data: string;
  readonly ledger?: LedgerKind;
  readonly basePort?: number;
  /** A topology of one's own, JSON or YAML. */
  readonly topology?: string;
  /** The bundled chaincode. */
  readonly chaincode?: string;
}

/** Where things lie now; it wins over where they lay when the topology was written down. */
interface Place {
  readonly dataDir: string;
  readonly bundle: string;
}

export const BUNDLE = fileURLToPath(
  new URL('../../../chaincode/dist/tallystick-chaincode.cjs', import.meta.url),
);

const recordFile = (dataDir: string): string => join(dataDir, 'topology.json');

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${path} cannot be read`, { cause });
  }
}

function parsed(text: string, path: string): Record<string, unknown> {
  try {
    // JSON is YAML.
    const value: unknown = load(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${path} is neither JSON nor YAML`, { cause });
  }
  throw new CliError('FILE_UNREADABLE', `${path} holds no topology`);
}

const placed = (value: Record<string, unknown>, { dataDir, bundle }: Place): Topology => {
  const { chaincode } = value;
  return parseTopology({
    ...value,
    dataDir,
    chaincode: typeof chaincode === 'object' ? { ...chaincode, bundle } : chaincode,
  });
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The topology of the network that is in a data directory. @throws CliError FILE_UNREADABLE when none is */
export async function recordedTopology(dataDir: string, bundle?: string): Promise<Topology> {
  const path = recordFile(dataDir);
  const value = parsed(await textOf(path), path);
  return bundle === undefined ? parseTopology({ ...value, dataDir }) : placed(value, { dataDir, bundle });
}

/** Writes down which network a data directory belongs to. */
export const recordTopology = (topology: Topology): Promise<void> =>
  replaceFile(recordFile(topology.dataDir), `${JSON.stringify(topology, null, 2)}\n`, { isPrivate: false });

/** The bundle that a topology file names, seen from the file. */
function namedBundle({ chaincode }: Record<string, unknown>, file: string): string | undefined {
  if (typeof chaincode !== 'object' || chaincode === null || !('bundle' in chaincode)) return undefined;
  const { bundle } = chaincode;
  if (typeof bundle !== 'string') return undefined;
  return isAbsolute(bundle) ? bundle : resolve(dirname(file), bundle);
}

async function bundleOf(proposed: string): Promise<string> {
  const bundle = resolve(proposed);
  if (await isThere(bundle)) return bundle;
  throw new CliError(
    'FILE_UNREADABLE',
    `${bundle} is missing: run "npm run build" first, or name the bundled chaincode with --chaincode`,
  );
}

async function proposedTopology(options: NetworkOptions, dataDir: string): Promise<Topology | undefined> {
  const { topology: file, ledger, basePort, chaincode } = options;
  if (file !== undefined) {
    const value = parsed(await textOf(file), file);
    return placed(value, {
      dataDir,
      bundle: await bundleOf(chaincode ?? namedBundle(value, file) ?? BUNDLE),
    });
  }
  if (await isThere(recordFile(dataDir))) return undefined;
  const bundle = await bundleOf(chaincode ?? BUNDLE);
  return defaultTopology({
    dataDir,
    bundle,
    ...(ledger !== undefined && { ledger }),
    ...(basePort !== undefined && { basePort }),
  });
}

/** The first of the ports that a base port gives. */
const firstPort = ({ organisations }: Topology): number | undefined => organisations[0]?.peers[0]?.port;

function refuseOther(found: Topology, options: NetworkOptions, proposed: Topology | undefined): void {
  const { ledger = found.ledger.kind, basePort = firstPort(found) } = options;
  const isSame =
    ledger === found.ledger.kind &&
    basePort === firstPort(found) &&
    (proposed === undefined || JSON.stringify(proposed) === JSON.stringify(found));
  if (isSame) return;
  const message = `${found.dataDir} holds a network of its own (${found.ledger.kind}, from port ${String(firstPort(found))}): name another directory with --data`;
  throw new CliError('OTHER_TOPOLOGY', message);
}

/**
 * The topology to run: the one in the data directory, or a new one, which is written down there.
 * @throws CliError OTHER_TOPOLOGY when the directory holds another, FILE_UNREADABLE; TopologyError
 */
export async function networkTopology(options: NetworkOptions): Promise<Topology> {
  const dataDir = resolve(options.data);
  const proposed = await proposedTopology(options, dataDir);
  if (!(await isThere(recordFile(dataDir)))) {
    if (proposed === undefined) throw new Error('without a record there is a proposal');
    await recordTopology(proposed);
    return proposed;
  }
  const bundle = proposed?.chaincode.bundle ?? (await bundleOf(options.chaincode ?? BUNDLE));
  const found = await recordedTopology(dataDir, bundle);
  refuseOther(found, options, proposed);
  return found;
}
