import { ed25519 } from '@noble/curves/ed25519.js';
import { BoundedMap } from '../bytes/bounded-map.js';
import { evaluableIf, NotEvaluated, Rejection, rejectUnless } from '../rejection.js';
import type { Algorithm } from '../trust/trust.js';
import type { Certificate, SignedDocument } from '../x509/certificate.js';
import { CURVES, p1363, readEcdsa, readEcdsaLoosely, rejectHighS, type EcdsaSignature } from './ecdsa.js';
import { pssHash, RSASSA_PSS, type Hash } from './pss.js';
import type { Subtle } from './subtle.js';

/** Checks signatures with the keys of certificates. Whether a certificate is to be believed is not asked here. */
export interface Signatures {
  /**
   * That the key of a member is one: a point that is on its curve. Of P-224 nobody here knows.
   * @throws Rejection CERTIFICATE_MALFORMED; NotEvaluated ALGORITHM_NOT_ACCEPTED for a curve that is not at hand
   */
  assertKey(certificate: Certificate): Promise<void>;
  /**
   * What a member of an organisation signed. ECDSA over SHA-256, low-S only, or Ed25519 (fabric:msp/identities.go, Verify).
   * @throws Rejection ALGORITHM_NOT_ACCEPTED, SIGNATURE_MALFORMED, TRAILING_BYTES, HIGH_S, SIGNATURE_INVALID, CERTIFICATE_MALFORMED
   */
  verify(certificate: Certificate, message: Uint8Array, signature: Uint8Array): Promise<void>;
  /**
   * The same for what peers and orderers took: the signature is read as loosely as Fabric reads it. Whoever spelled one oddly must not make
   * worthless what everybody else stands on.
   * @throws Rejection as above, without TRAILING_BYTES
   */
  verifyCommitted(certificate: Certificate, message: Uint8Array, signature: Uint8Array): Promise<void>;
  /**
   * What an authority signed: a certificate or a revocation list. Also RSA, PKCS #1 v1.5 and PSS; high-S is allowed, since Go and Fabric
   * accept it there (fabric:msp/cert.go lowers it afterwards). SHA-1 is not, unless told so: Go takes it for revocation lists.
   * @throws Rejection as above, without HIGH_S; NotEvaluated ALGORITHM_NOT_ACCEPTED for a curve that cannot be checked here
   */
  verifyIssued(authority: Certificate, document: SignedDocument, allowed?: 'SHA-1'): Promise<void>;
}

type EcKind = keyof typeof CURVES;

/** By the kind of key, the algorithm of the trust file. */
const ALGORITHM_OF: Readonly<Record<string, Algorithm>> = {
  'ec-p256': 'ecdsa-p256-sha256',
  'ec-p384': 'ecdsa-p384-sha256',
  'ec-p521': 'ecdsa-p521-sha256',
  ed25519: 'ed25519',
};

/** Signature algorithms of authorities (RFC 3279 2.2, RFC 5758 3.2, RFC 4055 5, RFC 8410 3), by object identifier. */
const ISSUED: Readonly<Record<string, { readonly family: 'ec' | 'rsa' | 'ed25519'; readonly hash?: Hash }>> =
  {
    '1.2.840.10045.4.1': { family: 'ec', hash: 'SHA-1' },
    '1.2.840.10045.4.3.2': { family: 'ec', hash: 'SHA-256' },
    '1.2.840.10045.4.3.3': { family: 'ec', hash: 'SHA-384' },
    '1.2.840.10045.4.3.4': { family: 'ec', hash: 'SHA-512' },
    '1.2.840.113549.1.1.5': { family: 'rsa', hash: 'SHA-1' },
    '1.2.840.113549.1.1.11': { family: 'rsa', hash: 'SHA-256' },
    '1.2.840.113549.1.1.12': { family: 'rsa', hash: 'SHA-384' },
    '1.2.840.113549.1.1.13': { family: 'rsa', hash: 'SHA-512' },
    '1.3.101.112': { family: 'ed25519' },
  };

