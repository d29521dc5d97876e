import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssertionError, expect } from 'chai';
import { IdentityError, type IdentityErrorCode, type OrganisationSpec } from '@tallystick/network/identity';

/** The organisation that most tests make. */
export const steel: OrganisationSpec = {
  mspId: 'SteelMSP',
  name: 'Stahlwerk Süd',
  domain: 'steel.example',
  peers: [{ name: 'peer0' }],
  orderers: [{ name: 'orderer0' }],
  users: [
    { name: 'officer', ou: 'client', attributes: { 'tallystick.role': 'officer' } },
    { name: 'connector', ou: 'client' },
    { name: 'administrator', ou: 'admin' },
  ],
};

/** Runs a test in a directory of its own and removes it. */
export async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), `tallystick-${randomBytes(2).toString('hex')}-`));
  try {
    await test(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Asserts the code of a refusal and returns the error. */
export async function refused(code: IdentityErrorCode, attempt: () => unknown): Promise<IdentityError> {
  try {
    await attempt();
  } catch (error) {
    expect(error).to.be.instanceOf(IdentityError);
    if (error instanceof IdentityError) {
      expect(error.code, error.message).to.equal(code);
      return error;
    }
  }
  throw new AssertionError(`expected a refusal ${code}`);
}

/** Every file below a directory, relative to it, with its permission bits. */
export async function filesBelow(root: string): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(root.length + 1), (await stat(path)).mode & 0o777);
  }
  return files;
}
