import * as z from 'zod';
import { constraint } from './constraint.js';
import { name } from './value.js';

/** A party, an asset, or a collection of either: a name, a source whose members it has, a refinement of those. */
const subject = z
  .strictObject({
    uid: name.optional(),
    source: name.optional(),
    refinement: z.array(constraint).min(1).max(30).optional(),
  })
  .refine(
    ({ uid, source, refinement }) => uid !== undefined || source !== undefined || refinement !== undefined,
    'must have a uid, a source or a refinement',
  );
export type Subject = z.infer<typeof subject>;

/** Term of the action vocabulary, refined or not. */
const action = z.strictObject({
  name,
  refinement: z.array(constraint).min(1).max(30).optional(),
});
export type Action = z.infer<typeof action>;

/** Functions of parties in a rule that ODRL 2.2 names, besides assigner and assignee (vocabulary, section 3.8). */
export const FUNCTIONS = [
  'attributedParty',
  'attributingParty',
  'compensatedParty',
  'compensatingParty',
  'consentedParty',
  'consentingParty',
  'contractedParty',
  'contractingParty',
  'informedParty',
  'informingParty',
  'trackedParty',
  'trackingParty',
] as const;
export type PartyFunction = (typeof FUNCTIONS)[number];

const parties = z.array(subject).min(1).max(20);
const functions = Object.fromEntries(FUNCTIONS.map((each) => [each, parties.optional()])) as Record<
  PartyFunction,
  z.ZodOptional<typeof parties>
>;

/** What all rules have in common. No action, target or party: any (ODRL Evaluation, closed world notwithstanding). */
const rule = {
  uid: name.optional(),
  action: action.optional(),
  target: subject.optional(),
  assigner: subject.optional(),
  assignee: subject.optional(),
  ...functions,
  constraint: z.array(constraint).min(1).max(400).optional(),
};

/** A duty that falls due when another was not done; it has no consequence of its own. */
const consequence = z.strictObject(rule);
export const duty = z.strictObject({
  ...rule,
  consequence: z.array(consequence).min(1).max(10).optional(),
});
export type Duty = z.infer<typeof duty>;

export const permission = z.strictObject({ ...rule, duty: z.array(duty).min(1).max(20).optional() });
export type Permission = z.infer<typeof permission>;

export const prohibition = z.strictObject({
  ...rule,
  remedy: z.array(consequence).min(1).max(10).optional(),
});
export type Prohibition = z.infer<typeof prohibition>;

export const POLICY_TYPES = ['Set', 'Offer', 'Agreement', 'Request'] as const;
/** What becomes of a policy in which a permission meets a prohibition. */
export const CONFLICTS = ['perm', 'prohibit', 'invalid'] as const;

/**
 * A usage policy in canonical form: ODRL 2.2 in compact JSON-LD, reduced to one spelling. Rules are atomic (one action,
 * target and party of each function), inherited rules are written out, names are contracted, lists are always lists and
 * never empty. Who reads it reads exactly this; `policy/reading` makes it from what people write.
 */
export const policy = z
  .strictObject({
    '@type': z.enum(POLICY_TYPES),
    uid: name.optional(),
    profile: z.array(name).min(1).max(10).optional(),
    conflict: z.enum(CONFLICTS),
    permission: z.array(permission).min(1).max(50).optional(),
    prohibition: z.array(prohibition).min(1).max(50).optional(),
    obligation: z.array(duty).min(1).max(20).optional(),
  })
  .refine(
    ({ permission: may, prohibition: mayNot, obligation }) =>
      may !== undefined || mayNot !== undefined || obligation !== undefined,
    'must have a permission, a prohibition or an obligation',
  );
export type Policy = z.infer<typeof policy>;
/** Any rule of a policy. */
export type Rule = Permission | Prohibition | Duty;
