import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IdentityError } from './errors.js';
import { layout, msp } from './layout.js';
import { openOrganisation } from './opening.js';
import { pemFiles } from './pem.js';

/** What an organisation shows to others: enough to judge its members, nothing to sign with. */
export interface PublicMsp {
  readonly mspId: string;
  readonly directory: string;
  readonly rootCertificates: readonly string[];
  readonly tlsRootCertificates: readonly string[];
  readonly revocationLists: readonly string[];
  /** Text of `config.yaml`. */
  readonly config: string;
}

const isPrivateKey = (pem: string): boolean => pem.includes('PRIVATE KEY-----');

const unreadable = (directory: string, what: string): IdentityError =>
  new IdentityError('NOT_READABLE', `${directory} has no ${what}`, { directory, what });

/** Reads the public MSP directory of any organisation. Throws `NOT_READABLE`, `PRIVATE_KEY_IN_PUBLIC_MSP`. */
export async function readPublicMsp(directory: string, mspId: string): Promise<PublicMsp> {
  const pems = (path: string): Promise<string[]> => pemFiles(join(directory, path));
  const [rootCertificates, tlsRootCertificates, revocationLists, keystore, config] = await Promise.all([
    pems(dirname(msp.root)),
    pems(dirname(msp.tlsRoot)),
    pems(msp.crls),
    pems(msp.keystore),
    readFile(join(directory, msp.config), 'utf8').catch(() => ''),
  ]);
  if ([rootCertificates, tlsRootCertificates, revocationLists, keystore].flat().some(isPrivateKey)) {
    const message = `${directory} holds a private key and is not fit to be handed out`;
    throw new IdentityError('PRIVATE_KEY_IN_PUBLIC_MSP', message, { directory });
  }
  if (rootCertificates.length === 0) throw unreadable(directory, 'root certificate');
  if (config === '') throw unreadable(directory, msp.config);
  return { mspId, directory, rootCertificates, tlsRootCertificates, revocationLists, config };
}

/** The public MSP of an organisation of ours: the only part of its directory that is handed to others. */
export async function publicMsp(organisation: string): Promise<PublicMsp> {
  const { mspId } = await openOrganisation(organisation);
  return readPublicMsp(join(organisation, layout.publicMsp), mspId);
}
