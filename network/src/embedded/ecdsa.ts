import { sign, verify, type KeyObject } from 'node:crypto';
import { lowS, ORDER } from '../identity/signing.js';

// Fabric signs SHA-256 digests with ECDSA and rejects high-S signatures (bccsp/sw/ecdsa.go), so that a signature
// cannot be turned into a second valid one by a third party. P-256 only: it is what every Fabric CA issues by default.
const HALF_ORDER = ORDER >> 1n;
const SCALAR_BYTES = 32;
const INTEGER_TAG = 0x02;
const SEQUENCE_TAG = 0x30;

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`);
}

function derInteger(scalar: Buffer): Buffer {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start += 1;
  const minimal = scalar.subarray(start);
  const sign = (minimal[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([INTEGER_TAG, minimal.length + sign.length, ...sign]), minimal]);
}

/**
 * Signs `data` (hashed with SHA-256) and returns a DER ECDSA signature with low S, as Fabric requires.
 * @param key a P-256 private key
 */
export function signLowS(key: KeyObject, data: Uint8Array): Buffer {
  const low = Buffer.from(lowS(sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })));
  const body = Buffer.concat([
    derInteger(low.subarray(0, SCALAR_BYTES)),
    derInteger(low.subarray(SCALAR_BYTES)),
  ]);
  return Buffer.concat([Buffer.from([SEQUENCE_TAG, body.length]), body]);
}

/** The content of a minimal DER INTEGER at `offset`, or nothing when the bytes are not one. */
function readInteger(der: Uint8Array, offset: number): Uint8Array | undefined {
  const [tag, length = 0] = der.subarray(offset, offset + 2);
  const content = der.subarray(offset + 2, offset + 2 + length);
  if (tag !== INTEGER_TAG || length >= 0x80 || content.length !== length) return undefined;
  const [first, second = 0x80] = content;
  if (first === undefined || first >= 0x80) return undefined;
  return first === 0 && second < 0x80 ? undefined : content;
}

/** True for a strict DER `SEQUENCE { INTEGER r, INTEGER s }` whose s is in the lower half of the P-256 order. */
export function isLowS(signature: Uint8Array): boolean {
  if (signature[0] !== SEQUENCE_TAG || signature[1] !== signature.length - 2) return false;
  const r = readInteger(signature, 2);
  if (!r) return false;
  const s = readInteger(signature, 4 + r.length);
  return s !== undefined && 6 + r.length + s.length === signature.length && toBigInt(s) <= HALF_ORDER;
}

/** True when `signature` is a low-S DER signature of SHA-256(`data`) under `key`. Never throws on malformed input. */
export function verifyLowS(key: KeyObject, data: Uint8Array, signature: Uint8Array): boolean {
  return isLowS(signature) && verify('sha256', data, { key, dsaEncoding: 'der' }, signature);
}
