import * as z from 'zod';
import type { Json } from './canonical.js';
import type { Digest } from './digest.js';
import { isInstant } from './instant.js';
import { isTerritory } from './territories.js';
import { bytesOf, LIMITS } from './limits.js';

/** Building blocks of every record and request. Objects are strict: an unknown member is refused. */

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** One line of text without control characters, 1 to `max` Unicode code points. */
export const text = (max: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !CONTROL.test(value),
      'must not hold control characters or lone surrogates',
    );

/** Bounds of schemas whose own checks do not show them. */
export const sizes = z.registry<{ readonly maxBytes: number }>();

/** Any JSON that takes at most `bytes` when it is written without white space. */
export const jsonUpTo = (maxBytes: number): z.ZodType<Json> =>
  z
    .json()
    .refine(
      (value) => bytesOf(JSON.stringify(value)) <= maxBytes,
      `must not be larger than ${maxBytes} bytes`,
    )
    .register(sizes, { maxBytes });
/** A document that somebody wrote; its own schema belongs to whoever reads it. */
export const document = jsonUpTo(LIMITS.document);

/** Key of a record on the ledger. Longer than any the rules write: a forger chooses its own. */
export const recordKey = z.string().min(1).max(400);

export const digest = z.custom<Digest>(
  (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value),
  'must be sha256:<64 lower-case hex digits>',
);
export const instant = z
  .string()
  .max(24)
  .refine(isInstant, 'must be an RFC 3339 UTC instant with milliseconds');
/** CIDv1 in base32 (multibase `b`), codec raw or dag-pb, sha2-256. */
export const cid = z
  .string()
  .regex(/^baf(?:kreig?|kre|ybei)[a-z2-7]{50,56}$/, 'must be a CIDv1, base32, sha2-256');
/** Non-negative integer of any size as decimal text. */
export const decimal = z.string().regex(/^(?:0|[1-9]\d{0,38})$/, 'must be a non-negative decimal integer');
/** Parts per million, 0 to 1,000,000. */
export const ppm = z.int().min(0).max(1_000_000);
export const seconds = z
  .int()
  .min(1)
  .max(10 * 366 * 86_400);
/** ISO 3166-1 alpha-2 as assigned, or ISO 3166-2 with its subdivision. */
export const territory = z.string().max(6).refine(isTerritory, 'must be an assigned ISO 3166 code');
/** ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');
/** Lower-case word of a closed or community vocabulary: purposes, actions, sectors. */
export const term = z
  .string()
  .max(64)
  .regex(/^[a-z][a-z0-9]*(?:[-.:][a-z0-9]+)*$/);
/** age v1 X25519 recipient (C2SP age.md), Bech32. */
export const recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/, 'must be an age X25519 recipient');
/** Ethereum-style address of a secp256k1 key, lower case. */
export const address = z.string().regex(/^0x[0-9a-f]{40}$/, 'must be a lower-case 0x address');
/** P-256 public key: a compressed point (SEC 1, section 2.3.3), lower-case hex. */
export const publicKey = z
  .string()
  .regex(/^0[23][0-9a-f]{64}$/, 'must be a compressed P-256 point in 66 lower-case hex digits');
/** Client-chosen value that makes an id unguessable and a request unique: 16 to 32 bytes, hex. */
export const nonce = z.string().regex(/^(?:[0-9a-f]{2}){16,32}$/, 'must be 16 to 32 bytes of lower-case hex');
export const mspId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/);
export const unit = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);

export const period = z
  .strictObject({ from: instant, until: instant })
  .refine((value) => value.from < value.until, { message: 'must begin before it ends', path: ['until'] });
export type Period = z.infer<typeof period>;

/** Half-open: `from` is inside, `until` is not. */
export const isWithin = (at: string, { from, until }: Period): boolean => from <= at && at < until;

/** A list without repetition, in the order given. */
export const distinct = <T extends z.ZodType<string>>(item: T, max: number): z.ZodArray<T> =>
  z
    .array(item)
    .max(max)
    .refine((list) => new Set(list).size === list.length, 'must not repeat an item');

/**
 * Commercial content that not every member of a channel may read: the value itself, or a salted commitment
 * `digest = SHA-256(salt || canonical JSON)` and the CID of an annex encrypted to those who may.
 */
export const sealable = <T extends z.ZodType>(
  value: T,
): z.ZodUnion<
  readonly [
    z.ZodObject<{ open: T }, z.core.$strict>,
    z.ZodObject<
      { sealed: z.ZodObject<{ digest: typeof digest; cid: z.ZodString }, z.core.$strict> },
      z.core.$strict
    >,
  ]
> => z.union([z.strictObject({ open: value }), z.strictObject({ sealed: z.strictObject({ digest, cid }) })]);
export type Sealable<T> = { open: T } | { sealed: { digest: Digest; cid: string } };

/** What opens a sealed field; travels as transient data under the field's digest, is never recorded. */
export const opening = z.strictObject({
  salt: z.string().regex(/^(?:[0-9a-f]{2}){16,32}$/),
  value: jsonUpTo(LIMITS.openings),
});
export type Opening = z.infer<typeof opening>;
