import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { base64nopad } from '@scure/base';
import { FILE_KEY_BYTES, headerMacKey, possessionKey } from './file-key.js';
import { decodeBase64, encodeAuthenticated, encodeHeader, readHeader, type Stanza } from './header.js';
import { PayloadError } from './port.js';
import {
  newX25519,
  parseIdentity,
  parseRecipient,
  publicBytes,
  publicKeyOf,
  sharedSecret,
} from './recipient.js';

/** Wrapping of a file key to X25519 recipients (C2SP age.md "X25519 recipient stanza"), all of it native. */
const WRAP_INFO = 'age-encryption.org/v1/X25519';
const TAG_BYTES = 16;
const SHARE_BYTES = 32;
// Each wrap key is used once (the share is fresh), so the nonce may be fixed.
const ZERO_NONCE = Buffer.alloc(12);
const CIPHER = 'chacha20-poly1305';

/**
 * A detached age header (168 bytes) that opens the file key to one recipient.
 * @throws PayloadError RECIPIENT_INVALID, also for a low-order point
 */
export function wrapFileKey(fileKey: Uint8Array, recipient: string): Uint8Array {
  if (fileKey.length !== FILE_KEY_BYTES) throw new Error('a file key has 16 bytes');
  const authenticated = encodeAuthenticated([wrapX25519(fileKey, parseRecipient(recipient))]);
  return encodeHeader(authenticated, headerMac(fileKey, authenticated));
}

/**
 * The file key in a header, its MAC checked. The caller fills it with zeros after use.
 * @throws PayloadError HEADER_INVALID, HEADER_TAMPERED, NOT_A_RECIPIENT, IDENTITY_INVALID
 */
export function unwrapFileKey(header: Uint8Array, identity: string): Uint8Array {
  const read = readHeader(header);
  if (read.bytes !== header.length) throw new PayloadError('HEADER_INVALID', 'bytes after the age header');
  return fileKeyOf(read, identity);
}

/** As `unwrapFileKey`, for a header that was read already. */
function fileKeyOf(header: ReturnType<typeof readHeader>, identity: string): Uint8Array {
  const privateKey = parseIdentity(identity);
  // A passphrase stanza beside others would authenticate nothing: whoever knows it could have made the whole header.
  if (header.stanzas.length > 1 && header.stanzas.some(({ type }) => type === 'scrypt')) {
    throw new PayloadError('HEADER_INVALID', 'age header: a passphrase beside other recipients');
  }
  for (const stanza of header.stanzas) {
    const fileKey = stanza.type === 'X25519' ? unwrapX25519(stanza, privateKey) : undefined;
    if (fileKey === undefined) continue;
    if (timingSafeEqual(headerMac(fileKey, header.authenticated), header.mac)) return fileKey;
    fileKey.fill(0);
    throw new PayloadError('HEADER_TAMPERED', 'the MAC of the age header does not fit its file key');
  }
  throw new PayloadError('NOT_A_RECIPIENT', 'the age header wraps its key for somebody else');
}

/**
 * The same file key for another recipient; the payload stays as it is.
 * @throws PayloadError as `unwrapFileKey` and `wrapFileKey`
 */
export function rewrap(header: Uint8Array, identity: string, recipient: string): Uint8Array {
  const fileKey = unwrapFileKey(header, identity);
  try {
    return wrapFileKey(fileKey, recipient);
  } finally {
    fileKey.fill(0);
  }
}

/**
 * `sha256:<hex>` that only who can open all of these headers can say about a context: HMAC-SHA-256 of the context under SHA-256 over the
 * possession keys (HKDF-SHA-256 of each file key, info `possession`) in the order of the headers.
 * @throws PayloadError as `unwrapFileKey`
 */
export function possessionOf(headers: readonly Uint8Array[], identity: string, context: string): string {
  const secret = createHash('sha256');
  for (const header of headers) {
    const fileKey = unwrapFileKey(header, identity);
    secret.update(possessionKey(fileKey));
    fileKey.fill(0);
  }
  return `sha256:${createHmac('sha256', secret.digest()).update(context).digest('hex')}`;
}

function wrapX25519(fileKey: Uint8Array, recipient: KeyObject): Stanza {
  const ephemeral = newX25519();
  const share = publicBytes(ephemeral.publicKey);
  const shared = sharedSecret(ephemeral.privateKey, recipient);
  if (shared === undefined) throw new PayloadError('RECIPIENT_INVALID', 'the recipient is a low-order point');
  const cipher = createCipheriv(CIPHER, wrapKey(shared, share, publicBytes(recipient)), ZERO_NONCE, {
    authTagLength: TAG_BYTES,
  });
  const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
  return { type: 'X25519', args: [base64nopad.encode(share)], body };
}

function unwrapX25519({ args, body }: Stanza, identity: KeyObject): Uint8Array | undefined {
  const share = args.length === 1 && args[0] !== undefined ? decodeBase64(args[0]) : undefined;
  // The body's length is checked before anything is decrypted, or a sender could probe with keys of other lengths.
  if (share?.length !== SHARE_BYTES || body.length !== FILE_KEY_BYTES + TAG_BYTES) {
    throw new PayloadError('HEADER_INVALID', 'age header: malformed X25519 stanza');
  }
  const shared = sharedSecret(identity, publicKeyOf(share));
  if (shared === undefined) throw new PayloadError('HEADER_INVALID', 'age header: low-order X25519 share');
  return unsealKey(wrapKey(shared, share, publicBytes(createPublicKey(identity))), body);
}

function unsealKey(key: Buffer, body: Uint8Array): Uint8Array | undefined {
  const decipher = createDecipheriv(CIPHER, key, ZERO_NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_BYTES));
  try {
    decipher.final();
    return fileKey;
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}

function wrapKey(shared: Buffer, share: Uint8Array, recipient: Uint8Array): Buffer {
  const key = hkdfSync('sha256', shared, Buffer.concat([share, recipient]), WRAP_INFO, 32);
  shared.fill(0);
  return Buffer.from(key);
}

function headerMac(fileKey: Uint8Array, authenticated: Uint8Array): Buffer {
  return createHmac('sha256', headerMacKey(fileKey)).update(authenticated).digest();
}
