import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import {
  currency,
  decimal,
  digest,
  distinct,
  document,
  instant,
  period,
  sealable,
  seconds,
  term,
  text,
} from '../schema.js';
import { rights } from './claim.js';
import { suspension } from './suspension.js';
import { policy } from '../odrl/index.js';

/** One version, or every version of the dataset within the term. */
export const selector = z.union([
  z.strictObject({ version: id('version') }),
  z.strictObject({ all: z.literal(true) }),
]);

export const price = z.strictObject({
  /** Minor units (for CNY: fen). */
  amount: decimal,
  currency,
  per: z.enum(['GRANT', 'USE', 'MONTH']),
});

/** What the parties agree beyond what the ledger enforces: price, agreement text, a full ODRL document. */
export const agreement = z.strictObject({
  price: price.optional(),
  textDigest: digest.optional(),
  odrl: document.optional(),
});

export const terms = z.strictObject({
  agreement: sealable(agreement),
  /** Always open: what the ledger enforces. */
  enforced: policy,
  term: period,
  /** Results of permitted use that may outlive the grant. */
  survival: distinct(term, 20),
  /** A use is allowed for this long (seconds) and has to be renewed; absent: for the term of the grant. */
  lease: seconds.optional(),
  sublicence: z.strictObject({ maxDepth: z.int().min(1).max(5) }).optional(),
});
export type Terms = z.infer<typeof terms>;

/** What a grant is about, fixed when it is opened; `terms` may change until both agree. */
export const grantSubject = z.strictObject({
  dataset: id('dataset'),
  selector,
  claim: id('claim'),
  rightsUsed: rights,
});

export const grantState = z.enum([
  'REQUESTED',
  'OFFERED',
  'COUNTERED',
  'ACTIVE',
  'SUSPENDED',
  'REVOKED',
  'TERMINATED',
  'SUPERSEDED',
  'WITHDRAWN',
  'DECLINED',
]);
const negotiating = ['COUNTERED', 'ACTIVE', 'WITHDRAWN', 'DECLINED'];
const ends = ['REVOKED', 'TERMINATED', 'SUPERSEDED'];

export const grantType = recordType(
  'grant',
  1,
  {
    id: id('grant'),
    state: grantState,
    ...grantSubject.shape,
    provider: id('participant'),
    consumer: id('participant'),
    terms,
    termsDigest: digest,
    /** Who put the present terms on the table; only the other side can accept them. */
    proposedBy: id('participant'),
    /** Holders of the claim that stand behind the present terms, by its share rule. */
    consents: distinct(id('participant'), 20),
    /** True while the claim it rests on is asserted, not registered: so is every receipt under it. */
    onAssertedClaim: z.boolean(),
    /** Number of uses; absent when unlimited. Slots 0 to quota-1 are written once each. */
    quota: z.int().min(0).max(1_000_000).optional(),
    parent: z.strictObject({ grant: id('grant'), depth: z.int().min(1).max(5) }).optional(),
    activatedAt: instant.optional(),
    suspension: suspension.extend({ as: z.enum(['PROVIDER', 'REGULATOR']) }).optional(),
    /** Who ended it and why; on a grant still open, the side that wants to terminate it together. */
    ending: z.strictObject({ by: id('participant'), reason: text(400) }).optional(),
    /** When it was revoked, terminated or superseded. */
    endedAt: instant.optional(),
    /** The grant between the same parties that this one replaces on acceptance. */
    supersedes: id('grant').optional(),
    supersededBy: id('grant').optional(),
  },
  {
    REQUESTED: negotiating,
    OFFERED: negotiating,
    COUNTERED: negotiating,
    ACTIVE: ['ACTIVE', 'SUSPENDED', ...ends],
    SUSPENDED: ['ACTIVE', 'SUSPENDED', ...ends],
    REVOKED: [],
    TERMINATED: [],
    SUPERSEDED: [],
    WITHDRAWN: [],
    DECLINED: [],
  },
);
export type Grant = RecordOf<typeof grantType>;

/** One use of a counted grant. Written at most once, so a limit of n holds without a counter. */
export const usageSlotType = recordType('usage-slot', 1, {
  grant: id('grant'),
  index: z.int().min(0),
  usage: id('usage'),
});
export type UsageSlot = RecordOf<typeof usageSlotType>;

/** The open grants that rest on a claim, by provider: what a transfer of the claim passes on or ends. */
export const claimGrantsType = recordType('claim-grants', 1, {
  claim: id('claim'),
  /** At most one entry for each holder. */
  open: z.array(z.strictObject({ provider: id('participant'), count: z.int().min(1) })).max(20),
});
export type ClaimGrants = RecordOf<typeof claimGrantsType>;
