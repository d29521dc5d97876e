import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A file to be written; the path is relative to the directory that is being placed. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
  readonly isPrivate?: boolean;
}

const PRIVATE_FILE = 0o600;
const PUBLIC_FILE = 0o644;
const PRIVATE_DIRECTORY = 0o700;

const suffix = (): string => randomBytes(6).toString('hex');

async function writeSynced(path: string, content: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

// A directory that holds a key is closed to others as a whole. Open ones come first: `recursive` gives its mode to
// every parent it makes.
async function makeDirectories(root: string, files: readonly NewFile[]): Promise<void> {
  const directories = (chosen: readonly NewFile[]): Set<string> =>
    new Set(chosen.map(({ path }) => dirname(path)));
  const closed = directories(files.filter((file) => file.isPrivate === true));
  await mkdir(root, { recursive: true });
  for (const path of directories(files))
    if (!closed.has(path)) await mkdir(join(root, path), { recursive: true });
  for (const path of closed) await mkdir(join(root, path), { recursive: true, mode: PRIVATE_DIRECTORY });
}

async function writeAll(root: string, files: readonly NewFile[]): Promise<void> {
  await makeDirectories(root, files);
  const mode = (file: NewFile): number => (file.isPrivate === true ? PRIVATE_FILE : PUBLIC_FILE);
  await Promise.all(files.map((file) => writeSynced(join(root, file.path), file.content, mode(file))));
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST');

/**
 * Writes the files below a new directory beside `staging` and renames it to `target`, so that `target` is there whole
 * or not at all, whatever interrupts us. False when somebody else's `target` was there first; it is left as it was.
 * An interruption can leave a `.making-*` directory behind; its keys were never used by anybody.
 */
export async function placeDirectory(
  target: string,
  staging: string,
  files: readonly NewFile[],
): Promise<boolean> {
  const making = join(staging, `.making-${suffix()}`);
  try {
    await writeAll(making, files);
    await mkdir(dirname(target), { recursive: true });
    await rename(making, target);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Replaces one file, whole or not at all. */
export async function replaceFile(
  path: string,
  content: string,
  options: { isPrivate: boolean },
): Promise<void> {
  const making = `${path}.making-${suffix()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeSynced(making, content, options.isPrivate ? PRIVATE_FILE : PUBLIC_FILE);
    await rename(making, path);
  } finally {
    await rm(making, { force: true });
  }
}

/** The text of a file; `undefined` when it is not there. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Those of the paths that are missing or empty. */
export async function missingFiles(root: string, paths: readonly string[]): Promise<string[]> {
  const isMissing = async (path: string): Promise<boolean> =>
    stat(join(root, path)).then(
      (file) => file.size === 0,
      () => true,
    );
  const flags = await Promise.all(paths.map(isMissing));
  return paths.filter((_, index) => flags[index] === true);
}
