import { X509Certificate } from 'node:crypto';
import type { Membership } from '../channel/port.js';
import type { Signer } from './signers.js';

/** Intermediate authorities on a way, and the root. */
const MAX_LINKS = 3;

/** Bytes that are no certificate are no authority. */
function parsed(der: Uint8Array): readonly X509Certificate[] {
  try {
    return [new X509Certificate(Buffer.from(der))];
  } catch {
    return [];
  }
}

/** Certificates of an organisation's authorities in any of these configurations, each once. */
function authoritiesIn(memberships: readonly Membership[], mspId: string): readonly X509Certificate[] {
  const certificates = memberships.flatMap((membership) => membership.authorities(mspId)).flatMap(parsed);
  return [...new Map(certificates.map((certificate) => [certificate.fingerprint256, certificate])).values()];
}

const isIssued = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey);

const issuersOf = (
  certificates: readonly X509Certificate[],
  among: readonly X509Certificate[],
): readonly X509Certificate[] =>
  among.filter((authority) => certificates.some((certificate) => isIssued(certificate, authority)));

/** Who issued these certificates, who issued those, and so on. */
function waysUp(
  certificates: readonly X509Certificate[],
  among: readonly X509Certificate[],
): readonly X509Certificate[] {
  const found = new Set<X509Certificate>();
  let level = certificates;
  for (let links = 0; links < MAX_LINKS && level.length > 0; links += 1) {
    level = issuersOf(level, among).filter((authority) => !found.has(authority));
    for (const authority of level) found.add(authority);
  }
  return [...found];
}

/** A key, not a certificate, is what issues: anybody can make another certificate for somebody's key. */
const keyOf = ({ publicKey }: X509Certificate): string =>
  publicKey.export({ type: 'spki', format: 'der' }).toString('hex');

/** Whether one of the authorities issued a certificate, if need be through intermediate ones. */
function isUnder(
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
  among: readonly X509Certificate[],
): boolean {
  const keys = new Set(authorities.map(keyOf));
  return waysUp([certificate], [...among, ...authorities]).some((authority) => keys.has(keyOf(authority)));
}

/** Certificates in PEM of one organisation, which we know to be its own. */
export interface Known {
  readonly mspId: string;
  readonly certificates: readonly string[];
}

/** Certificates whose authority is remembered, of one list of configurations; bounded, because whoever may submit can have new ones. */
const REMEMBERED = 1024;

type IsIssued = (certificate: string) => boolean;
const judges = new WeakMap<readonly Membership[], Map<string, IsIssued>>();

/** Every use asks this of the same few certificates, and a signature is checked for each step of the way. */
function remembering(judge: IsIssued): IsIssued {
  const known = new Map<string, boolean>();
  return (certificate) => {
    const found = known.get(certificate) ?? judge(certificate);
    if (known.size >= REMEMBERED) known.clear();
    known.set(certificate, found);
    return found;
  };
}

/**
 * Whether a certificate is issued by the authority that issued those we know of the same organisation; none is where no such authority
 * is in any configuration. A majority of administrators can remove an organisation from the channel and add its MSP id again, with a
 * root of theirs beside its own: Fabric then takes their certificates for its own. They cannot have issued the certificates that we
 * know. What stands above the direct issuers is believed as the configuration has it in which the MSP id appears first: in a later
 * one an authority can be cross-certified by a root of theirs.
 */
export function issuerOf(own: Known, memberships: readonly Membership[]): IsIssued {
  const known = judges.get(memberships) ?? new Map<string, IsIssued>();
  judges.set(memberships, known);
  const name = JSON.stringify([own.mspId, own.certificates]);
  const judge = known.get(name) ?? remembering(newJudge(own, memberships));
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, judge);
  return judge;
}

function newJudge({ mspId, certificates }: Known, memberships: readonly Membership[]): IsIssued {
  const known = certificates.map((pem) => new X509Certificate(pem));
  const among = authoritiesIn(memberships, mspId);
  const first = memberships.find((membership) => membership.authorities(mspId).length > 0);
  const above = waysUp(known, authoritiesIn(first ? [first] : [], mspId));
  const authorities = [...issuersOf(known, among), ...above];
  return (certificate) => isUnder(new X509Certificate(certificate), authorities, among);
}

/** Whether two certificates of an organisation have the same authority, the first being the one we know. */
export const isSameAuthority = (
  { mspId, certificate }: Signer,
  later: Signer,
  memberships: readonly Membership[],
): boolean =>
  mspId === later.mspId && issuerOf({ mspId, certificates: [certificate] }, memberships)(later.certificate);
