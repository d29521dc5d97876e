import { createPrivateKey, KeyObject, webcrypto } from 'node:crypto';

/** Order of P-256 (SP 800-186 3.2.1.3). */
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR = 32;

const scalar = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/**
 * The same signature (r || s, as WebCrypto gives it) with the lower of s and n - s.
 * Fabric re-encodes a certificate whose signature is high-S (fabric:msp/cert.go) and then compares the re-encoded bytes,
 * so a certificate issued high-S would have two spellings: one on disk, another in the MSP. We issue one only.
 */
export function lowS(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const s = scalar(signature.subarray(SCALAR));
  const low = s > ORDER / 2n ? ORDER - s : s;
  const bytes = Uint8Array.from(signature);
  bytes.set(Buffer.from(low.toString(16).padStart(2 * SCALAR, '0'), 'hex'), SCALAR);
  return bytes;
}

/** The part of WebCrypto that `@peculiar/x509` calls while it issues; every ECDSA signature leaves it low-S. */
export const lowSCrypto = {
  subtle: {
    exportKey: webcrypto.subtle.exportKey.bind(webcrypto.subtle),
    sign: async (...request: Parameters<webcrypto.SubtleCrypto['sign']>): Promise<ArrayBuffer> =>
      lowS(new Uint8Array(await webcrypto.subtle.sign(...request))).buffer,
  },
  getRandomValues: webcrypto.getRandomValues.bind(webcrypto),
};

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** What the x509 library needs beside the key itself. */
export const SIGNATURE = { ...ALGORITHM, hash: 'SHA-256' } as const;

/** A new P-256 key pair; the private half is extractable only because Fabric wants it in a file. */
export function newKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** PKCS #8 as PEM, the form that Fabric and node:crypto read. */
export function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Reads what `privateKeyPem` wrote. */
export function importedPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
}
