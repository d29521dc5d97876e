import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KuboError } from './errors.js';

/**
 * The pre-shared key of a private swarm (libp2p specs, pnet/Private-Networks-PSK-V1.md): 32 random bytes, known to all members and to
 * nobody else. It keeps strangers out; it does not keep members apart, which is why payloads are sealed.
 */
const FORM = /^\/key\/swarm\/psk\/1\.0\.0\/\n\/base16\/\n[0-9a-f]{64}\n?$/;
const OWNER_ONLY = 0o600;

/** A fresh key in the form of a `swarm.key` file. A secret. */
export function newSwarmKey(): string {
  return `/key/swarm/psk/1.0.0/\n/base16/\n${randomBytes(32).toString('hex')}\n`;
}

/** Whether a text is a swarm key as this project writes it. */
export const isSwarmKey = (text: string): boolean => FORM.test(text);

/**
 * The key in this file, made when the file is not there: once, however many ask at a time. The file is its owner's alone.
 * @throws KuboError SWARM_KEY_INVALID
 */
export async function keepSwarmKey(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await makeOnce(file);
  await chmod(file, OWNER_ONLY);
  const key = await readFile(file, 'utf8');
  // The message must not quote the file: it may be a key with a typing error in it.
  if (!isSwarmKey(key)) throw new KuboError('SWARM_KEY_INVALID', `${file} is no swarm key`);
  return key;
}

/** Whole or not at all: a key read half would be another key. */
async function makeOnce(file: string): Promise<void> {
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, newSwarmKey(), { mode: OWNER_ONLY });
  try {
    await link(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(temporary);
  }
}
