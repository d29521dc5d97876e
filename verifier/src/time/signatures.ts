import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { BoundedMap } from '../bytes/bounded-map.js';
import { Der, derSequence, TAG } from '../bytes/der.js';
import { CURVES, p1363, readEcdsa, type Curve } from '../crypto/ecdsa.js';
import type { Subtle } from '../crypto/subtle.js';
import { NotEvaluated, Rejection } from '../rejection.js';
import { readPublicKey } from '../x509/public-key.js';
import { element } from './der-writing.js';
import { isPlain, HASHES, type Algorithm, type HashName } from './digests.js';
import { PSS, pssOf, type Pss } from './pss.js';

const RSA = '1.2.840.113549.1.1.1';
const EC_KEY = '1.2.840.10045.2.1';
const ED25519 = '1.3.101.112';

/** By the object identifier of a signature algorithm: the kind of key, and the hash (RFC 5758 3.2, RFC 4055 5). */
const WITH_HASH: Readonly<Record<string, readonly ['ec' | 'rsa', HashName]>> = {
  '1.2.840.10045.4.3.2': ['ec', 'SHA-256'],
  '1.2.840.10045.4.3.3': ['ec', 'SHA-384'],
  '1.2.840.10045.4.3.4': ['ec', 'SHA-512'],
  '1.2.840.113549.1.1.11': ['rsa', 'SHA-256'],
  '1.2.840.113549.1.1.12': ['rsa', 'SHA-384'],
  '1.2.840.113549.1.1.13': ['rsa', 'SHA-512'],
};

/** Who signs with less can be forged (NIST SP 800-131A); who asks for more work than this wants to be waited for. */
const RSA_BITS = { least: 2048, most: 8192, exponent: 64 };
const REMEMBERED_KEYS = 256;

/** What an authority signed, and by what. */
export interface Signed {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly algorithm: Algorithm;
  /**
   * The digest beside the algorithm, which may name the key's alone (RFC 3370 section 3.2). Of one that names a digest itself it is the same:
   * one digest is made of what is signed (RFC 5652 section 5.4).
   */
  readonly digest?: string;
}

const unsupported = (algorithm: string): NotEvaluated =>
  new NotEvaluated('TOKEN_NOT_SUPPORTED', { algorithm });

const keysOf = new WeakMap<Subtle, BoundedMap<Promise<never>>>();

/**
 * Checks what authorities of time signed, by the Web Cryptography API. More algorithms than members may use: whose key it is stands in
 * the trust file, not on the ledger.
 */
export class AuthoritySignatures {
  readonly #subtle: Subtle;

  constructor(subtle: Subtle) {
    this.#subtle = subtle;
  }

  /**
   * Whether the holder of the key signed it. @param spki DER SubjectPublicKeyInfo
   * @throws NotEvaluated TOKEN_NOT_SUPPORTED for an algorithm, a curve or a size of key that is not known here
   */
  async isSignedBy(spki: Uint8Array, signed: Signed): Promise<boolean> {
    try {
      return await this.#check(spki, signed);
    } catch (error) {
      if (error instanceof Rejection) return false;
      throw error;
    }
  }

