import { readFile } from 'node:fs/promises';

/** A parameter or a file that cannot be used; exit code 4. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
  readonly code = 'UNUSABLE';
}

/** @throws Unusable when the file cannot be read */
export const readInput = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });

export const unreadable = (path: string, cause: unknown): Unusable =>
  new Unusable(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
