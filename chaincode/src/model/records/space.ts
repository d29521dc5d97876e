import * as z from 'zod';
import { id } from '../ids.js';
import { recordType, type RecordOf } from '../record.js';
import { suspension } from './suspension.js';
import { digest, distinct, instant, mspId, publicKey, seconds, text } from '../schema.js';

/** The rules of the consortium that decisions depend on. Durations are whole seconds. */
export const rulebook = z.strictObject({
  version: z.int().min(1),
  /** A request that is not answered this long after its own time lapses. */
  answerWithin: seconds,
  /** An acknowledgement is due this long after the answer; afterwards the receipt counts as delivered. */
  matchWithin: seconds,
  /** A receipt may be contested this long after the answer. */
  contestWithin: seconds,
  /** Whether a claim that no registrar has registered yet may carry grants. */
  acceptAssertedClaims: z.boolean(),
});

export type Rulebook = z.infer<typeof rulebook>;

const participants = distinct(id('participant'), 50);

/**
 * Whose signatures under a checkpoint let Fabric's state be brought back to what the rules wrote, and how many of them it takes
 * (`records:Restore`).
 */
export const restoration = z
  .strictObject({
    witnesses: z
      .array(z.strictObject({ organisation: mspId, key: publicKey }))
      .min(1)
      .max(50)
      .refine((list) => new Set(list.map(({ key }) => key)).size === list.length, 'must not repeat a key'),
    needed: z.int().min(1).max(50),
  })
  .refine(({ witnesses, needed }) => needed <= witnesses.length, 'must not need more than there are');
export type RestorationTerms = z.infer<typeof restoration>;

/** Who governs. Operator admits; regulators hold, suspend and adjudicate; registrars register claims. */
export const governance = {
  name: text(120),
  operator: id('participant'),
  regulators: participants,
  registrars: participants,
  auditors: participants,
  rulebook,
  restoration: restoration.optional(),
};

export const spaceType = recordType('space', 1, {
  ...governance,
  paused: suspension.extend({ at: instant }).optional(),
});
export type Space = RecordOf<typeof spaceType>;

/** What an amendment may change. */
export const amendmentChanges = z.strictObject(governance).partial();

export const amendmentType = recordType(
  'amendment',
  1,
  {
    id: id('amendment'),
    state: z.enum(['PROPOSED', 'EFFECTIVE']),
    proposedBy: id('participant'),
    reason: text(400),
    changes: amendmentChanges,
    /** Digest of the space the proposal was made against: approval of anything else is refused. */
    base: digest,
    /** The operator and every regulator when it was proposed; one more than there may be regulators. */
    approvers: distinct(id('participant'), 51),
    approvals: distinct(id('participant'), 51),
  },
  { PROPOSED: ['EFFECTIVE'], EFFECTIVE: [] },
);
export type Amendment = RecordOf<typeof amendmentType>;
