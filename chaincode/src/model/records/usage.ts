import * as z from 'zod';
import { denialCode } from '../errors.js';
import { id } from '../ids.js';
import { label, name, policyWorld } from '../odrl/index.js';
import { LIMITS } from '../limits.js';
import { recordType, type RecordOf } from '../record.js';
import { cid, decimal, digest, distinct, instant, recipient, recordKey, territory, text } from '../schema.js';

/** What a consumer's component asks. */
export const usageAsk = z.strictObject({
  grant: id('grant'),
  version: id('version'),
  action: name,
  /** A name, or plain text in any script. */
  purpose: label,
  /** Where the data will be processed. */
  territory,
  component: id('component'),
  /** One-time age recipient: the key is wrapped to it and to nothing else. */
  recipient,
  /** Statements of certified components that the policy shall be judged with. */
  attestations: distinct(id('attestation'), 10).optional(),
});
export type UsageAsk = z.infer<typeof usageAsk>;

/** A ledger key the decision looked at, and the digest of what stood there; `null` for nothing. */
export const fact = z.strictObject({ key: recordKey, value: digest.nullable() });
export type Fact = z.infer<typeof fact>;

/** How the policy was judged: with the grant's policy and the request, enough to make the report again. */
export const judgement = z.strictObject({
  /** SHA-256 of the canonical JSON of the compliance report. */
  report: digest,
  world: policyWorld,
});
export type Judgement = z.infer<typeof judgement>;

/** What every decision on a use says, the first and those of its leases. */
export const decided = z.strictObject({
  outcome: z.enum(['ALLOWED', 'DENIED']),
  /** Why it was denied: the first failure, in the order of rules/usage/decision.ts. */
  code: denialCode.optional(),
  at: instant,
  facts: z.array(fact).max(LIMITS.keys),
  /** Absent when the decision fell before the policy was asked. */
  policy: judgement.optional(),
  rulebook: z.int(),
});

export const answer = decided.extend({
  provider: id('participant'),
  component: id('component'),
  /** Key that signed the answer. */
  signedBy: digest,
  slot: z.int().min(0).optional(),
  header: cid.optional(),
  /** Digest of the pull token, when the version is delivered by PULL. */
  pullToken: digest.optional(),
  /** End of the first lease, where the terms grant use by lease. */
  leaseUntil: instant.optional(),
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
        header: z.string().max(8192).optional(),
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
