import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { isSignedBy, uniqueChain, type Authorities, type Chain } from '../x509/go-chains.js';
import { isEcdsaSigned, withLowS } from '../x509/low-s.js';
import type { Profiled } from '../x509/profile.js';
import type { RevocationList } from '../x509/revocation.js';
import type { MspVersion } from './capabilities.js';
import type { Material } from './msp-material.js';
import type { NodeOus, Unit } from './node-ous.js';

/** A member, and the authorities above it. */
export type MemberChain = readonly [Profiled, Profiled, ...Profiled[]];

const EC: readonly (string | undefined)[] = ['ec-p224', 'ec-p256', 'ec-p384', 'ec-p521'];

const isMemberChain = (chain: Chain): chain is MemberChain => chain.length > 1;

/** The certificate as Fabric keeps it, with its signature in one form. What it says stays the same. */
function normalized(certificate: Profiled, authority: Profiled): Profiled {
  const low = withLowS(certificate, authority);
  return low === certificate ? certificate : { ...certificate, ...low };
}

/**
 * The same certificate with the one form of its signature, once its chain is found (fabric:msp/mspimpl.go, sanitizeCert).
 * @throws Rejection CHAIN_BROKEN where an ECDSA key signed and there is no chain
 */
export async function sanitized(
  certificate: Profiled,
  authorities: Authorities,
  signatures: Signatures,
): Promise<Profiled> {
  if (!isEcdsaSigned(certificate)) return certificate;
  const mayBeRoot = certificate.isAuthority && certificate.maySignCertificates;
  if (mayBeRoot && (await isSignedBy(signatures, certificate, certificate))) {
    const root = normalized(certificate, certificate);
    await uniqueChain(root, { ...authorities, roots: [root] }, signatures);
    return root;
  }
  const [, issuer] = await uniqueChain(certificate, authorities, signatures);
  rejectUnless(issuer !== undefined, 'CHAIN_BROKEN', { subject: certificate.commonName });
  return normalized(certificate, issuer);
}

/** Who belongs to an organisation, once its authorities stand (fabric:msp/mspimpl.go, mspimplvalidate.go). */
export class Membership {
  readonly authorities: Authorities;
  /** Fingerprints of authorities above others: identities hang on the leaves of the tree only. */
  readonly inner: ReadonlySet<string>;
  readonly #lists: readonly RevocationList[];
  readonly #hash: Material['hash'];
  readonly #version: MspVersion;
  readonly #signatures: Signatures;

  constructor(
    authorities: Authorities,
    inner: ReadonlySet<string>,
    { revocationLists, hash }: Pick<Material, 'revocationLists' | 'hash'>,
    version: MspVersion,
    signatures: Signatures,
  ) {
    this.authorities = authorities;
    this.inner = inner;
    this.#lists = revocationLists;
    this.#hash = hash;
    this.#version = version;
    this.#signatures = signatures;
  }

  /** Of authorities, the nearest first: SHA-256 over their DER, hex, unless the organisation configured another hash. */
  certifiersOf(authorities: readonly Profiled[]): string {
    const hash = (this.#hash === 'SHA384' ? sha384 : sha256).create();
    for (const { der } of authorities) hash.update(der);
    return bytesToHex(hash.digest());
  }

  /** @throws Rejection CHAIN_BROKEN */
  async chainOf(certificate: Profiled): Promise<MemberChain> {
    const facts = { subject: certificate.commonName };
    rejectUnless(!certificate.isAuthority, 'CHAIN_BROKEN', { ...facts, what: 'an authority as an identity' });
    const chain = await uniqueChain(certificate, this.authorities, this.#signatures);
    rejectUnless(isMemberChain(chain), 'CHAIN_BROKEN', facts);
    const [, issuer, ...above] = chain;
    const isLeaf = !this.inner.has(issuer.fingerprint);
    rejectUnless(isLeaf, 'CHAIN_BROKEN', { ...facts, what: 'issued by an authority above others' });
    return [normalized(certificate, issuer), issuer, ...above];
  }

  /**
   * Whoever has a list that does not say whose it is has no members: Fabric gives up at the first one. It looks at the certificate alone,
   * not at those above it, and at lists by the key identifier of the authority, whoever signed them otherwise.
   * @throws Rejection REVOKED
   */
  async assertNotRevoked([certificate, issuer]: MemberChain): Promise<void> {
    for (const list of this.#lists) {
      const { authorityKeyId, serials } = list;
      const facts = { what: 'a revocation list without the key identifier of its authority' };
      rejectUnless(authorityKeyId !== undefined, 'REVOKED', facts);
      const isOfIssuer = equalBytes(authorityKeyId, issuer.keyId ?? new Uint8Array());
      if (!isOfIssuer || !serials.has(certificate.serial)) continue;
      if (!(await isSignedBy(this.#signatures, issuer, list, 'SHA-1'))) continue;
      throw new Rejection('REVOKED', { subject: certificate.commonName, serial: certificate.serial });
    }
  }

  /**
   * Everything but roles.
   * @throws Rejection ALGORITHM_NOT_ACCEPTED, CHAIN_BROKEN, REVOKED, ROLE_MISSING, CERTIFICATE_MALFORMED
   */
  async validated(certificate: Profiled, units: readonly Unit[]): Promise<MemberChain> {
    const { kind } = certificate.key;
    const isKnown = EC.includes(kind) || (kind === 'ed25519' && this.#version === '3.0');
    rejectUnless(isKnown, 'ALGORITHM_NOT_ACCEPTED', { key: kind ?? 'unknown' });
    await this.#signatures.assertKey(certificate);
    const chain = await this.chainOf(certificate);
    await this.assertNotRevoked(chain);
    const [, ...above] = chain;
    const certifiers = this.certifiersOf(above);
    const isListed = units.some(
      (each) => certificate.organisationalUnits.includes(each.unit) && each.certifiers === certifiers,
    );
    rejectUnless(units.length === 0 || isListed, 'ROLE_MISSING', { subject: certificate.commonName });
    return chain;
  }

  /** Which chains a unit of this authority counts for. @throws Rejection CHAIN_BROKEN for one that is not of the organisation */
  async certifiersUnder(authority: Profiled): Promise<string> {
    const certificate = await sanitized(authority, this.authorities, this.#signatures);
    const isIn = (list: readonly Profiled[]): boolean =>
      list.some(({ fingerprint }) => fingerprint === certificate.fingerprint);
    if (isIn(this.authorities.roots)) return this.certifiersOf([certificate]);
    const isOwn = isIn(this.authorities.intermediates) && !this.inner.has(certificate.fingerprint);
    rejectUnless(isOwn, 'CHAIN_BROKEN', { what: 'a unit of an authority without members' });
    return this.certifiersOf(await uniqueChain(certificate, this.authorities, this.#signatures));
  }
}

/** Units and roles, and who is named an administrator. */
export interface Standing {
  readonly membership: Membership;
  readonly units: readonly Unit[];
  /** `undefined` where roles are off. */
  readonly nodeOus: NodeOus | undefined;
  /** Fingerprints. */
  readonly admins: ReadonlySet<string>;
}
