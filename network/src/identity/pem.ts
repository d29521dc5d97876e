import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IdentityError } from './errors.js';

/** All PEM files of a directory in name order; none where the directory is missing. Half-written files end otherwise. */
export async function pemFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const wanted = names.filter((name) => /\.(pem|crt|cert)$|_sk$/.test(name)).sort();
  return Promise.all(wanted.map((name) => readFile(join(directory, name), 'utf8')));
}

/** Runs a parser; what it throws becomes `NOT_READABLE` with a name for what was read. */
export function readable<T>(what: string, directory: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof IdentityError) throw cause;
    throw new IdentityError(
      'NOT_READABLE',
      `${directory}: ${what} is not readable`,
      { directory, what },
      { cause },
    );
  }
}
