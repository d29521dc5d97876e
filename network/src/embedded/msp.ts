import { msp } from '@hyperledger/fabric-protos';
import { isIssuedBy, isP256, readCertificate, revokedSerials, type Certificate } from './certificate.js';
import { verifyLowS } from './ecdsa.js';
import { EmbeddedNodeError } from './errors.js';

export type Role = 'client' | 'peer' | 'admin' | 'orderer';

/** A certificate presented under an MSP id. `problem` says why it is no valid member; absent means it is one. */
export interface Identity {
  readonly mspId: string;
  readonly certificate: Certificate;
  /** The one NodeOU role; only meaningful without a `problem`. */
  readonly role: Role | undefined;
  readonly problem: string | undefined;
  /** True when a CA of the organisation issued the certificate; Fabric takes any other for no identity at all. */
  readonly isIssued: boolean;
  /** Equal for two presentations of one certificate; endorsements are deduplicated by it. */
  readonly key: string;
  verify(data: Uint8Array, signature: Uint8Array): boolean;
}

/** One organisation's membership rules, as a channel configuration states them. */
export interface Msp {
  readonly id: string;
  /** @throws EmbeddedNodeError IDENTITY_UNREADABLE when `pem` holds no certificate */
  identify(pem: Uint8Array): Identity;
}

// Bounds the walk when intermediate certificates name each other.
const MAX_INTERMEDIATES = 4;

interface RoleRule {
  readonly role: Role;
  readonly unit: string;
  /** When set, the role counts only for certificates issued by this CA. */
  readonly issuerDigest: string | undefined;
}

function roleRules(config: msp.FabricMSPConfig): readonly RoleRule[] {
  const units = config.getFabricNodeOus();
  if (!units?.getEnable())
    throw new EmbeddedNodeError('MSP_INVALID', `${config.getName()}: NodeOUs must be enabled`);
  const rule = (role: Role, unit: msp.FabricOUIdentifier | undefined): RoleRule[] => {
    if (!unit) return [];
    const issuer = unit.getCertificate_asU8();
    const issuerDigest = issuer.length > 0 ? readCertificate(issuer).digest : undefined;
    return [{ role, unit: unit.getOrganizationalUnitIdentifier(), issuerDigest }];
  };
  return [
    ...rule('client', units.getClientOuIdentifier()),
    ...rule('peer', units.getPeerOuIdentifier()),
    ...rule('admin', units.getAdminOuIdentifier()),
    ...rule('orderer', units.getOrdererOuIdentifier()),
  ];
}

class MspRules implements Msp {
  readonly id: string;
  readonly #roots: readonly Certificate[];
  readonly #intermediates: readonly Certificate[];
  readonly #roles: readonly RoleRule[];
  /** By digest of the issuing CA. */
  readonly #revoked: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    config: msp.FabricMSPConfig,
    roots: readonly Certificate[],
    intermediates: readonly Certificate[],
    revoked: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    this.id = config.getName();
    this.#roots = roots;
    this.#intermediates = intermediates;
    this.#roles = roleRules(config);
    this.#revoked = revoked;
  }

  identify(pem: Uint8Array): Identity {
    const certificate = readCertificate(pem);
    // Fabric validates old identities as of just after their own start, so that history stays verifiable.
    const issuer = this.#issuerOf(certificate, certificate.notBefore + 1000);
    const verdict = this.#judge(certificate, issuer);
    return {
      mspId: this.id,
      certificate,
      role: 'role' in verdict ? verdict.role : undefined,
      problem: 'problem' in verdict ? verdict.problem : undefined,
      isIssued: issuer !== undefined,
      key: `${this.id}\n${certificate.digest}`,
      verify: (data, signature) => verifyLowS(certificate.publicKey, data, signature),
    };
  }

  #judge(certificate: Certificate, issuer: Certificate | undefined): { role: Role } | { problem: string } {
    if (!isP256(certificate.publicKey)) return { problem: 'the public key is not ECDSA P-256' };
    if (certificate.x509.ca) return { problem: 'a CA certificate cannot be an identity' };
    if (!issuer) return { problem: 'no chain to a CA of this organisation' };
    if (this.#revoked.get(issuer.digest)?.has(certificate.serial))
      return { problem: 'the certificate is revoked' };
    return this.#roleOf(certificate, issuer);
  }

  /** The CA that issued `certificate`, when its own chain ends in a root of this MSP. */
  #issuerOf(certificate: Certificate, atMs: number, depth = 0): Certificate | undefined {
    const root = this.#roots.find((candidate) => isIssuedBy(certificate, candidate, atMs));
    if (root !== undefined || depth === MAX_INTERMEDIATES) return root;
    return this.#intermediates.find(
      (candidate) =>
        candidate.digest !== certificate.digest &&
        isIssuedBy(certificate, candidate, atMs) &&
        this.#issuerOf(candidate, atMs, depth + 1) !== undefined,
    );
  }

  #roleOf(certificate: Certificate, issuer: Certificate): { role: Role } | { problem: string } {
    const matching = this.#roles.filter((rule) => certificate.organizationalUnits.includes(rule.unit));
    const [only] = matching;
    if (!only || matching.length > 1)
      return { problem: `exactly one NodeOU role is needed, ${matching.length} found` };
    if (only.issuerDigest !== undefined && only.issuerDigest !== issuer.digest)
      return { problem: `the ${only.role} role is not open to certificates of this CA` };
    return { role: only.role };
  }
}

/**
 * Builds the membership rules of one organisation (Fabric msp/mspimplsetup.go, version 1.4.3).
 * @throws EmbeddedNodeError MSP_INVALID, IDENTITY_UNREADABLE
 */
export async function createMsp(config: msp.FabricMSPConfig): Promise<Msp> {
  const roots = config.getRootCertsList_asU8().map(readCertificate);
  const intermediates = config.getIntermediateCertsList_asU8().map(readCertificate);
  if (roots.length === 0)
    throw new EmbeddedNodeError('MSP_INVALID', `${config.getName()}: no root certificate`);
  const revoked = new Map<string, Set<string>>();
  for (const authority of [...roots, ...intermediates]) {
    const serials = new Set<string>();
    for (const crl of config.getRevocationListList_asU8())
      for (const serial of await revokedSerials(crl, authority)) serials.add(serial);
    revoked.set(authority.digest, serials);
  }
  return new MspRules(config, roots, intermediates, revoked);
}
