import {
  constants,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
  type SigningOptions,
} from 'node:crypto';
import { bits, context, element, hex, identifier, integer, joined, nothing, sequence, type Bytes } from './der.js';

type Curve = 'P-224' | 'P-256' | 'P-384' | 'P-521' | 'secp256k1';
export type KeyKind = Curve | 'Ed25519' | 'Ed448' | 'RSA-1024' | 'RSA-2048' | 'DSA';

export interface Key {
  readonly kind: KeyKind;
  readonly secret: KeyObject;
  readonly spki: Bytes;
}

const CURVE_NAMES: Readonly<Partial<Record<KeyKind, string>>> = {
  'P-224': 'secp224r1',
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  secp256k1: 'secp256k1',
};

function pair(kind: KeyKind): KeyObject {
  const namedCurve = CURVE_NAMES[kind];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey;
  if (kind === 'Ed25519') return generateKeyPairSync('ed25519').privateKey;
  if (kind === 'Ed448') return generateKeyPairSync('ed448').privateKey;
  if (kind === 'DSA') return generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: kind === 'RSA-1024' ? 1024 : 2048 }).privateKey;
}

export function newKey(kind: KeyKind = 'P-256'): Key {
  const secret = pair(kind);
  const spki = new Uint8Array(createPublicKey(secret).export({ type: 'spki', format: 'der' }));
  return { kind, secret, spki };
}

/** How an authority signs: the AlgorithmIdentifier that it states, and what it does. */
export interface Scheme {
  readonly algorithm: Bytes;
  readonly hash: string | null;
  readonly options?: SigningOptions;
}

const ecdsa = (oid: string, hash: string): Scheme => ({ algorithm: sequence(identifier(oid)), hash });
const rsa = (arc: number, hash: string): Scheme => ({
  algorithm: sequence(identifier(`1.2.840.113549.1.1.${arc}`), nothing()),
  hash,
});

/** RSASSA-PSS-params (RFC 4055 3.1), with a salt as long as told and a mask by its own hash. */
export function pss(hash: 'sha256' | 'sha384' | 'sha512', salt: number, maskHash = hash): Scheme {
  const arcs = { sha256: 1, sha384: 2, sha512: 3 };
  const digest = (name: typeof hash): Bytes => sequence(identifier(`2.16.840.1.101.3.4.2.${arcs[name]}`), nothing());
  const mask = sequence(identifier('1.2.840.113549.1.1.8'), digest(maskHash));
  const parameters = sequence(context(0, digest(hash)), context(1, mask), context(2, integer(salt)));
  return {
    algorithm: sequence(identifier('1.2.840.113549.1.1.10'), parameters),
    hash,
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt },
  };
}

export const SCHEMES = {
  ecdsaSha1: ecdsa('1.2.840.10045.4.1', 'sha1'),
  ecdsaSha256: ecdsa('1.2.840.10045.4.3.2', 'sha256'),
  ecdsaSha384: ecdsa('1.2.840.10045.4.3.3', 'sha384'),
  ecdsaSha512: ecdsa('1.2.840.10045.4.3.4', 'sha512'),
  ecdsaSha224: ecdsa('1.2.840.10045.4.3.1', 'sha224'),
  rsaMd5: rsa(4, 'md5'),
  rsaSha1: rsa(5, 'sha1'),
  rsaSha256: rsa(11, 'sha256'),
  rsaSha384: rsa(12, 'sha384'),
  rsaSha512: rsa(13, 'sha512'),
  ed25519: { algorithm: sequence(identifier('1.3.101.112')), hash: null },
} as const satisfies Record<string, Scheme>;

export function usualScheme({ kind }: Key): Scheme {
  if (kind === 'Ed25519' || kind === 'Ed448') return SCHEMES.ed25519;
  return kind.startsWith('RSA') ? SCHEMES.rsaSha256 : SCHEMES.ecdsaSha256;
}

const ORDERS: Readonly<Record<string, bigint>> = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384': 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

const numberAt = (der: Uint8Array, at: number): { value: bigint; next: number } => {
  const next = at + 2 + (der[at + 1] ?? 0);
  return { value: BigInt(`0x${Buffer.from(der.subarray(at + 2, next)).toString('hex')}`), next };
};

/** The same ECDSA signature with the lower or the higher of its two s. */
function withS(signature: Bytes, kind: KeyKind, wanted: 'low' | 'high'): Bytes {
  const order = ORDERS[kind];
  if (order === undefined) return signature;
  const r = numberAt(signature, 2);
  const s = numberAt(signature, r.next);
  const isWanted = s.value > order / 2n === (wanted === 'high');
  return sequence(integer(r.value), integer(isWanted ? s.value : order - s.value));
}

export function signed(content: Bytes, key: Key, scheme: Scheme, s: 'low' | 'high'): Bytes {
  const signature = new Uint8Array(sign(scheme.hash, content, { key: key.secret, ...scheme.options }));
  return scheme.hash !== null && key.kind in ORDERS ? withS(signature, key.kind, s) : signature;
}

/** A key of another algorithm than any that certificates are read with. */
export const unknownSpki = (): Bytes => sequence(sequence(identifier('1.2.3.4.5')), bits(hex('0102030405')));

/** The key in the compressed form of its point. */
export function compressed({ spki }: Key): Bytes {
  const x = spki.subarray(-64, -32);
  const sign_ = ((spki.at(-1) ?? 0) & 1) + 2;
  const algorithm = sequence(identifier('1.2.840.10045.2.1'), identifier('1.2.840.10045.3.1.7'));
  return sequence(algorithm, element(0x03, joined(Uint8Array.of(0, sign_), x)));
}
