import { join } from 'node:path';
import type { Authority } from './authority.js';
import { readIfThere, replaceFile } from './directory.js';
import type { IssueOptions } from './enrolment.js';
import { IdentityError } from './errors.js';
import { layout } from './layout.js';
import { openAuthorities, openOrganisation } from './opening.js';
import { readable } from './pem.js';
import { lowSCrypto, SIGNATURE } from './signing.js';
import {
  AuthorityKeyIdentifierExtension,
  Extension,
  PemConverter,
  X509Crl,
  X509CrlGenerator,
  X509CrlReason,
  type X509CrlEntry,
} from './x509.js';

// Go's x509.ParseCRL, through which Fabric reads a list, knows no other label (RFC 7468 section 6).
const PEM_LABEL = 'X509 CRL';

/** id-ce-cRLNumber (RFC 5280 5.2.3). */
const CRL_NUMBER = '2.5.29.20';

/** The number of a list: lists only grow, so their length is a number that only grows. A DER INTEGER, positive. */
export function crlNumber(length: number): Extension {
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const content = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return new Extension(CRL_NUMBER, false, Buffer.concat([Buffer.of(0x02, content.length), content]));
}

async function listedEntries(path: string): Promise<readonly X509CrlEntry[]> {
  const pem = await readIfThere(path);
  return pem === undefined ? [] : readable('the revocation list', path, () => new X509Crl(pem).entries);
}

async function signedList(
  authority: Authority,
  listed: readonly X509CrlEntry[],
  added: string,
  now: Date,
): Promise<string> {
  const { name, privateKey, keyIdentifier, notAfter } = authority.issuer;
  const earlier = listed.map(({ serialNumber, revocationDate, extensions }) => ({
    serialNumber,
    revocationDate,
    extensions: [...extensions],
  }));
  // A reason always, because the library writes an entry without one with an empty extension list, which is not DER.
  const entry = {
    serialNumber: added,
    revocationDate: now,
    reason: X509CrlReason.privilegeWithdrawn,
  };
  const list = await X509CrlGenerator.create(
    {
      issuer: name,
      thisUpdate: now,
      // A list holds until the next revocation replaces it, whenever that is.
      nextUpdate: notAfter,
      entries: [...earlier, entry],
      extensions: [new AuthorityKeyIdentifierExtension(keyIdentifier), crlNumber(earlier.length + 1)],
      signingKey: privateKey,
      signingAlgorithm: SIGNATURE,
    },
    lowSCrypto,
  );
  return `${PemConverter.encode(list.rawData, PEM_LABEL)}\n`;
}

/**
 * Revokes a certificate of the organisation's enrolment authority: its serial number (hexadecimal) joins the list in
 * `msp/crls`. Fabric ignores the date in the list; a revocation counts from the channel configuration that carries it
 * (fabric:msp/mspimplvalidate.go), so the list must still be brought there. Revoking twice changes nothing.
 * Throws `SERIAL_NOT_ALLOWED` and what `openOrganisation` throws.
 */
export async function revoke(
  directory: string,
  serial: string,
  { now = new Date() }: IssueOptions = {},
): Promise<void> {
  if (!/^[0-9a-fA-F]{2,40}$/.test(serial) || serial.length % 2 !== 0) {
    throw new IdentityError('SERIAL_NOT_ALLOWED', `${JSON.stringify(serial)} is not a serial number`, {
      serial,
    });
  }
  const organisation = await openOrganisation(directory);
  const path = join(directory, layout.revocations);
  const revoked = await listedEntries(path);
  const serialNumber = serial.toLowerCase();
  if (revoked.some((entry) => entry.serialNumber === serialNumber)) return;
  const { enrolment } = await openAuthorities(organisation);
  const list = await signedList(enrolment, revoked, serialNumber, now);
  await replaceFile(path, list, { isPrivate: false });
}
