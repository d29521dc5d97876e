import { randomBytes, webcrypto } from 'node:crypto';
import { checkToken } from '@tallystick/verifier/time';

export type TimestampErrorCode =
  | 'AUTHORITY_UNAVAILABLE'
  | 'REJECTED'
  | 'MALFORMED'
  | 'OTHER_HASH'
  | 'UNUSABLE';

/** An authority that gave no token. */
export class TimestampError extends Error {
  override readonly name = 'TimestampError';
  readonly code: TimestampErrorCode;

  constructor(code: TimestampErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const SEQUENCE = 0x30;
const OCTET_STRING = 0x04;
const INTEGER = 0x02;
const TRUE = Uint8Array.of(0x01, 0x01, 0xff);
const VERSION_1 = Uint8Array.of(INTEGER, 0x01, 0x01);
/** AlgorithmIdentifier of SHA-256 (2.16.840.1.101.3.4.2.1) with NULL parameters. */
const SHA_256 = Buffer.from('300d06096086480165030402010500', 'hex');
const GRANTED: ReadonlySet<number> = new Set([0, 1]);

const PATIENCE = 10_000;
const MOST = 64 * 1024;

/** DER with a short length: everything in a request is shorter than 128 bytes. */
const tlv = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, body.length]), body]);
};

/** TimeStampReq (RFC 3161, 2.4.1): SHA-256, with a nonce, and the wish for the authority's certificate in the token. */
const timestampRequest = (hash: Uint8Array, nonce: Uint8Array): Buffer =>
  tlv(SEQUENCE, VERSION_1, imprintOf(hash), nonce, TRUE);

const imprintOf = (hash: Uint8Array): Buffer => tlv(SEQUENCE, SHA_256, tlv(OCTET_STRING, hash));

/** A positive INTEGER of eight bytes, in its shortest form. */
function newNonce(): Buffer {
  const bytes = randomBytes(8);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return tlv(INTEGER, bytes);
}

/**
 * Asks an authority to stamp a SHA-256 (RFC 3161 over HTTP, 3.4). That the token names this hash and our nonce is looked at here;
 * whether it holds, in `assertUsable`.
 * @returns TimeStampToken, DER @throws TimestampError
 */
export async function requestToken(authority: string, hash: Uint8Array): Promise<Uint8Array> {
  const nonce = newNonce();
  const response = await post(authority, timestampRequest(hash, nonce));
  const token = tokenIn(response);
  if (!token.includes(imprintOf(hash)) || !token.includes(nonce))
    throw new TimestampError('OTHER_HASH', `${authority} stamped something else`);
  return Uint8Array.from(token);
}

async function post(authority: string, body: Uint8Array): Promise<Buffer> {
  try {
    const response = await fetch(authority, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) throw new TimestampError('AUTHORITY_UNAVAILABLE', `${authority}: ${response.status}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.length > MOST) throw new TimestampError('MALFORMED', `${authority}: too long an answer`);
    return bytes;
  } catch (cause) {
    if (cause instanceof TimestampError) throw cause;
    throw new TimestampError('AUTHORITY_UNAVAILABLE', `${authority} cannot be reached`, { cause });
  }
}

interface Element {
  readonly content: Buffer;
  readonly whole: Buffer;
}

/** The token of a TimeStampResp (2.4.2): `SEQUENCE { PKIStatusInfo, ContentInfo }`. */
function tokenIn(response: Buffer): Buffer {
  const outer = element(response, SEQUENCE);
  const status = element(outer.content, SEQUENCE);
  const code = element(status.content, INTEGER).content;
  if (code.length !== 1 || !GRANTED.has(code[0] ?? 0xff))
    throw new TimestampError('REJECTED', `the authority answers status ${code.toString('hex')}`);
  // A token may be BER, whose length nobody says: it is what is left, and the verifier reads it.
  const token = outer.content.subarray(status.whole.length);
  if (token[0] !== SEQUENCE) throw notAResponse();
  return token;
}

function element(bytes: Buffer, tag: number): Element {
  const [first, length = 0] = bytes;
  const more = length < 0x80 ? 0 : length & 0x7f;
  const size = more === 0 ? length : bytes.subarray(2, 2 + more).reduce((sum, byte) => sum * 256 + byte, 0);
  const start = 2 + more;
  if (first !== tag || more > 3 || start + size > bytes.length) throw notAResponse();
  return { content: bytes.subarray(start, start + size), whole: bytes.subarray(0, start + size) };
}

const notAResponse = (): TimestampError =>
  new TimestampError('MALFORMED', 'the authority’s answer is no TimeStampResp');

/** By how much an authority's clock may differ from ours, ours being as wrong as readers allow (trust file, clockSkew). */
const CLOCK_SKEW = 900_000;

/**
 * That a token is one which a reader can rely on who trusts the authority: kept is nothing that makes files worse. The same code judges it as
 * in the verifier. @param bytes what was stamped @param now epoch milliseconds @throws TimestampError UNUSABLE
 */
export async function assertUsable(token: Uint8Array, bytes: Uint8Array, now: number): Promise<void> {
  const { at } = await checkToken(token, bytes, webcrypto.subtle).catch((cause: unknown) => {
    throw new TimestampError('UNUSABLE', 'the token would not be verified', { cause });
  });
  if (Math.abs(now - at) > CLOCK_SKEW)
    throw new TimestampError('UNUSABLE', `the token is of another time: ${new Date(at).toISOString()}`);
}
