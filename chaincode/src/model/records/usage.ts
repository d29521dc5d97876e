import * as z from 'zod';
import { denialCode } from '../errors.js';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { cid, decimal, digest, instant, recipient, term, territory, text } from '../schema.js';

/** What a consumer's component asks. */
export const usageAsk = z.strictObject({
  grant: id('grant'),
  version: id('version'),
  action: term,
  purpose: term,
  /** Where the data will be processed. */
  territory,
  component: id('component'),
  /** One-time age recipient: the key is wrapped to it and to nothing else. */
  recipient,
});
export type UsageAsk = z.infer<typeof usageAsk>;

/** A ledger key the decision looked at, and the digest of what stood there; `null` for nothing. */
export const fact = z.strictObject({ key: z.string(), value: digest.nullable() });
export type Fact = z.infer<typeof fact>;

export const ruleReport = z.strictObject({
  rule: z.string(),
  active: z.boolean(),
  unsatisfied: z.array(z.string()),
});

export const answer = z.strictObject({
  outcome: z.enum(['ALLOWED', 'DENIED']),
  /** Why it was denied: the first failure in the order of ledger.md. */
  code: denialCode.optional(),
  at: instant,
  provider: id('participant'),
  component: id('component'),
  /** Key that signed the answer. */
  signedBy: digest,
  facts: z.array(fact),
  policy: z.array(ruleReport),
  rulebook: z.int(),
  slot: z.int().min(0).optional(),
  header: cid.optional(),
  /** Digest of the pull token, when the version is delivered by PULL. */
  pullToken: digest.optional(),
});

export const usageType = recordType(
  'usage',
  1,
  {
    id: id('usage'),
    state: z.enum([
      'REQUESTED',
      'ALLOWED',
      'DENIED',
      'LAPSED',
      'ACKNOWLEDGED',
      'CONTESTED',
      'UPHELD',
      'REJECTED',
    ]),
    ...usageAsk.shape,
    dataset: id('dataset'),
    consumer: id('participant'),
    /** Custodian of the dataset when the request was made: the one who must answer. */
    custodian: id('participant'),
    requestedAt: instant,
    /** Key that signed the request. */
    signedBy: digest,
    answer: answer.optional(),
    acknowledgement: z
      .strictObject({ at: instant, bytes: decimal, commitment: digest, signedBy: digest })
      .optional(),
    contest: z
      .strictObject({
        at: instant,
        reason: z.enum(['NOT_DELIVERED', 'WRONG_KEY', 'WRONG_CONTENT']),
        statement: digest.optional(),
        /** The wrapped key, put on the ledger by `usage:Deliver`; base64. */
        header: z.string().optional(),
        finding: z
          .strictObject({
            by: id('participant'),
            at: instant,
            reason: text(400),
            statement: digest.optional(),
          })
          .optional(),
      })
      .optional(),
  },
  {
    REQUESTED: ['ALLOWED', 'DENIED', 'LAPSED'],
    ALLOWED: ['ACKNOWLEDGED', 'CONTESTED'],
    DENIED: [],
    LAPSED: [],
    ACKNOWLEDGED: [],
    CONTESTED: ['CONTESTED', 'UPHELD', 'REJECTED'],
    UPHELD: [],
    REJECTED: [],
  },
);
export type Usage = RecordOf<typeof usageType>;
