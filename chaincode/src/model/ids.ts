import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import { encode } from './canonical.js';
import { base32 } from './digest.js';
import { sha256 } from './sha256.js';

export const ID_KINDS = [
  'participant',
  'component',
  'dataset',
  'version',
  'claim',
  'grant',
  'usage',
  'valuation',
  'hold',
  'dispute',
  'amendment',
  'attestation',
  'event',
  'obligation',
] as const;
export type IdKind = (typeof ID_KINDS)[number];
/** `<kind>-<52 base32 characters>`: usable as URL segment, idempotency key and ledger key at once. */
export type Id<K extends IdKind = IdKind> = `${K}-${string}`;

const DIGITS = '[a-z2-7]{52}';

/** Schema of an id of one kind. The closed alphabet makes key injection impossible. */
export const id = <K extends IdKind>(kind: K): z.ZodType<Id<K>, Id<K>> => {
  const form = new RegExp(`^${kind}-${DIGITS}$`);
  return z.custom<Id<K>>((value) => typeof value === 'string' && form.test(value), `must be a ${kind} id`);
};
/** Schema of an id of one of several kinds. */
export const anyId = <K extends IdKind>(...kinds: readonly K[]): z.ZodType<Id<K>, Id<K>> => {
  const form = new RegExp(`^(?:${kinds.join('|')})-${DIGITS}$`);
  return z.custom<Id<K>>(
    (value) => typeof value === 'string' && form.test(value),
    `must be an id of: ${kinds.join(', ')}`,
  );
};

/** The kind an id says it has. */
export const kindOf = <K extends IdKind>(of: Id<K>): K => of.slice(0, of.lastIndexOf('-')) as K;

/**
 * Id of what a request creates: `SHA-256(tag || MSP id || unit || canonical request)`, each part preceded by its
 * length; without the unit where the caller has none. The request holds a nonce. Known before any ledger call, and bound
 * to the caller's organisation unit, so that neither an endorser nor another unit that sees the request early can claim the id.
 */
export function deriveId<K extends IdKind>(kind: K, { mspId, unit = '' }: Unit, request: unknown): Id<K> {
  return idOf(kind, [mspId, ...(unit === '' ? [] : [unit]), encode(request)]);
}

/** An organisation unit as its certificates give it. */
export interface Unit {
  readonly mspId: string;
  readonly unit?: string;
}

/** A participant is one organisation unit: its id follows from its certificates, without a look-up. */
export function participantId(callerMspId: string, unit = ''): Id<'participant'> {
  return idOf('participant', [callerMspId, unit]);
}

/**
 * An obligation is one duty of one grant, for one use or one period where it recurs: its id follows from these, so that a
 * decision finds it with a point read.
 */
export function obligationId(
  grant: Id<'grant'>,
  duty: string,
  { usage, period }: { readonly usage?: Id<'usage'> | undefined; readonly period?: number | undefined } = {},
): Id<'obligation'> {
  return idOf('obligation', [grant, duty, usage ?? '', period === undefined ? '' : String(period)]);
}

function idOf<K extends IdKind>(kind: K, parts: readonly string[]): Id<K> {
  const pieces = [`tallystick/id/v1/${kind}`, ...parts].map((part) => utf8ToBytes(part));
  return `${kind}-${base32(sha256(concatBytes(...pieces.flatMap((piece) => [lengthOf(piece), piece]))))}`;
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  const n = bytes.length;
  return Uint8Array.of((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);
}
