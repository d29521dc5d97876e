import { sign, type KeyObject } from 'node:crypto';

/** Group orders (SP 800-186, 3.2.1.3 and 3.2.1.4), for the low-S rule of Fabric. */
const ORDERS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1:
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

const INTEGER = 0x02;
const SEQUENCE = 0x30;

/** The scalars of a DER `SEQUENCE { INTEGER r, INTEGER s }`; short lengths only, which covers both curves. */
interface Scalars {
  readonly r: Uint8Array;
  readonly s: Uint8Array;
}

function readInteger(der: Uint8Array, at: number): Uint8Array | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  return der[at] === INTEGER && length > 0 && length < 0x80 && end <= der.length
    ? der.subarray(at + 2, end)
    : undefined;
}

function scalars(der: Uint8Array): Scalars | undefined {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined;
  const r = readInteger(der, 2);
  const s = r && readInteger(der, 4 + r.length);
  return r && s && 6 + r.length + s.length === der.length ? { r, s } : undefined;
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return Buffer.concat([
    Buffer.from([INTEGER, bytes.length + (isNegative ? 1 : 0), ...(isNegative ? [0] : [])]),
    bytes,
  ]);
}

/** Order of the key's curve; `undefined` for keys whose signatures have no low-S rule (Ed25519). */
export function curveOrder(key: KeyObject): bigint | undefined {
  return ORDERS[key.asymmetricKeyDetails?.namedCurve ?? ''];
}

/**
 * True when `der` is an ECDSA signature with s at most half the order. Fabric refuses the other half (fabric:bccsp/sw/ecdsa.go),
 * because both would verify and a signature would then have two spellings.
 */
export function isLowS(der: Uint8Array, order: bigint): boolean {
  const parts = scalars(der);
  return parts !== undefined && toBigInt(parts.s) <= order >> 1n;
}

/** The same signature in its low-S spelling. `der` comes from OpenSSL. */
function toLowS(der: Buffer, order: bigint): Buffer {
  const parts = scalars(der);
  if (parts === undefined) throw new Error('OpenSSL gave an ECDSA signature that is not DER');
  const s = toBigInt(parts.s);
  if (s <= order >> 1n) return der;
  const body = Buffer.concat([der.subarray(2, 4 + parts.r.length), derInteger(order - s)]);
  return Buffer.concat([Buffer.from([SEQUENCE, body.length]), body]);
}

/**
 * Signs a message as Fabric's MSP expects: ECDSA over SHA-256, DER, low-S; Ed25519 over the message itself.
 * Native, because one submission signs three times and a JavaScript curve would cost more than everything else in it.
 */
export function signMessage(message: Uint8Array, key: KeyObject): Buffer {
  const order = curveOrder(key);
  if (order === undefined) return sign(null, message, key);
  return toLowS(sign('sha256', message, { key, dsaEncoding: 'der' }), order);
}
