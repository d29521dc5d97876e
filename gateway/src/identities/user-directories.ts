import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newEnrolledIdentity, type EnrolledIdentity } from './enrolled.js';
import { EnrolledIdentityError } from './errors.js';

/** Users as network/src/identity names them (`officer`), as cryptogen and fabric-samples do (`User1@org1.example.com`), or alike. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,127}$/;

interface PemFile {
  readonly path: string;
  readonly pem: string;
}

/** What `readdir` and `readFile` say, without what they may quote. */
function unreadable(path: string, error: unknown): EnrolledIdentityError {
  const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
  return new EnrolledIdentityError('UNREADABLE', `${path}: ${reason}`);
}

async function filesIn(directory: string): Promise<readonly PemFile[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const paths = entries
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => join(directory, name));
    return await Promise.all(paths.sort().map(async (path) => ({ path, pem: await readFile(path, 'utf8') })));
  } catch (error) {
    throw unreadable(directory, error);
  }
}

async function certificateOf(msp: string): Promise<PemFile> {
  const directory = join(msp, 'signcerts');
  const files = await filesIn(directory);
  const [file] = files;
  if (file === undefined || files.length !== 1) {
    const problem = `expected exactly one certificate, found ${files.length} files`;
    throw new EnrolledIdentityError('UNREADABLE', `${directory}: ${problem}`);
  }
  return file;
}

async function readIdentity(msp: string, name: string, mspId: string): Promise<EnrolledIdentity> {
  const certificate = await certificateOf(msp);
  const keystore = join(msp, 'keystore');
  const keys = await filesIn(keystore);
  if (keys.length === 0) throw new EnrolledIdentityError('UNREADABLE', `${keystore}: holds no private key`);
  // fabric-ca-client leaves the keys of earlier enrolments beside the one of the certificate.
  const failures: unknown[] = [];
  for (const key of keys) {
    try {
      const pem = { certificate: certificate.pem, privateKey: key.pem };
      return newEnrolledIdentity(name, mspId, pem, { certificate: certificate.path, privateKey: key.path });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  const problem = `none of ${keys.length} files is a key that belongs to ${certificate.path}`;
  throw new EnrolledIdentityError('KEY_MISMATCH', `${keystore}: ${problem}`);
}

async function directoriesIn(users: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(users, { withFileTypes: true });
    const named = entries.filter((entry) => entry.isDirectory() && NAME.test(entry.name));
    return named.map(({ name }) => name).sort();
  } catch (error) {
    throw unreadable(users, error);
  }
}

/** Directory by identity name: those that are named, and all others by their own names. */
function namedDirectories(
  directories: readonly string[],
  names: Readonly<Record<string, string>>,
  users: string,
): ReadonlyMap<string, string> {
  const renamed = new Set(Object.values(names));
  const kept = directories.filter((directory) => !renamed.has(directory));
  const unknown = Object.values(names).filter((directory) => !directories.includes(directory));
  const taken = Object.keys(names).filter((name) => kept.includes(name));
  const problems = [
    ...unknown.map((directory) => `${users}: there is no user directory ${directory}`),
    ...taken.map((name) => `${users}: two identities would be called ${name}`),
  ];
  if (problems.length > 0) throw new EnrolledIdentityError('UNNAMED', problems.join('\n'));
  return new Map([...kept.map((directory) => [directory, directory] as const), ...Object.entries(names)]);
}

/**
 * Every enrolled identity below `users`, by name: `<directory>/msp/signcerts/` with one certificate and `msp/keystore/` with its key in
 * PEM, whatever the files are called: the layout of cryptogen, of fabric-ca-client and of network/src/identity. An identity
 * is called what its directory is called, unless `names` (directory by name) says otherwise. One unreadable identity
 * fails the whole call: a gateway that silently lacks an identity would refuse requests at random.
 * Throws EnrolledIdentityError.
 */
export async function readIdentities(
  users: string,
  mspId: string,
  names: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, EnrolledIdentity>> {
  const directories = [...namedDirectories(await directoriesIn(users), names, users)];
  const identities = await Promise.all(
    directories.map(([name, directory]) => readIdentity(join(users, directory, 'msp'), name, mspId)),
  );
  return new Map(identities.map((identity) => [identity.name, identity]));
}
