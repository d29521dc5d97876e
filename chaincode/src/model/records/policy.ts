import * as z from 'zod';
import { term } from '../schema.js';

/** Terms of the ODRL vocabulary keep their spelling (`dateTime`); those of this space are lower case. */
const leftOperand = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*(?:[-.:][A-Za-z0-9]+)*$/)
  .max(64);

/**
 * The enforced part of a usage policy: a subset of ODRL 2.2 in canonical JSON. Its constraints are judged by
 * rules/policy; what that cannot judge is refused when the policy is offered, never dropped.
 */
export const constraint = z.strictObject({
  leftOperand,
  operator: z.enum(['eq', 'neq', 'gt', 'gteq', 'lt', 'lteq', 'isAnyOf', 'isNoneOf']),
  rightOperand: z.union([
    z.string().min(1).max(200),
    z.int().min(0),
    z.array(z.string().min(1).max(200)).min(1).max(100),
  ]),
});
export type Constraint = z.infer<typeof constraint>;

export const policyRule = z.strictObject({ action: term, constraints: z.array(constraint).max(30) });
export type PolicyRule = z.infer<typeof policyRule>;

export const policy = z.strictObject({
  permissions: z.array(policyRule).min(1).max(30),
  prohibitions: z.array(policyRule).max(30),
});
export type Policy = z.infer<typeof policy>;