  #check(spki: Uint8Array, signed: Signed): Promise<boolean> | boolean {
    const { oid } = signed.algorithm;
    if (oid === PSS) {
      const pss = pssOf(signed.algorithm);
      assertOneHash(pss.hash, signed);
      return this.#checkPss(spki, signed, pss);
    }
    if (!isPlain(signed.algorithm)) return false;
    const { kind } = readPublicKey(spki);
    if (oid === ED25519 && kind === 'ed25519') return isByEd25519(spki, signed);
    const [family, hash] = WITH_HASH[oid] ?? namedByKey(oid, signed.digest);
    assertOneHash(hash, signed);
    if (family === 'rsa' && kind === 'rsa') return this.#checkRsa(spki, hash, signed);
    const curve = curveOf(family, kind);
    return this.#checkEc(spki, curve, hash, signed);
  }

  async #checkEc(
    spki: Uint8Array,
    curve: Curve,
    hash: HashName,
    { message, signature }: Signed,
  ): Promise<boolean> {
    const pair = p1363(readEcdsa(signature, curve), curve);
    const key = await this.#key(spki, { name: 'ECDSA', namedCurve: curve.name });
    return this.#subtle.verify({ name: 'ECDSA', hash }, key, pair, message);
  }

  async #checkRsa(spki: Uint8Array, hash: HashName, { message, signature }: Signed): Promise<boolean> {
    const { pkcs1 } = rsaKeyOf(spki);
    const name = 'RSASSA-PKCS1-v1_5';
    return this.#subtle.verify({ name }, await this.#key(pkcs1, { name, hash }), signature, message);
  }

  async #checkPss(
    spki: Uint8Array,
    { message, signature }: Signed,
    { hash, saltLength }: Pss,
  ): Promise<boolean> {
    const { pkcs1, only } = rsaKeyOf(spki);
    // A key that says for what it is (RFC 4055 section 3.3) is for nothing else.
    if (only !== undefined && (only.hash !== hash || only.saltLength > saltLength)) return false;
    const key = await this.#key(pkcs1, { name: 'RSA-PSS', hash });
    return this.#subtle.verify({ name: 'RSA-PSS', saltLength }, key, signature, message);
  }

  #key(spki: Uint8Array, algorithm: Parameters<Subtle['importKey']>[2]): Promise<never> {
    const known = keysOf.get(this.#subtle) ?? new BoundedMap<Promise<never>>(REMEMBERED_KEYS);
    keysOf.set(this.#subtle, known);
    return known.getOr(`${algorithm.name} ${algorithm.hash ?? ''} ${bytesToHex(spki)}`, async () => {
      try {
        return (await this.#subtle.importKey('spki', spki, algorithm, false, ['verify'])) as never;
      } catch (cause) {
        // Not every browser has every curve; and a point that is on none is no key.
        throw cause instanceof Error && cause.name === 'NotSupportedError'
          ? unsupported(algorithm.namedCurve ?? algorithm.name)
          : new Rejection('TOKEN_INVALID', { what: 'a public key' }, { cause });
      }
    });
  }
}

// Strict RFC 8032: the looser ZIP 215 rules admit several spellings of one point.
const isByEd25519 = (spki: Uint8Array, { message, signature }: Signed): boolean =>
  ed25519.verify(signature, message, spki.subarray(-32), { zip215: false });

function curveOf(family: 'ec' | 'rsa', kind: string | undefined): Curve {
  const curve = (CURVES as Readonly<Record<string, Curve>>)[kind ?? ''];
  if (family !== 'ec' || curve === undefined) throw unsupported(`${family} with ${kind ?? 'another key'}`);
  return curve;
}

function assertOneHash(hash: HashName, { algorithm: { oid }, digest }: Signed): void {
  if (digest !== undefined && HASHES[digest]?.name !== hash) throw unsupported(`${oid} over ${digest}`);
}

function namedByKey(oid: string, digest: string | undefined): readonly ['ec' | 'rsa', HashName] {
  const family = ({ [RSA]: 'rsa', [EC_KEY]: 'ec' } as const)[oid];
  const hash = HASHES[digest ?? '']?.name;
  if (family === undefined || hash === undefined) throw unsupported(oid);
  return [family, hash];
}

/**
 * An RSA key of a size to reckon with, as SubjectPublicKeyInfo with rsaEncryption, which is the form that every Web Cryptography API
 * imports, and what a key for RSASSA-PSS alone is restricted to.
 */
function rsaKeyOf(spki: Uint8Array): { readonly pkcs1: Uint8Array; readonly only?: Pss } {
  const info = derSequence(spki, 'TOKEN_INVALID');
  const algorithm = info.inner(TAG.sequence);
  const { whole: bits, content } = info.next(TAG.bitString);
  const oid = algorithm.objectIdentifier();
  if (oid !== RSA && oid !== PSS) throw unsupported(oid);
  assertSize(derSequence(content.subarray(1), 'TOKEN_INVALID'));
  if (oid === RSA) return { pkcs1: spki };
  const parameters = algorithm.isAtEnd ? undefined : algorithm.any();
  const pkcs1 = element(TAG.sequence, RSA_ENCRYPTION, bits);
  return parameters === undefined ? { pkcs1 } : { pkcs1, only: pssOf({ oid, parameters }) };
}

/** AlgorithmIdentifier of rsaEncryption. */
const RSA_ENCRYPTION = Uint8Array.of(
  ...[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00],
);

function assertSize(key: Der): void {
  const bitsOf = (): number => {
    const { content } = key.next(TAG.integer);
    return (content.length - (content[0] === 0 ? 1 : 0)) * 8;
  };
  const [modulus, exponent] = [bitsOf(), bitsOf()];
  const isSupported = modulus >= RSA_BITS.least && modulus <= RSA_BITS.most && exponent <= RSA_BITS.exponent;
  if (!isSupported) throw unsupported(`RSA with ${modulus} bits and an exponent of ${exponent}`);
}