const REMEMBERED_KEYS = 1024;
const ED25519_KEY = 32;
const ED25519_SIGNATURE = 64;

/** The Web Cryptography API has no P-224, which Fabric takes: nothing is wrong with who uses it. */
const assertCheckable = ({ key }: Certificate): void =>
  evaluableIf(key.kind !== 'ec-p224', 'ALGORITHM_NOT_ACCEPTED', { curve: 'P-224' });

/** What an RSA signature is checked with. */
interface RsaScheme {
  readonly name: 'RSASSA-PKCS1-v1_5' | 'RSA-PSS';
  readonly hash: Hash;
}

/** Octets of a salt, as many as of the hash. */
const saltOf = (hash: Hash): number => Number(hash.slice('SHA-'.length)) / 8;

const isEc = (kind: Certificate['key']['kind']): kind is EcKind => kind !== undefined && kind in CURVES;

const familyOf = (kind: Certificate['key']['kind']): string | undefined => (isEc(kind) ? 'ec' : kind);

function verifyEd25519(certificate: Certificate, message: Uint8Array, signature: Uint8Array): void {
  rejectUnless(signature.length === ED25519_SIGNATURE, 'SIGNATURE_MALFORMED');
  const key = certificate.key.spki.subarray(-ED25519_KEY);
  // Strict RFC 8032: the looser ZIP 215 rules admit several spellings of one point.
  rejectUnless(ed25519.verify(signature, message, key, { zip215: false }), 'SIGNATURE_INVALID');
}

/** Imported keys, one file after another: they follow from the fingerprint of the whole certificate and from nothing else. */
const importedKeys = new WeakMap<Subtle, BoundedMap<Promise<never>>>();

function keysOf(subtle: Subtle): BoundedMap<Promise<never>> {
  const keys = importedKeys.get(subtle) ?? new BoundedMap<Promise<never>>(REMEMBERED_KEYS);
  importedKeys.set(subtle, keys);
  return keys;
}

class SubtleSignatures implements Signatures {
  readonly #subtle: Subtle;
  readonly #accepted: readonly Algorithm[];
  readonly #keys: BoundedMap<Promise<never>>;

  constructor(subtle: Subtle, accepted: readonly Algorithm[]) {
    this.#subtle = subtle;
    this.#accepted = accepted;
    this.#keys = keysOf(subtle);
  }

  async assertKey(certificate: Certificate): Promise<void> {
    const { kind } = certificate.key;
    if (isEc(kind)) await this.#key(certificate, { name: 'ECDSA', namedCurve: CURVES[kind].name });
  }

  verify(certificate: Certificate, message: Uint8Array, signature: Uint8Array): Promise<void> {
    return this.#verifyMember(certificate, message, signature, readEcdsa);
  }

  verifyCommitted(certificate: Certificate, message: Uint8Array, signature: Uint8Array): Promise<void> {
    return this.#verifyMember(certificate, message, signature, readEcdsaLoosely);
  }

  async verifyIssued(authority: Certificate, document: SignedDocument, allowed?: 'SHA-1'): Promise<void> {
    assertCheckable(authority);
    const { kind } = authority.key;
    const pss = document.signatureAlgorithm === RSASSA_PSS ? pssHash(document.parameters) : undefined;
    const algorithm =
      pss === undefined ? ISSUED[document.signatureAlgorithm] : ({ family: 'rsa', hash: pss } as const);
    const isAccepted = algorithm !== undefined && algorithm.family === familyOf(kind);
    const isStrong = algorithm?.hash !== 'SHA-1' || allowed === 'SHA-1';
    rejectUnless(isAccepted && isStrong, 'ALGORITHM_NOT_ACCEPTED', {
      algorithm: document.signatureAlgorithm,
    });
    const { hash } = algorithm;
    if (hash === undefined) {
      verifyEd25519(authority, document.signed, document.signature);
      return;
    }
    if (!isEc(kind))
      return this.#verifyRsa(
        authority,
        { name: pss === undefined ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS', hash },
        document,
      );
    const pair = readEcdsa(document.signature, CURVES[kind]);
    return this.#verifyEcdsa(authority, kind, hash, document.signed, pair);
  }

