import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { FabricError } from './errors.js';

const NAMES = ['configtxgen', 'orderer', 'osnadmin', 'peer'] as const;
type BinaryName = (typeof NAMES)[number];

/** Paths of Fabric's own programs. */
export type Binaries = Readonly<Record<BinaryName, string>>;

const HOW_TO_GET =
  'Install Fabric 3.1 as https://hyperledger-fabric.readthedocs.io/en/latest/install.html describes ' +
  '(install-fabric.sh binary) and set FABRIC_BIN to its bin directory, or put that on PATH.';

type Environment = Readonly<Record<string, string | undefined>>;

async function find(name: string, directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * Finds Fabric's programs: in FABRIC_BIN alone where that is set, else on PATH.
 * @throws FabricError BINARIES_MISSING, naming all that are missing and how to get them
 */
export async function findBinaries(environment: Environment = process.env): Promise<Binaries> {
  const { FABRIC_BIN: named, PATH: path = '' } = environment;
  const directories = named === undefined ? path.split(delimiter).filter(Boolean) : [named];
  const found = await Promise.all(NAMES.map(async (name) => [name, await find(name, directories)] as const));
  const missing = found.flatMap(([name, at]) => (at === undefined ? [name] : []));
  if (missing.length > 0) {
    const where = named === undefined ? 'on PATH (FABRIC_BIN is not set)' : `in FABRIC_BIN (${named})`;
    throw new FabricError('BINARIES_MISSING', `Missing ${where}: ${missing.join(', ')}. ${HOW_TO_GET}`, {
      missing,
    });
  }
  return Object.fromEntries(found) as Record<BinaryName, string>;
}
