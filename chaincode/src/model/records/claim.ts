import * as z from 'zod';
import { encode } from '../canonical.js';
import { digestOf, type Digest } from '../digest.js';
import { id, type Id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { address, cid, digest, distinct, instant, nonce, period, ppm, territory, text } from '../schema.js';

/** The three property rights of the national guideline; independent, and several may hold the same one. */
export const right = z.enum(['HOLD', 'USE', 'OPERATE']);
export type Right = z.infer<typeof right>;
export const rights = distinct(right, 3).min(1);

/** How the data came about; decides which rights may be claimed at all (rules/claims/admissibility.ts). */
export const origin = z.enum([
  'OWN_ACTIVITY',
  'PROMPTED',
  'NATURAL_PERSON',
  'PUBLIC_AUTOMATED',
  'PUBLIC_PRODUCT',
  'FUSION_CONTRACT',
  'FUSION_SILENT',
  'DERIVED',
  'ENTRUSTED',
  'GOVERNMENT',
]);
export type Origin = z.infer<typeof origin>;

export const shareRule = z.enum(['JOINT', 'MAJORITY', 'SEVERAL']);
export type ShareRule = z.infer<typeof shareRule>;

export const holders = z
  .array(z.strictObject({ participant: id('participant'), share: ppm.min(1) }))
  .min(1)
  .max(20)
  .refine(
    (list) => new Set(list.map(({ participant }) => participant)).size === list.length,
    'must not repeat a holder',
  )
  .refine(
    (list) => list.reduce((sum, { share }) => sum + share, 0) === 1_000_000,
    'shares must sum to 1,000,000',
  );
export type Holders = z.infer<typeof holders>;

/** EIP-712 signature over the claim by a holder's registered owner key: stands without Fabric's CA. */
export const ownerSignature = z.strictObject({
  address,
  signature: z
    .string()
    .regex(
      /^0x[0-9a-f]{130}$/,
      'must be 0x and 65 bytes in lower-case hex: r, s and v, not the 64 bytes of EIP-2098',
    ),
});

export const claimBody = z.strictObject({
  holders,
  shareRule,
  rights,
  origin,
  territory: distinct(territory, 50),
  term: period,
  evidence: distinct(digest, 50),
  ownerSignature: ownerSignature.optional(),
});
export type ClaimBody = z.infer<typeof claimBody>;

/** Versions whose keys change hands with one transfer. */
export const MAX_HANDED_OVER = 1000;

/** How the keys of sealed versions reach the new custodian, and by what it is known that it has them. */
export const handover = z.strictObject({
  /** A bundle in the content store: for each version the age header that wraps its file key to the new custodian's recipient. */
  cid,
  /** Makes the proof of one offer worthless for any other. */
  nonce,
  /** See `possessionCommitment`. */
  possession: digest,
});

/**
 * What an offer says of the proof of possession: the digest of a value that only follows from the keys themselves. The giver states it with
 * the offer, the new custodian reveals the value when it accepts; neither the ledger nor a bystander learns a key from either.
 */
export const possessionCommitment = (possession: Digest): Digest =>
  digestOf(`tallystick/possession/v1\n${possession}`);

export const transferOffer = z.strictObject({
  to: id('participant'),
  /** Live grants pass to the new holder, or end with the transfer. */
  grants: z.enum(['PASS', 'END']),
  /** The new custodian, and the versions whose keys it is handed. */
  custodian: id('participant'),
  versions: distinct(id('version'), MAX_HANDED_OVER),
  /** Where there are such versions, and only there. */
  handover: handover.optional(),
});

export type TransferOffer = z.infer<typeof transferOffer>;

/** What co-holders and the new holder name when they agree to an offer, so that it cannot be swapped under them. */
export const transferOfferDigest = ({
  to,
  grants,
  custodian,
  versions,
  handover: keys,
}: TransferOffer): Digest =>
  digestOf(encode({ to, grants, custodian, versions, ...(keys && { handover: keys }) }));

export const claimType = recordType(
  'claim',
  1,
  {
    id: id('claim'),
    /** PROPOSED until every co-holder has consented. */
    state: z.enum(['PROPOSED', 'ASSERTED', 'REGISTERED', 'REJECTED', 'TRANSFERRED', 'CANCELLED']),
    dataset: id('dataset'),
    ...claimBody.shape,
    consents: distinct(id('participant'), 20),
    predecessor: id('claim').optional(),
    /** Of a claim that came by transfers: the first of its line, under which the holds on all of them stand. */
    root: id('claim').optional(),
    successor: id('claim').optional(),
    registration: z
      .strictObject({ registrar: id('participant'), at: instant, certificate: text(60).optional() })
      .optional(),
    rejection: z
      .strictObject({
        registrar: id('participant'),
        code: z.enum(['RJ1', 'RJ2', 'RJ3', 'RJ4', 'RJ5']),
        reason: text(400),
      })
      .optional(),
    transfer: z
      .strictObject({
        ...transferOffer.shape,
        offeredBy: id('participant'),
        consents: distinct(id('participant'), 20),
      })
      .optional(),
    cancellation: z.strictObject({ by: id('participant'), reason: text(400) }).optional(),
  },
  {
    PROPOSED: ['ASSERTED', 'CANCELLED'],
    ASSERTED: ['REGISTERED', 'REJECTED', 'TRANSFERRED', 'CANCELLED'],
    REGISTERED: ['TRANSFERRED', 'CANCELLED'],
    REJECTED: [],
    TRANSFERRED: [],
    CANCELLED: [],
  },
);
export type Claim = RecordOf<typeof claimType>;

/** The claim under which holds on a claim are recorded: the first of its line, so that a transfer sheds none. */
export const heldAs = ({ id: own, root = own }: Pick<Claim, 'id' | 'root'>): Id<'claim'> => root;
