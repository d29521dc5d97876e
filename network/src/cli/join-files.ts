import { readFile, writeFile } from 'node:fs/promises';
import { decodeUpdateFile, encodeUpdateFile, type UpdateFile } from '../fabric/index.js';
import { CliError } from './errors.js';

/** @throws CliError FILE_UNREADABLE */
async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${path} cannot be read`, { cause });
  }
}

/** @throws CliError FILE_UNREADABLE */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await bytesOf(path);
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    throw new CliError('FILE_UNREADABLE', `${path} is no JSON`, { cause });
  }
}

export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);

/** @throws CliError FILE_UNREADABLE; MembershipError UPDATE_UNREADABLE */
export const readUpdate = async (path: string): Promise<UpdateFile> => decodeUpdateFile(await bytesOf(path));

export const writeUpdate = (path: string, file: UpdateFile): Promise<void> =>
  writeFile(path, encodeUpdateFile(file));
