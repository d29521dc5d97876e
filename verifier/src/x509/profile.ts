import { Der, TAG, type DerElement } from '../bytes/der.js';
import {
  readAlternativeNames,
  readNameConstraints,
  type GeneralName,
  type NameConstraints,
} from './alternative-names.js';
import type { Certificate } from './certificate.js';
import { AUTHORITY_KEY_IDENTIFIER, basicConstraints, type Extension } from './extensions.js';
import { readName } from './names.js';
import type { Policies } from './policies.js';

/** What Go's crypto/x509 makes of a certificate that Fabric reads: what its chains are judged by. */
export interface Profiled extends Certificate, Policies {
  /** Authorities that may stand below it. */
  readonly pathLength: bigint | undefined;
  readonly maySignCertificates: boolean;
  /** Whether it may be a server's. Fabric asks for no purpose, which Go takes for that one. */
  readonly isForServers: boolean;
  readonly hasUnknownCritical: boolean;
  /** SubjectKeyIdentifier. */
  readonly keyId: Uint8Array | undefined;
  readonly alternativeNames: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameConstraints | undefined;
}

const REASON = 'CERTIFICATE_MALFORMED';
const OID = {
  keyId: '2.5.29.14',
  usage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  distributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  mappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  purposes: '2.5.29.37',
  inhibitAny: '2.5.29.54',
} as const;
const ACCESS = '1.3.6.1.5.5.7.1.1';
const KNOWN: readonly string[] = Object.values(OID);
const NEVER_CRITICAL = [OID.keyId, AUTHORITY_KEY_IDENTIFIER, ACCESS];
const [KEY_IDENTIFIER, PLACE, NAMES] = [0x80, 0x86, 0xa0];

/** Forms of extensions that nobody asks about here, and which Go reads all the same. */
const FORMS: Readonly<Record<string, (list: Der) => void>> = {
  [AUTHORITY_KEY_IDENTIFIER]: (list) => void list.optional(KEY_IDENTIFIER),
  [ACCESS]: (list) =>
    void listOf(list, () => {
      const access = list.inner(TAG.sequence);
      access.objectIdentifier();
      access.optional(PLACE);
    }),
  [OID.distributionPoints]: (list) =>
    void listOf(list, () => {
      const point = list.inner(TAG.sequence);
      const name = point.optional(NAMES);
      const names = name && point.of(name).inner(NAMES);
      while (names?.isAtEnd === false && names.optional(PLACE) !== undefined);
    }),
};
const PURPOSES = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];
const KEY_CERT_SIGN = 0x04;

function listOf<T>(list: Der, read: (list: Der) => T): T[] {
  const found: T[] = [];
  while (!list.isAtEnd) found.push(read(list));
  return found;
}

function maySign(value: Der): boolean {
  const [unused = 0, ...octets] = value.next(TAG.bitString).content;
  const idle = (octets.at(-1) ?? 0) & ((1 << unused) - 1);
  value.demand(unused < 8 && idle === 0 && (unused === 0 || octets.length > 0), 'bits of a key usage');
  const isSilent = octets.every((octet) => octet === 0);
  return isSilent || ((octets[0] ?? 0) & KEY_CERT_SIGN) !== 0;
}

function isForServers(value: Der | undefined): boolean {
  const purposes = value && listOf(value.inner(TAG.sequence), (list) => list.objectIdentifier());
  return purposes === undefined || purposes.length === 0 || purposes.some((each) => PURPOSES.includes(each));
}

function policiesOf(find: (oid: string) => Der | undefined): Policies {
  const within = <T>(oid: string, read: (list: Der) => T): T[] => {
    const value = find(oid);
    return value === undefined ? [] : listOf(value.inner(TAG.sequence), read);
  };
  const limits = find(OID.policyConstraints)?.inner(TAG.sequence);
  const [requireExplicit, inhibitMapping] = [0x80, 0x81].map((tag) => numberIn(limits?.optional(tag)));
  return {
    policies: within(OID.policies, (list) => list.inner(TAG.sequence).objectIdentifier()),
    mappings: within(OID.mappings, (list) => {
      const pair = list.inner(TAG.sequence);
      return [pair.objectIdentifier(), pair.objectIdentifier()];
    }),
    requireExplicit,
    inhibitMapping,
    inhibitAny: numberIn(find(OID.inhibitAny)?.next(TAG.integer)),
  };
}

const numberIn = (found: DerElement | undefined): number | undefined =>
  found?.content.reduce((value, octet) => value * 0x100 + octet, 0);
/** What Go refuses although nobody here asks about it. */
function assertForms(certificate: Certificate, policies: readonly string[]): void {
  const reader: Der = new Der(certificate.der, REASON);
  for (const name of [certificate.subject, certificate.issuer]) {
    const isText = readName(new Der(name, REASON).inner(TAG.sequence)).every(
      ({ text }) => text !== undefined,
    );
    reader.demand(isText, 'a name in a form of text that is not read');
  }
  for (const { oid, isCritical, value } of certificate.extensions) {
    reader.demand(!isCritical || !NEVER_CRITICAL.includes(oid), 'an extension that must not be critical');
    FORMS[oid]?.(new Der(value, REASON).inner(TAG.sequence));
  }
  reader.demand(new Set(policies).size === policies.length, 'a policy that comes twice');
}

const isUnknown = (
  { oid, isCritical }: Extension,
  names: readonly GeneralName[] | undefined,
  constraints: NameConstraints | undefined,
): boolean => {
  if (!isCritical) return false;
  if (oid === OID.alternativeNames) return names?.length === 0;
  return oid === OID.nameConstraints ? constraints?.isPartly === true : !KNOWN.includes(oid);
};

/** @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES for what Go's x509.ParseCertificate does not read */
export function profileOf(certificate: Certificate): Profiled {
  const { extensions } = certificate;
  const find = (wanted: string): Der | undefined => {
    const found = extensions.find(({ oid }) => oid === wanted);
    return found && new Der(found.value, REASON);
  };
  const [names, constraints, usage] = [OID.alternativeNames, OID.nameConstraints, OID.usage].map(find);
  const alternativeNames = names && readAlternativeNames(names);
  const nameConstraints = constraints && readNameConstraints(constraints);
  const policies = policiesOf(find);
  assertForms(certificate, policies.policies);
  return {
    ...certificate,
    ...policies,
    pathLength: basicConstraints(extensions).pathLength,
    maySignCertificates: usage === undefined || maySign(usage),
    isForServers: isForServers(find(OID.purposes)),
    hasUnknownCritical: extensions.some((each) => isUnknown(each, alternativeNames, nameConstraints)),
    keyId: find(OID.keyId)?.next(TAG.octetString).content,
    alternativeNames,
    nameConstraints,
  };
}
