import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { parsePem, type Certificate } from '../x509/certificate.js';
import { ChainBuilder, isIssuedBy, type Chain } from '../x509/chain.js';
import { readRevocationList, type RevocationList } from '../x509/revocation.js';
import type { Identity } from './identity.js';
import { isCertifiedBy, NodeOus, readUnit, type UnitIdentifier } from './node-ous.js';

/** Membership of one organisation. */
export interface Msp {
  readonly id: string;
  /**
   * Who the holder of a certificate is in this organisation (fabric:msp/mspimplvalidate.go, validateIdentity).
   * @throws Rejection CHAIN_BROKEN, REVOKED, ROLE_MISSING; CERTIFICATE_MALFORMED, MALFORMED and ALGORITHM_NOT_ACCEPTED also for what
   * the organisation configured
   */
  identify(certificate: Certificate): Promise<Identity>;
  /** SHA-256 of the DER of each root authority, `sha256:...`. @throws Rejection for what the organisation configured */
  roots(): readonly string[];
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
  nodeOus: 11,
} as const;
const REPEATED: readonly number[] = [
  FIELD.roots,
  FIELD.intermediates,
  FIELD.admins,
  FIELD.revocationLists,
  FIELD.units,
];
const X509_MSP = 0n;
const IDENTITY_KEYS: readonly (string | undefined)[] = ['ec-p256', 'ec-p384', 'ec-p521', 'ed25519'];

/** What an organisation configured, read. */
interface Configured {
  readonly roots: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly admins: readonly Certificate[];
  readonly revocationLists: readonly RevocationList[];
  readonly units: readonly UnitIdentifier[];
  readonly nodeOus: NodeOus | undefined;
}

// Empty stands for the default (fabric:msp/mspimplsetup.go, setupCrypto). WebCrypto has no SHA-3, and no release of Fabric's tools sets it.
function checkHashes(bytes: Uint8Array): void {
  const crypto = Message.readKnown(bytes, { fields: [1, 2] });
  const isKnown = ['', 'SHA2'].includes(crypto.text(1)) && ['', 'SHA256'].includes(crypto.text(2));
  rejectUnless(isKnown, 'ALGORITHM_NOT_ACCEPTED', { hashes: `${crypto.text(1)} ${crypto.text(2)}` });
}

function readConfigured(config: Message): Configured {
  checkHashes(config.bytes(FIELD.crypto));
  return {
    roots: config.repeated(FIELD.roots).map(parsePem),
    intermediates: config.repeated(FIELD.intermediates).map(parsePem),
    admins: config.repeated(FIELD.admins).map(parsePem),
    revocationLists: config.repeated(FIELD.revocationLists).map(readRevocationList),
    units: config.repeated(FIELD.units).map(readUnit),
    nodeOus: NodeOus.read(config.bytes(FIELD.nodeOus)),
  };
}

function certifiersOf(authorities: readonly Certificate[]): string {
  const hash = sha256.create();
  for (const { der } of authorities) hash.update(der);
  return bytesToHex(hash.digest());
}

function checkUnits(units: readonly UnitIdentifier[], certificate: Certificate, issuer: Certificate): void {
  const isMember = units.some(
    (unit) => certificate.organisationalUnits.includes(unit.unit) && isCertifiedBy(unit, issuer),
  );
  rejectUnless(units.length === 0 || isMember, 'ROLE_MISSING', { subject: certificate.commonName });
}

class X509Msp implements Msp {
  readonly id: string;
  readonly #configured: Configured;
  readonly #signatures: Signatures;
  readonly #chains: ChainBuilder;
  #inner: Promise<Certificate[]> | undefined;

  constructor(id: string, configured: Configured, signatures: Signatures) {
    this.id = id;
    this.#configured = configured;
    this.#signatures = signatures;
    this.#chains = new ChainBuilder(configured, signatures);
  }

