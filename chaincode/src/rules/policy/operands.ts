import {
  id,
  isInstant,
  PROFILES,
  schema,
  type Constraint,
  type DenialCode,
  type Json,
} from '../../model/index.js';
import type { PolicyProblem, PolicyWorld } from './index.js';

type Operator = Constraint['operator'];
type Scalar = string | number;

/** How one left operand is judged. */
interface Operand {
  /** Denial when no permission is left because of it. */
  readonly denial: DenialCode;
  readonly operators: readonly Operator[];
  /** What the right operand must be; each of them, when it is a list. */
  readonly expects: string;
  isValue(value: Scalar): boolean;
  isSatisfied(constraint: Constraint, world: PolicyWorld): boolean;
  /** Whether a prohibition may apply, where a request can leave that open; `isSatisfied` when it cannot. */
  mayApply?(constraint: Constraint, world: PolicyWorld): boolean;
}

/** Members of a set operand: `eq` names one, the list operators several. */
export const membersOf = ({ rightOperand }: Constraint): readonly Scalar[] =>
  typeof rightOperand === 'object' ? rightOperand : [rightOperand];

/** ISO 3166: `CN` covers `CN-31`. */
export const coversTerritory = (wide: Scalar, narrow: Scalar): boolean =>
  wide === narrow || String(narrow).startsWith(`${String(wide)}-`);

/** Place of a component profile in rising order; -1 for anything else. */
export const rankOf = (profile: unknown): number => PROFILES.findIndex((candidate) => candidate === profile);

const fits = (type: { safeParse(value: unknown): { success: boolean } }) => (value: Scalar) =>
  type.safeParse(value).success;
const isBetween = (low: number, high: number) => (value: Scalar) =>
  typeof value === 'number' && value >= low && value <= high;

// Instants are equal in order to the order of their text.
const ORDER: Partial<Record<Operator, (left: string, right: string) => boolean>> = {
  gt: (left, right) => left > right,
  gteq: (left, right) => left >= right,
  lt: (left, right) => left < right,
  lteq: (left, right) => left <= right,
};

const JUDGED: Readonly<Record<string, Operand>> = {
  purpose: {
    denial: 'PURPOSE',
    operators: ['eq', 'isAnyOf', 'isNoneOf'],
    expects: 'a purpose',
    isValue: fits(schema.term),
    isSatisfied: (constraint, { purpose }) =>
      membersOf(constraint).includes(purpose) !== (constraint.operator === 'isNoneOf'),
  },
  dateTime: {
    denial: 'TIME_WINDOW',
    operators: ['gteq', 'gt', 'lt', 'lteq'],
    expects: 'an RFC 3339 UTC instant with milliseconds',
    isValue: (value) => typeof value === 'string' && isInstant(value),
    isSatisfied: ({ operator, rightOperand }, { at }) => ORDER[operator]?.(at, String(rightOperand)) ?? false,
  },
  spatial: {
    denial: 'TERRITORY',
    operators: ['eq', 'isAnyOf'],
    expects: 'an ISO 3166 code',
    isValue: fits(schema.territory),
    isSatisfied: (constraint, { territory }) =>
      membersOf(constraint).some((wide) => coversTerritory(wide, territory)),
    // Who processes in `CN` may do so in `CN-31`.
    mayApply: (constraint, { territory }) =>
      membersOf(constraint).some(
        (member) => coversTerritory(member, territory) || coversTerritory(territory, member),
      ),
  },
  recipient: {
    denial: 'RECIPIENT',
    operators: ['eq', 'isAnyOf'],
    expects: 'a participant id',
    isValue: fits(id('participant')),
    isSatisfied: (constraint, { recipient }) => membersOf(constraint).includes(recipient),
  },
  'component-profile': {
    denial: 'COMPONENT_PROFILE',
    operators: ['gteq'],
    expects: `one of ${PROFILES.join(', ')}`,
    isValue: (value) => rankOf(value) >= 0,
    isSatisfied: ({ rightOperand }, { profile }) => rankOf(profile) >= rankOf(rightOperand),
  },
  'component-assurance': {
    denial: 'COMPONENT_PROFILE',
    operators: ['gteq'],
    expects: 'an assurance level of 1 to 3',
    isValue: isBetween(1, 3),
    isSatisfied: ({ rightOperand }, { assurance }) => assurance >= Number(rightOperand),
  },
  /** Judged by the grant's slots when everything else permits: rules/usage/slots.ts. */
  count: {
    denial: 'QUOTA',
    operators: ['lteq'],
    expects: 'a number of uses of 1 to 1,000,000',
    isValue: isBetween(1, 1_000_000),
    isSatisfied: () => true,
  },
};

/** By name; a map, because a policy may name `constructor` as operand. */
const OPERANDS: ReadonlyMap<string, Operand> = new Map(Object.entries(JUDGED));

/** Why a constraint cannot be judged; `undefined` when it can. */
export function faultOf(constraint: Constraint): PolicyProblem | undefined {
  const { leftOperand, operator, rightOperand } = constraint;
  const operand = OPERANDS.get(leftOperand);
  if (!operand) return oneOf('/leftOperand', [...OPERANDS.keys()]);
  if (!operand.operators.includes(operator)) return oneOf('/operator', operand.operators);
  const isList = operator === 'isAnyOf' || operator === 'isNoneOf';
  if (isList !== (typeof rightOperand === 'object')) {
    return { pointer: '/rightOperand', reason: `${operator} takes ${isList ? 'a list' : 'a single value'}` };
  }
  const wrong = membersOf(constraint).findIndex((value) => !operand.isValue(value));
  if (wrong < 0) return undefined;
  return { pointer: `/rightOperand${isList ? `/${wrong}` : ''}`, reason: `must be ${operand.expects}` };
}

const oneOf = (pointer: string, names: readonly string[]): PolicyProblem => ({
  pointer,
  reason: `the ledger can judge only ${names.join(', ')} here`,
});

/** A permission's constraint holds. One that cannot be judged does not. */
export function isSatisfied(constraint: Constraint, world: PolicyWorld): boolean {
  if (faultOf(constraint)) return false;
  return OPERANDS.get(constraint.leftOperand)?.isSatisfied(constraint, world) ?? false;
}

/** A prohibition's constraint holds or may hold. One that cannot be judged may. */
export function mayApply(constraint: Constraint, world: PolicyWorld): boolean {
  if (faultOf(constraint)) return true;
  const operand = OPERANDS.get(constraint.leftOperand);
  return (operand?.mayApply ?? operand?.isSatisfied)?.(constraint, world) ?? true;
}

/** Denial when a constraint is what no permission passes. One that cannot be judged covers no action at all. */
export const denialOf = (constraint: Constraint): DenialCode =>
  faultOf(constraint) ? 'ACTION' : (OPERANDS.get(constraint.leftOperand)?.denial ?? 'ACTION');

/** JSON form of problems, for the details of a refusal. */
export const problemList = (problems: readonly PolicyProblem[], under: string): Json =>
  problems.map(({ pointer, reason }) => ({ pointer: under + pointer, reason }));
