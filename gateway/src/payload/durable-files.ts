import { open } from 'node:fs/promises';
import { PayloadError } from './port.js';

/** Files that a power cut leaves whole or not at all. */

/** Writes a file and waits until the disk has its bytes (not its name: see `syncDirectory`). */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The beginning of a file in one read, up to a number of bytes; `undefined` when there is no such file. */
export async function readAtMost(path: string, limit: number): Promise<Uint8Array | undefined> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(Math.min(size, limit));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A rename is durable only when its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const errnoOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

export const isMissing = (error: unknown): boolean => errnoOf(error) === 'ENOENT';

/** A full disk by its code; any other error as it is. */
export function asStoreError(error: unknown): unknown {
  const isFull = ['ENOSPC', 'EDQUOT'].includes(String(errnoOf(error)));
  return isFull ? new PayloadError('STORE_FULL', 'no space for the payload', { cause: error }) : error;
}
