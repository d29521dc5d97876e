import { derSequence, TAG, type Der, type DerElement } from '../bytes/der.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import { readExtensions } from '../x509/extensions.js';
import { plainAlgorithm } from './digests.js';

/** What a time-stamp authority signed: TSTInfo of RFC 3161 section 2.4.2. */
export interface TimestampInfo {
  readonly imprint: { readonly algorithm: string; readonly digest: Uint8Array };
  /** Epoch milliseconds of genTime. */
  readonly at: number;
  /** Milliseconds by which the true time may differ. */
  readonly accuracyMs: number;
  /** DER of the authority's own name for itself, a GeneralName. */
  readonly authority: Uint8Array | undefined;
}

const GENERALIZED_TIME = 0x18;
/** RFC 3161: seconds are there, and the zone is Z. That a fraction has no trailing zeros is not asked for: its time is the same. */
const GEN_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,100}))?Z$/;
const LONGEST_TIME = 128;
const ACCURACY_MILLIS = 0x80;
const ACCURACY_MICROS = 0x81;
const TSA = 0xa0;
const EXTENSIONS = 0xa1;
/** Where an authority does not state its accuracy: that of a time in whole seconds. */
const UNSTATED_ACCURACY_MS = 1000;

/** @throws Rejection TOKEN_INVALID, TRAILING_BYTES; NotEvaluated TOKEN_NOT_SUPPORTED for what a later standard may have added */
export function readTimestampInfo(bytes: Uint8Array): TimestampInfo {
  const info: Der = derSequence(bytes, 'TOKEN_INVALID');
  const version = info.unsigned();
  evaluableIf(version === 1n, 'TOKEN_NOT_SUPPORTED', { version: `${version}` });
  info.objectIdentifier();
  const imprint = imprintOf(info);
  assertInteger(info.next(TAG.integer));
  const { at, isCut } = genTimeOf(info);
  const accuracyMs = accuracyOf(info) + (isCut ? 1 : 0);
  assertTruth(info.optional(TAG.boolean));
  assertInteger(info.optional(TAG.integer));
  const authority = authorityOf(info);
  refuseCriticalExtensions(info);
  info.end();
  return { imprint, at, accuracyMs, authority };
}

// Nothing follows from a serial number, a nonce or the order of tokens: but what OpenSSL does not read, nobody should be told is sound.
function assertInteger(integer: DerElement | undefined): void {
  const [first, second = first] = integer?.content ?? [0];
  const isIdle = integer !== undefined && integer.content.length > 1 && isSignOf(first ?? 0, second ?? 0);
  rejectUnless(first !== undefined && !isIdle, 'TOKEN_INVALID', { what: 'the form of an integer' });
}

/** Whether an octet says nothing but the sign that the next one has, too (X.690 8.3.2). */
const isSignOf = (first: number, next: number): boolean => first === (next < 0x80 ? 0 : 0xff);

function assertTruth(truth: DerElement | undefined): void {
  rejectUnless(truth === undefined || truth.content.length === 1, 'TOKEN_INVALID', { what: 'a truth value' });
}

function imprintOf(info: Der): TimestampInfo['imprint'] {
  const imprint = info.inner(TAG.sequence);
  const algorithm = plainAlgorithm(imprint.inner(TAG.sequence));
  const { content: digest } = imprint.next(TAG.octetString);
  imprint.end();
  return { algorithm, digest };
}

function genTimeOf(info: Der): { at: number; isCut: boolean } {
  const { content } = info.next(GENERALIZED_TIME);
  const match = GEN_TIME.exec(String.fromCharCode(...content.subarray(0, LONGEST_TIME)));
  if (match === null) throw new Rejection('TOKEN_INVALID', { what: 'the form of genTime' });
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const millis = fraction.slice(0, 3).padEnd(3, '0');
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`;
  const at = Date.parse(text);
  // A 31st of February would slide into March.
  const isReal = !Number.isNaN(at) && new Date(at).toISOString() === text;
  rejectUnless(isReal, 'TOKEN_INVALID', { what: 'a time that never was' });
  return { at, isCut: fraction.slice(3).replaceAll('0', '') !== '' };
}

function accuracyOf(info: Der): number {
  const found = info.optional(TAG.sequence);
  if (found === undefined) return UNSTATED_ACCURACY_MS;
  const accuracy = info.of(found);
  const seconds = accuracy.isAtEnd ? undefined : accuracy.optional(TAG.integer);
  const total = [
    numberIn(seconds) * 1000,
    numberIn(accuracy.optional(ACCURACY_MILLIS)),
    Math.ceil(numberIn(accuracy.optional(ACCURACY_MICROS)) / 1000),
  ];
  accuracy.end();
  return total.reduce((sum, part) => sum + part, 0);
}

// More than a day is no accuracy, and four octets would be beyond it.
function numberIn(number: DerElement | undefined): number {
  assertInteger(number);
  const { content } = number ?? { content: Uint8Array.of(0) };
  const isSmall = content.length <= 3 && (content[0] ?? 0) < 0x80;
  rejectUnless(isSmall, 'TOKEN_INVALID', { what: 'an accuracy' });
  return content.reduce((value, octet) => value * 0x100 + octet, 0);
}

function authorityOf(info: Der): Uint8Array | undefined {
  const tsa = info.optional(TSA);
  return tsa && info.of(tsa).any().whole;
}

function refuseCriticalExtensions(info: Der): void {
  const found = info.optional(EXTENSIONS);
  if (found === undefined) return;
  const unknown = readExtensions(info.of(found)).find(({ isCritical }) => isCritical);
  evaluableIf(unknown === undefined, 'TOKEN_NOT_SUPPORTED', { extension: unknown?.oid ?? '' });
}
