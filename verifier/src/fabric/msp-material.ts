import { Message } from '../bytes/protobuf.js';
import { evaluableIf, NotEvaluated, Rejection, rejectUnless } from '../rejection.js';
import { parseCommittedPem } from '../x509/certificate.js';
import { profileOf, type Profiled } from '../x509/profile.js';
import { readRevocationList, type RevocationList } from '../x509/revocation.js';
import type { MspVersion } from './capabilities.js';
import { readRoles, readUnit, type ConfiguredRoles, type ConfiguredUnit } from './node-ous.js';

/** What an organisation configured (msp.FabricMSPConfig), read and not yet judged. */
export interface Material {
  readonly roots: readonly Profiled[];
  readonly intermediates: readonly Profiled[];
  readonly tls: { readonly roots: readonly Profiled[]; readonly intermediates: readonly Profiled[] };
  readonly admins: readonly Profiled[];
  readonly revocationLists: readonly RevocationList[];
  readonly units: readonly ConfiguredUnit[];
  readonly roles: ConfiguredRoles;
  /** Of authorities, for what Fabric calls the certifiers identifier of an organisational unit. */
  readonly hash: 'SHA256' | 'SHA384';
}

/** Field numbers of msp.FabricMSPConfig. */
const FIELD = {
  name: 1,
  roots: 2,
  intermediates: 3,
  admins: 4,
  revocationLists: 5,
  units: 7,
  crypto: 8,
  tlsRoots: 9,
  tlsIntermediates: 10,
  nodeOus: 11,
} as const;
const SINGULAR: readonly number[] = [FIELD.name, FIELD.crypto, FIELD.nodeOus];
/** Of each kind: far more than an organisation has. Chains through thousands of authorities would keep a reader busy for minutes. */
const MAX_MEMBERS = 64;
const REPEATED = Object.values(FIELD).filter((field) => !SINGULAR.includes(field));

/** @throws Rejection MALFORMED, DUPLICATE_FIELD */
export const readMaterial = (bytes: Uint8Array): Message =>
  Message.readKnown(bytes, { fields: SINGULAR, repeated: REPEATED });

/** @throws Rejection MALFORMED */
export const nameOf = (config: Message): string => config.text(FIELD.name);

// Empty stands for the default (fabric:msp/mspimplsetup.go, setupCrypto). WebCrypto has no SHA-3, and no release of Fabric's tools sets it.
function hashOf(bytes: Uint8Array): Material['hash'] {
  const crypto = Message.readKnown(bytes, { fields: [1, 2] });
  const [family, identifiers] = [crypto.text(1) || 'SHA2', crypto.text(2) || 'SHA256'];
  const facts = { hashes: `${family} ${identifiers}` };
  if (family === 'SHA3' || ['SHA3_256', 'SHA3_384'].includes(identifiers))
    throw new NotEvaluated('ALGORITHM_NOT_ACCEPTED', facts);
  const isKnown = family === 'SHA2' && (identifiers === 'SHA256' || identifiers === 'SHA384');
  rejectUnless(isKnown, 'ALGORITHM_NOT_ACCEPTED', facts);
  return identifiers;
}

/** The first certificate in a PEM: what else stands there Fabric does not see. */
export function readConfigured(pem: Uint8Array): Profiled {
  const certificate = profileOf(parseCommittedPem(pem));
  if (certificate.key.kind === undefined) throw new Rejection('ALGORITHM_NOT_ACCEPTED', { key: 'unknown' });
  return certificate;
}

/**
 * @throws Rejection CERTIFICATE_MALFORMED, TRAILING_BYTES, ALGORITHM_NOT_ACCEPTED, MALFORMED, DUPLICATE_FIELD; NotEvaluated
 * ALGORITHM_NOT_ACCEPTED for SHA-3, TOO_LARGE
 */
export function configuredIn(config: Message, version: MspVersion): Material {
  const listOf = (field: number): Uint8Array[] => {
    const list = config.repeated(field);
    evaluableIf(list.length <= MAX_MEMBERS, 'TOO_LARGE', { what: 'an MSP', members: `${list.length}` });
    return list;
  };
  const certificates = (field: number): Profiled[] => listOf(field).map(readConfigured);
  return {
    hash: hashOf(config.bytes(FIELD.crypto)),
    roots: certificates(FIELD.roots),
    intermediates: certificates(FIELD.intermediates),
    tls: { roots: certificates(FIELD.tlsRoots), intermediates: certificates(FIELD.tlsIntermediates) },
    admins: certificates(FIELD.admins),
    revocationLists: listOf(FIELD.revocationLists).map(readRevocationList),
    units: listOf(FIELD.units).map(readUnit),
    roles: readRoles(config.has(FIELD.nodeOus) ? config.bytes(FIELD.nodeOus) : undefined, version),
  };
}
