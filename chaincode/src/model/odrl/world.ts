import * as z from 'zod';
import { instant, recordKey } from '../schema.js';
import { label, name, value } from './value.js';

/** What somebody wants to do: the rule of an ODRL Request. Absent: not said, and so only covered by a rule that does not ask. */
export const attempt = z.strictObject({
  action: name,
  party: name.optional(),
  target: name.optional(),
});
export type Attempt = z.infer<typeof attempt>;

/** One thing known: the value a left operand has now. Several facts of one operand are several values. */
export const known = z.strictObject({
  operand: name,
  value,
  /** Ledger key of the record it was taken from; absent for what the request or the transaction itself says. */
  source: recordKey.optional(),
});
export type Known = z.infer<typeof known>;

export const PERFORMANCES = ['Performed', 'Unperformed', 'Unknown'] as const;

/**
 * State of the world a policy is judged in. Everything that is not here is not known, and what is not known is not
 * satisfied. `elapsedTime` is known by the instant it runs from, all other operands by their value.
 */
export const policyWorld = z.strictObject({
  at: instant,
  facts: z.array(known).max(1000),
  /** Members of collections: participants of a group, versions of a dataset, places within places, purposes, which are said in any script. */
  members: z.array(z.strictObject({ member: label, collection: label })).max(200),
  /** How duties stand, by JSON pointer into the policy. A duty that is not here is `Unknown`. */
  duties: z
    .array(
      z.strictObject({
        duty: z.string().max(400),
        performance: z.enum(PERFORMANCES),
        source: recordKey.optional(),
      }),
    )
    .max(1100),
});
export type PolicyWorld = z.infer<typeof policyWorld>;
