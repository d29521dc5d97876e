import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newRecipient, recipientOf } from '../../payload/index.js';
import type { RecipientKeys } from '../../payload/port.js';
import { CustodyError } from './errors.js';

/** An identity file as `age-keygen` writes it, so that the stock `age` can open what the organisation owns. */
const FILE = 'age-identity.txt';
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * The organisation's own age identity, `<directory>/age-identity.txt`, made at the first start. Whoever loses it loses every
 * version registered under it: it belongs into the backup of the state.
 * @throws CustodyError AGE_IDENTITY_INVALID when the file holds no identity, or others than its owner may read it.
 */
export async function openAgeIdentity(directory: string): Promise<RecipientKeys> {
  const path = join(directory, FILE);
  const text = (await read(path)) ?? (await make(directory, path));
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [identity] = lines;
  if (identity === undefined || lines.length !== 1) throw invalid('does not hold exactly one identity');
  try {
    return { identity, recipient: recipientOf(identity) };
  } catch {
    // The cause is dropped: it stands beside a secret.
    throw invalid('holds no X25519 identity');
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & OTHERS) !== 0) throw invalid('may be read by others; set its mode to 0600');
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Durable before it is ever used; linked into place, so that two starts at once cannot each keep another identity. */
async function make(directory: string, path: string): Promise<string> {
  const { identity, recipient } = newRecipient();
  const temporary = join(directory, `${FILE}.${randomUUID()}`);
  try {
    await writeDurably(temporary, `# public key: ${recipient}\n${identity}\n`);
    await link(temporary, path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(directory);
  return readFile(path, 'utf8');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

const invalid = (what: string): CustodyError => new CustodyError('AGE_IDENTITY_INVALID', `${FILE} ${what}`);
