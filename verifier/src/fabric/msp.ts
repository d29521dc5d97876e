import { equalBytes } from '@noble/curves/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { rejectUnless } from '../rejection.js';
import type { Certificate } from '../x509/certificate.js';
import { profileOf } from '../x509/profile.js';
import type { MspVersion } from './capabilities.js';
import type { Identity } from './identity.js';
import type { Standing } from './membership.js';
import { configuredIn, nameOf, readMaterial, type Material } from './msp-material.js';
import { setUp } from './msp-setup.js';

/** Membership of one organisation. */
export interface Msp {
  readonly id: string;
  /**
   * Who the holder of a certificate is in this organisation (fabric:msp/mspimplvalidate.go, validateIdentity).
   * @throws Rejection CHAIN_BROKEN, REVOKED, ROLE_MISSING, CERTIFICATE_MALFORMED, TRAILING_BYTES, MALFORMED, ALGORITHM_NOT_ACCEPTED, each
   * also for what the organisation configured; NotEvaluated ALGORITHM_NOT_ACCEPTED for what cannot be checked here
   */
  identify(certificate: Certificate): Promise<Identity>;
  /** SHA-256 of the DER of each root authority, `sha256:...`. @throws Rejection for what the organisation configured */
  roots(): readonly string[];
}

const X509_MSP = 0n;

class X509Msp implements Msp {
  readonly id: string;
  readonly #read: () => Material;
  readonly #version: MspVersion;
  readonly #signatures: Signatures;
  #material: Material | undefined;
  #standing: Promise<Standing> | undefined;

  constructor(id: string, read: () => Material, version: MspVersion, signatures: Signatures) {
    this.id = id;
    this.#read = read;
    this.#version = version;
    this.#signatures = signatures;
  }

  async identify(presented: Certificate): Promise<Identity> {
    const material = this.#configured();
    this.#standing ??= setUp(material, this.#version, this.#signatures);
    const { membership, units, nodeOus, admins } = await this.#standing;
    const [certificate, ...authorities] = await membership.validated(profileOf(presented), units);
    const certifiers = membership.certifiersOf(authorities);
    const roles = nodeOus?.rolesOf(certificate.organisationalUnits, certifiers) ?? [];
    return {
      mspId: this.id,
      certificate,
      role: roles[0],
      roles,
      isNamedAdmin: admins.has(certificate.fingerprint),
      certifiers,
      root: rootOf(material, authorities.at(-1)),
    };
  }

  roots(): readonly string[] {
    return this.#configured().roots.map(({ fingerprint }) => `sha256:${fingerprint}`);
  }

  #configured(): Material {
    return (this.#material ??= this.#read());
  }
}

/** As it is configured: a chain holds it with the lower s. */
function rootOf({ roots }: Material, top: Certificate | undefined): string {
  const root = roots.find(({ signed }) => top !== undefined && equalBytes(signed, top.signed));
  return root === undefined ? '' : `sha256:${root.fingerprint}`;
}

/**
 * The MSP of an organisation from its msp.MSPConfig, under the capabilities of its channel. What is in it is read when somebody is
 * identified: one organisation’s odd configuration must not spoil the evidence of others. @param version the newest, if left out
 * @throws Rejection MALFORMED when not even its id can be read
 */
export function readMsp(bytes: Uint8Array, signatures: Signatures, version: MspVersion = '3.0'): Msp {
  const outer = Message.readKnown(bytes, { fields: [1, 2] });
  const isX509 = outer.number(1) === X509_MSP;
  rejectUnless(isX509, 'ALGORITHM_NOT_ACCEPTED', { what: 'an MSP without certificates' });
  const config = readMaterial(outer.bytes(2));
  const id = nameOf(config);
  rejectUnless(id !== '', 'MALFORMED', { what: 'an MSP without an id' });
  return new X509Msp(id, () => configuredIn(config, version), version, signatures);
}
