import { Der, derSequence, TAG } from '../bytes/der.js';
import { Rejection, rejectUnless } from '../rejection.js';

/** A curve over which signatures are made: the order of its base point (SP 800-186 3.2.1.3 to 3.2.1.5) and its octets. */
export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521';
  readonly order: bigint;
  readonly octets: number;
}

export const CURVES = {
  'ec-p256': {
    name: 'P-256',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    octets: 32,
  },
  'ec-p384': {
    name: 'P-384',
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    octets: 48,
  },
  'ec-p521': {
    name: 'P-521',
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    octets: 66,
  },
} as const satisfies Record<string, Curve>;

/** An ECDSA signature as two numbers. */
export interface EcdsaSignature {
  readonly r: bigint;
  readonly s: bigint;
}

/**
 * Ecdsa-Sig-Value (RFC 3279 2.2.3), in DER, both numbers within 1 to order - 1.
 * @throws Rejection SIGNATURE_MALFORMED, TRAILING_BYTES
 */
export function readEcdsa(signature: Uint8Array, curve: Curve): EcdsaSignature {
  const pair = derSequence(signature, 'SIGNATURE_MALFORMED');
  const read = readPair(pair, curve);
  pair.end();
  return read;
}

/**
 * The same as Fabric reads it (fabric-lib-go:bccsp/utils/ecdsa.go, UnmarshalECDSASignature, by Go's encoding/asn1): whatever stands after
 * the two numbers within the SEQUENCE, and after the SEQUENCE, is passed over. Lengths, tags and numbers are DER there, too.
 * @throws Rejection SIGNATURE_MALFORMED
 */
export function readEcdsaLoosely(signature: Uint8Array, curve: Curve): EcdsaSignature {
  return readPair(new Der(signature, 'SIGNATURE_MALFORMED').inner(TAG.sequence), curve);
}

function readPair(pair: Der, { order }: Curve): EcdsaSignature {
  const [r, s] = [pair.unsigned(), pair.unsigned()];
  const isWithin = [r, s].every((value) => value > 0n && value < order);
  rejectUnless(isWithin, 'SIGNATURE_MALFORMED', { what: 'a number out of range' });
  return { r, s };
}

export const isHighS = ({ s }: EcdsaSignature, { order }: Curve): boolean => s > order / 2n;

/** Of a signature there are two spellings, s and order - s; Fabric accepts the lower (fabric:bccsp/sw/ecdsa.go). */
export function rejectHighS(signature: EcdsaSignature, curve: Curve): void {
  if (isHighS(signature, curve)) throw new Rejection('HIGH_S', { curve: curve.name });
}

function writeNumber(target: Uint8Array, value: bigint, end: number): void {
  let rest = value;
  for (let at = end - 1; rest > 0n; at--) {
    target[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** r || s of fixed length (IEEE P1363), as WebCrypto wants it. */
export function p1363({ r, s }: EcdsaSignature, { octets }: Curve): Uint8Array {
  const bytes = new Uint8Array(2 * octets);
  writeNumber(bytes, r, octets);
  writeNumber(bytes, s, 2 * octets);
  return bytes;
}
