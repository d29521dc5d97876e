/**
 * Makes sealed-payloads.json anew. Keys and nonces are fresh, so each run gives other, equally good vectors:
 * node --conditions=source --import tsx test/vectors/payload/make-sealed-payloads.ts
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { importFile } from '../../../gateway/src/payload/file-import.js';
import { headerCid, newRecipient, sealPayload, unwrapFileKey } from '../../../gateway/src/payload/index.js';
import type { ContentStore } from '../../../gateway/src/payload/port.js';

const CHUNK = 65536;
const SEALED = CHUNK + 16;
const description =
  'Payloads sealed in suite age-v1: a detached age v1 header (base64), the age v1 payload (base64), and what they open to. ' +
  'commitment = SHA-256(salt || plaintext), salt = HKDF-SHA-256(ikm file key, no salt, info "commitment", 32 bytes). ' +
  'keyCommitment = SHA-256("tallystick/key-commitment/v1" || file key). headerCid: CIDv1 raw sha2-256. payloadCid: profile unixfs-v1-2025. ' +
  'plaintext: `length` bytes, byte i = i mod 251. An invalid vector is the named valid one with one field edited: ' +
  'flip = lowest bit of the byte at this offset; slices = these [from, to) parts, concatenated; append = these bytes (hex); value = this instead.';

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

async function valid(name: string, length: number): Promise<Readonly<Record<string, string | number>> & { readonly header: string }> {
  const { identity, recipient } = newRecipient();
  const plain = Uint8Array.from({ length }, (_, at) => at % 251);
  let payload: Buffer = Buffer.alloc(0);
  const put: ContentStore['put'] = async (source) => {
    payload = await collect(source);
    const { cid, bytes } = await importFile(one(payload), () => Promise.resolve());
    return { cid: cid.toString(), bytes };
  };
  const never = (): never => {
    throw new Error('a vector is only put');
  };
  const store: ContentStore = { put, get: never, block: never, has: never, close: never };
  const sealed = await sealPayload(one(plain), recipient, store);
  return {
    name,
    identity,
    header: Buffer.from(sealed.header).toString('base64'),
    payload: payload.toString('base64'),
    length,
    plainDigest: createHash('sha256').update(plain).digest('hex'),
    fileKey: Buffer.from(unwrapFileKey(sealed.header, identity)).toString('hex'),
    commitment: sealed.commitment,
    keyCommitment: sealed.keyCommitment,
    headerCid: headerCid(sealed.header),
    payloadCid: sealed.cid,
  };
}

const chunk = (n: number): [number, number] => [16 + n * SEALED, 16 + (n + 1) * SEALED];
const end = 16 + 2 * SEALED + 17;
const last: [number, number] = [16 + 2 * SEALED, end];
const nonce: [number, number] = [0, 16];
const stranger = newRecipient().identity;
const payload = (name: string, of: string, edit: object): object => ({ name, of, field: 'payload', edit, code: 'SEAL_BROKEN' });
const header = (name: string, edit: object, code: string): object => ({ name, of: 'eleven-bytes', field: 'header', edit, code });

const eleven = await valid('eleven-bytes', 11);

/** The header with another first character of its MAC: 124 bytes in, still canonical base64. */
function otherMac(base64: string): string {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  const other = text[124] === 'A' ? 'B' : 'A';
  return Buffer.from(text.slice(0, 124) + other + text.slice(125), 'latin1').toString('base64');
}

const invalid = [
  payload('empty-payload', 'eleven-bytes', { slices: [] }),
  payload('nonce-cut-short', 'eleven-bytes', { slices: [[0, 15]] }),
  payload('no-chunk-after-the-nonce', 'eleven-bytes', { slices: [nonce] }),
  payload('nonce-altered', 'eleven-bytes', { flip: 0 }),
  payload('ciphertext-altered', 'eleven-bytes', { flip: 20 }),
  payload('tag-altered', 'eleven-bytes', { flip: 42 }),
  payload('one-byte-short', 'eleven-bytes', { slices: [[0, 42]] }),
  payload('one-byte-more', 'eleven-bytes', { append: '00' }),
  payload('empty-file-with-a-byte-more', 'empty', { append: '00' }),
  payload('last-chunk-dropped', 'two-chunks-and-a-byte', { slices: [nonce, chunk(0), chunk(1)] }),
  payload('first-chunk-dropped', 'two-chunks-and-a-byte', { slices: [nonce, chunk(1), last] }),
  payload('chunks-swapped', 'two-chunks-and-a-byte', { slices: [nonce, chunk(1), chunk(0), last] }),
  payload('chunk-repeated', 'two-chunks-and-a-byte', { slices: [nonce, chunk(0), chunk(0), chunk(1), last] }),
  payload('last-chunk-repeated', 'two-chunks-and-a-byte', { slices: [[0, end], last] }),
  header('header-of-another-version', { value: 'YWdlLWVuY3J5cHRpb24ub3JnL3YyCg==' }, 'HEADER_INVALID'),
  header('header-cut-short', { slices: [[0, 167]] }, 'HEADER_INVALID'),
  header('header-with-bytes-after-it', { append: '0a' }, 'HEADER_INVALID'),
  header('header-mac-altered', { value: otherMac(eleven.header) }, 'HEADER_TAMPERED'),
  { name: 'identity-of-a-stranger', of: 'eleven-bytes', field: 'identity', edit: { value: stranger }, code: 'NOT_A_RECIPIENT' },
  { name: 'identity-in-lower-case', of: 'eleven-bytes', field: 'identity', edit: { value: stranger.toLowerCase() }, code: 'IDENTITY_INVALID' },
  { name: 'other-key-commitment', of: 'eleven-bytes', field: 'keyCommitment', edit: { value: `sha256:${'0'.repeat(64)}` }, code: 'KEY_MISMATCH' },
  { name: 'other-commitment', of: 'eleven-bytes', field: 'commitment', edit: { value: `sha256:${'0'.repeat(64)}` }, code: 'COMMITMENT_MISMATCH' },
  { name: 'length-too-short', of: 'eleven-bytes', field: 'length', edit: { value: 10 }, code: 'COMMITMENT_MISMATCH' },
  { name: 'length-too-long', of: 'eleven-bytes', field: 'length', edit: { value: 12 }, code: 'COMMITMENT_MISMATCH' },
];

const vectors = {
  description,
  suite: 'age-v1',
  valid: [
    await valid('empty', 0),
    eleven,
    await valid('one-chunk', CHUNK),
    await valid('two-chunks-and-a-byte', 2 * CHUNK + 1),
  ],
  invalid,
};
writeFileSync(new URL('./sealed-payloads.json', import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
