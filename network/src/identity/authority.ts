import { createPublicKey, KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AUTHORITY_VALIDITY, distinguishedName, issue, keyIdentifier, type Issuer } from './certificates.js';
import { IdentityError } from './errors.js';
import { authorityExtensions } from './profiles.js';
import { authorityFiles } from './layout.js';
import { importedPrivateKey, newKeyPair, privateKeyPem } from './signing.js';
import { SubjectKeyIdentifierExtension, X509Certificate, type Name } from './x509.js';

/** A certificate authority: what it signs with, and its two files. */
export interface Authority {
  readonly issuer: Issuer;
  readonly certificate: string;
}

/** A new self-signed authority and the PEM of its private key, which the caller alone may write down. */
export async function newAuthority(name: Name, now: Date): Promise<Authority & { readonly key: string }> {
  const keys = await newKeyPair();
  const notAfter = new Date(now.getTime() + AUTHORITY_VALIDITY);
  const issuer = {
    name,
    keyIdentifier: keyIdentifier(KeyObject.from(keys.publicKey)),
    privateKey: keys.privateKey,
    notAfter,
  };
  const certificate = await issue(issuer, {
    name,
    publicKey: keys.publicKey,
    validity: AUTHORITY_VALIDITY,
    now,
    extensions: authorityExtensions(),
  });
  return { issuer, certificate, key: privateKeyPem(keys.privateKey) };
}

/** Subject of an authority: the organisation by its legal name, the authority by its place in the domain. */
export const authorityName = (organisation: { name: string; domain: string }, host: string): Name =>
  distinguishedName({ O: organisation.name, CN: `${host}.${organisation.domain}` });

async function parsedAuthority(certificate: string, key: string): Promise<Authority> {
  const parsed = new X509Certificate(certificate);
  const privateKey = await importedPrivateKey(key);
  const identifier = keyIdentifier(createPublicKey(KeyObject.from(privateKey)));
  if (parsed.getExtension(SubjectKeyIdentifierExtension)?.keyId !== identifier) {
    throw new IdentityError('KEY_MISSING', 'the private key is not that of the certificate');
  }
  return {
    issuer: { name: parsed.subjectName, keyIdentifier: identifier, privateKey, notAfter: parsed.notAfter },
    certificate,
  };
}

/** Reads an authority back from its directory. Throws `NOT_READABLE`, with the reason as its cause. */
export async function loadAuthority(directory: string): Promise<Authority> {
  try {
    const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
    return await parsedAuthority(await read(authorityFiles.certificate), await read(authorityFiles.key));
  } catch (cause) {
    throw new IdentityError(
      'NOT_READABLE',
      `${directory} holds no readable authority`,
      { directory },
      { cause },
    );
  }
}