  async #verifyMember(
    certificate: Certificate,
    message: Uint8Array,
    signature: Uint8Array,
    read: typeof readEcdsa,
  ): Promise<void> {
    assertCheckable(certificate);
    const { kind } = certificate.key;
    const algorithm = ALGORITHM_OF[kind ?? ''];
    const isAccepted = algorithm !== undefined && this.#accepted.includes(algorithm);
    rejectUnless(isAccepted, 'ALGORITHM_NOT_ACCEPTED', { algorithm: algorithm ?? kind ?? 'unknown' });
    if (!isEc(kind)) {
      verifyEd25519(certificate, message, signature);
      return;
    }
    const pair = read(signature, CURVES[kind]);
    rejectHighS(pair, CURVES[kind]);
    return this.#verifyEcdsa(certificate, kind, 'SHA-256', message, pair);
  }

  async #verifyEcdsa(
    certificate: Certificate,
    kind: EcKind,
    hash: Hash,
    message: Uint8Array,
    pair: EcdsaSignature,
  ): Promise<void> {
    const curve = CURVES[kind];
    const key = await this.#key(certificate, { name: 'ECDSA', namedCurve: curve.name });
    const isValid = await this.#subtle.verify({ name: 'ECDSA', hash }, key, p1363(pair, curve), message);
    rejectUnless(isValid, 'SIGNATURE_INVALID');
  }

  async #verifyRsa(certificate: Certificate, scheme: RsaScheme, document: SignedDocument): Promise<void> {
    const key = await this.#key(certificate, scheme);
    const algorithm = { name: scheme.name, saltLength: saltOf(scheme.hash) };
    const isValid = await this.#subtle.verify(algorithm, key, document.signature, document.signed);
    rejectUnless(isValid, 'SIGNATURE_INVALID');
  }

  // Importing a key costs as much as a verification, and a ledger holds few of them.
  #key(
    { key, fingerprint }: Certificate,
    algorithm: { readonly name: string; readonly namedCurve?: string; readonly hash?: Hash },
  ): Promise<never> {
    return this.#keys.getOr(`${fingerprint} ${algorithm.name} ${algorithm.hash ?? ''}`, async () => {
      try {
        return (await this.#subtle.importKey('spki', key.spki, algorithm, false, ['verify'])) as never;
      } catch (cause) {
        // Not every browser has every curve: nothing is wrong with who uses one.
        if (cause instanceof Error && cause.name === 'NotSupportedError')
          throw new NotEvaluated('ALGORITHM_NOT_ACCEPTED', { curve: algorithm.namedCurve ?? algorithm.name });
        const facts = { what: 'a public key that is not on its curve' };
        throw new Rejection('CERTIFICATE_MALFORMED', facts, { cause });
      }
    });
  }
}

const REMEMBERED_TRUSTS = 16;
const known = new WeakMap<Subtle, BoundedMap<Signatures>>();

/**
 * Signatures of the algorithms that the trust file accepts, checked by the given Web Cryptography API. The same for the same, so that what
 * follows from bytes and from these alone can be remembered with them, one file after another.
 */
export function newSignatures(subtle: Subtle, accepted: readonly Algorithm[]): Signatures {
  const bySubtle = known.get(subtle) ?? new BoundedMap<Signatures>(REMEMBERED_TRUSTS);
  known.set(subtle, bySubtle);
  return bySubtle.getOr(accepted.join(' '), () => new SubtleSignatures(subtle, accepted));
}
