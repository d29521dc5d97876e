import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KuboError } from './errors.js';

/** The version that `network/tools/go.mod` pins, for trying and tests. In production run 0.43 or later. */
export const KUBO_VERSION = '0.42.0';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where `npm run tools` puts the pinned `ipfs`: a cache outside the tree, one directory a version. */
export function cachedIpfs(environment: Environment = process.env): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'tallystick', `kubo-v${KUBO_VERSION}`, 'ipfs');
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The `ipfs` to run: TALLYSTICK_IPFS, the one that `npm run tools` installed, or the first on PATH. `undefined` when there is none.
 * @throws KuboError NO_BINARY when TALLYSTICK_IPFS names what cannot be run: another one in its place would be a surprise
 */
export async function findIpfs(environment: Environment = process.env): Promise<string | undefined> {
  const named = environment['TALLYSTICK_IPFS'];
  if (named !== undefined) {
    if (await isExecutable(named)) return named;
    throw new KuboError('NO_BINARY', `TALLYSTICK_IPFS names ${named}, which cannot be run`);
  }
  const onPath = (environment['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const path of [cachedIpfs(environment), ...onPath.map((directory) => join(directory, 'ipfs'))]) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** `findIpfs`, or an error that says how to get it. @throws KuboError NO_BINARY */
export async function requireIpfs(environment: Environment = process.env): Promise<string> {
  const found = await findIpfs(environment);
  if (found !== undefined) return found;
  throw new KuboError(
    'NO_BINARY',
    'no ipfs was found: run `npm run tools` (needs Go), put Kubo on PATH, or name it in TALLYSTICK_IPFS',
  );
}
