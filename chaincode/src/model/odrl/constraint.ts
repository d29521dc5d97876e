import * as z from 'zod';
import { name, value, type Value } from './value.js';

/** Operators of ODRL 2.2 (vocabulary, section 3.14). */
export const OPERATORS = [
  'eq',
  'neq',
  'gt',
  'gteq',
  'lt',
  'lteq',
  'isA',
  'hasPart',
  'isPartOf',
  'isAllOf',
  'isAnyOf',
  'isNoneOf',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Operands of a logical constraint (ODRL 2.2 information model, section 2.5.2). */
export const LOGICAL = ['and', 'or', 'xone', 'andSequence'] as const;
export type LogicalOperand = (typeof LOGICAL)[number];

export const atomicConstraint = z.strictObject({
  uid: name.optional(),
  leftOperand: name,
  operator: z.enum(OPERATORS),
  /** A list for the set operators; a single value for all others. */
  rightOperand: z.union([value, z.array(value).min(1).max(100)]),
  unit: name.optional(),
});
export type AtomicConstraint = z.infer<typeof atomicConstraint>;

export interface LogicalConstraint {
  readonly uid?: string | undefined;
  readonly and?: readonly Constraint[] | undefined;
  readonly or?: readonly Constraint[] | undefined;
  readonly xone?: readonly Constraint[] | undefined;
  readonly andSequence?: readonly Constraint[] | undefined;
}
export type Constraint = AtomicConstraint | LogicalConstraint;

const operands: z.ZodType<readonly Constraint[]> = z.lazy(() => z.array(constraint).min(1).max(400));
const logicalConstraint = z
  .strictObject({
    uid: name.optional(),
    and: operands.optional(),
    or: operands.optional(),
    xone: operands.optional(),
    andSequence: operands.optional(),
  })
  .refine(
    (of) => LOGICAL.filter((operand) => of[operand] !== undefined).length === 1,
    'must have exactly one of and, or, xone, andSequence',
  );
export const constraint: z.ZodType<Constraint> = z.lazy(() => z.union([atomicConstraint, logicalConstraint]));

export const isLogical = (of: Constraint): of is LogicalConstraint => !('leftOperand' in of);

/** The one operand of a logical constraint, with what it holds. */
export function operandOf(of: LogicalConstraint): readonly [LogicalOperand, readonly Constraint[]] {
  for (const operand of LOGICAL) {
    const parts = of[operand];
    if (parts !== undefined) return [operand, parts];
  }
  throw new Error('a logical constraint has an operand');
}

/** Right operand as a list, however it is written. */
export const valuesOf = ({ rightOperand }: AtomicConstraint): readonly Value[] =>
  Array.isArray(rightOperand) ? rightOperand : [rightOperand];
