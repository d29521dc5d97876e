import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { bech32 } from '@scure/base';
import { PayloadError, type RecipientKeys } from './port.js';

/** Native X25519 keys in age's spelling (C2SP age.md "X25519 recipient stanza"): Bech32 of the 32 raw bytes. */
const IDENTITY_PREFIX = 'age-secret-key-';
const RECIPIENT_PREFIX = 'age';
const KEY_BYTES = 32;

// RFC 8410: the fixed DER in front of a raw X25519 key, private (PKCS #8) and public (SubjectPublicKeyInfo).
const PKCS8_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b656e032100', 'hex');

/** A fresh key pair. */
export function newRecipient(): RecipientKeys {
  const { privateKey, publicKey } = newX25519();
  const scalar = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8_HEAD.length);
  const identity = bech32.encodeFromBytes(IDENTITY_PREFIX, scalar).toUpperCase();
  scalar.fill(0);
  return { identity, recipient: bech32.encodeFromBytes(RECIPIENT_PREFIX, publicBytes(publicKey)) };
}

export const newX25519 = (): { privateKey: KeyObject; publicKey: KeyObject } => generateKeyPairSync('x25519');

/** The 32 raw bytes of a public key. */
export function publicBytes(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEAD.length);
}

export function publicKeyOf(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
}

/** @throws PayloadError RECIPIENT_INVALID */
export function parseRecipient(recipient: string): KeyObject {
  const raw = decode(recipient, RECIPIENT_PREFIX);
  if (raw === undefined) throw new PayloadError('RECIPIENT_INVALID', 'not an age X25519 recipient');
  return publicKeyOf(raw);
}

/** @throws PayloadError IDENTITY_INVALID */
export function parseIdentity(identity: string): KeyObject {
  const isUpperCase = identity === identity.toUpperCase();
  const raw = isUpperCase ? decode(identity.toLowerCase(), IDENTITY_PREFIX) : undefined;
  if (raw === undefined) throw new PayloadError('IDENTITY_INVALID', 'not an age X25519 identity');
  const der = Buffer.concat([PKCS8_HEAD, raw]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  raw.fill(0);
  der.fill(0);
  return key;
}

/** The recipient of an identity. @throws PayloadError IDENTITY_INVALID */
export function recipientOf(identity: string): string {
  return bech32.encodeFromBytes(RECIPIENT_PREFIX, publicBytes(createPublicKey(parseIdentity(identity))));
}

/** X25519; `undefined` for a low-order point, whose shared secret would be zero for everybody (RFC 7748, 6.1). */
export function sharedSecret(privateKey: KeyObject, publicKey: KeyObject): Buffer | undefined {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return undefined;
  }
}

// The library's own errors quote their input, which may be a mistyped identity: they are dropped, not passed on.
function decode(text: string, prefix: string): Uint8Array | undefined {
  if (text !== text.toLowerCase()) return undefined;
  try {
    const decoded = bech32.decodeToBytes(text);
    return decoded.prefix === prefix && decoded.bytes.length === KEY_BYTES ? decoded.bytes : undefined;
  } catch {
    return undefined;
  }
}