  async identify(presented: Certificate): Promise<Identity> {
    const { kind } = presented.key;
    rejectUnless(IDENTITY_KEYS.includes(kind), 'ALGORITHM_NOT_ACCEPTED', { key: kind ?? 'unknown' });
    const [certificate, issuer, ...above] = await this.#checkedChain(presented);
    const { units, nodeOus, admins } = this.#configured;
    checkUnits(units, certificate, issuer);
    return {
      mspId: this.id,
      certificate,
      role: nodeOus?.roleOf(certificate, issuer),
      isNamedAdmin: admins.some(({ signed }) => equalBytes(signed, certificate.signed)),
      certifiers: certifiersOf([issuer, ...above]),
      root: this.#rootOf([issuer, ...above]),
    };
  }

  roots(): readonly string[] {
    return this.#configured.roots.map(({ fingerprint }) => `sha256:${fingerprint}`);
  }

  /** As it is configured: a chain holds it with the lower s. */
  #rootOf(authorities: readonly Certificate[]): string {
    const top = authorities.at(-1);
    const root = this.#configured.roots.find(
      ({ signed }) => top !== undefined && equalBytes(signed, top.signed),
    );
    return root === undefined ? '' : `sha256:${root.fingerprint}`;
  }

  // An authority is no identity, and identities hang on the leaves of the tree of authorities only (fabric:msp/mspimpl.go).
  async #checkedChain(presented: Certificate): Promise<[Certificate, Certificate, ...Certificate[]]> {
    const facts = { subject: presented.commonName, organisation: this.id };
    rejectUnless(!presented.isAuthority, 'CHAIN_BROKEN', { ...facts, what: 'an authority as an identity' });
    const [certificate, issuer, ...above] = await this.#chains.chainOf(presented);
    rejectUnless(issuer !== undefined, 'CHAIN_BROKEN', facts);
    const inner = await this.#innerAuthorities();
    const isLeaf = !inner.some(({ signed }) => equalBytes(signed, issuer.signed));
    rejectUnless(isLeaf, 'CHAIN_BROKEN', { ...facts, what: 'issued by an authority above others' });
    await this.#rejectRevoked([certificate, issuer, ...above]);
    return [certificate, issuer, ...above];
  }

  /** Authorities that issued an intermediate. */
  #innerAuthorities(): Promise<Certificate[]> {
    this.#inner ??= Promise.all(
      this.#configured.intermediates.map((certificate) => this.#chains.chainOf(certificate)),
    ).then((chains) => chains.flatMap(([, ...above]) => above));
    return this.#inner;
  }

  async #rejectRevoked(chain: Chain): Promise<void> {
    for (const [index, certificate] of chain.entries()) {
      const issuer = chain[index + 1];
      const lists = this.#configured.revocationLists.filter(({ serials }) => serials.has(certificate.serial));
      for (const list of issuer === undefined ? [] : lists) {
        if (issuer === undefined || !(await isIssuedBy(this.#signatures, issuer, list))) continue;
        throw new Rejection('REVOKED', { subject: certificate.commonName, serial: certificate.serial });
      }
    }
  }
}

/**
 * The MSP of an organisation from its msp.MSPConfig. What is in it is read when somebody is identified: one organisation's odd
 * configuration must not spoil the evidence of others.
 * @throws Rejection MALFORMED when not even its id can be read
 */
export function readMsp(bytes: Uint8Array, signatures: Signatures): Msp {
  const outer = Message.readKnown(bytes, { fields: [1, 2] });
  const isX509 = outer.number(1) === X509_MSP;
  rejectUnless(isX509, 'ALGORITHM_NOT_ACCEPTED', { what: 'an MSP without certificates' });
  const fields = Object.values(FIELD).filter((field) => !REPEATED.includes(field));
  const config = Message.readKnown(outer.bytes(2), { fields, repeated: REPEATED });
  const id = config.text(FIELD.name);
  rejectUnless(id !== '', 'MALFORMED', { what: 'an MSP without an id' });
  let msp: Msp | undefined;
  const read = (): Msp => (msp ??= new X509Msp(id, readConfigured(config), signatures));
  return { id, identify: async (certificate) => read().identify(certificate), roots: () => read().roots() };
}
