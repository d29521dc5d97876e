import { ATTRIBUTES_OID, encodeAttributes, type Attributes } from './attributes.js';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
} from './x509.js';

// What a certificate may be used for. Basic constraints and key usage are critical (RFC 5280 4.2.1.3, 4.2.1.9): whoever
// does not understand them must not accept the certificate.
const CRITICAL = true;

const usages = (flags: KeyUsageFlags): Extension => new KeyUsagesExtension(flags, CRITICAL);

/** A certificate authority that signs members and revocation lists and no further authority (path length 0). */
export function authorityExtensions(): Extension[] {
  return [
    new BasicConstraintsExtension(true, 0, CRITICAL),
    usages(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign),
  ];
}

const endEntity = (): Extension[] => [
  new BasicConstraintsExtension(false, undefined, CRITICAL),
  usages(KeyUsageFlags.digitalSignature),
];

/**
 * An enrolment certificate: signs transactions, endorsements or blocks. No extended key usage, because Fabric's path
 * validation asks for the default one (Go: server authentication) and accepts its absence as "any".
 * Without attributes the extension is left out, as Fabric CA does.
 */
export function enrolmentExtensions(attributes: Attributes): Extension[] {
  if (Object.keys(attributes).length === 0) return endEntity();
  return [...endEntity(), new Extension(ATTRIBUTES_OID, false, encodeAttributes(attributes))];
}

/** A TLS certificate for both ends of a connection between nodes, for the given DNS names and the loopback address. */
export function tlsExtensions(dnsNames: readonly string[]): Extension[] {
  return [
    ...endEntity(),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension([
      ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
      { type: 'ip', value: '127.0.0.1' },
    ]),
  ];
}
