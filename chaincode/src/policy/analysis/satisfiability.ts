import {
  isLogical,
  lexicalOf,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Operator,
} from '../../model/odrl/index.js';
import {
  coversDesignation,
  coversName,
  coversTerritory,
  OPERANDS,
  type ValueKind,
} from '../vocabulary/index.js';
import { spend, type Effort } from './effort.js';
import { isEmptyRange } from './range.js';

/**
 * Why nobody can ever satisfy these constraints together; `undefined` when somebody may. Conservative: what is said to
 * contradict does, but not all that contradicts is found.
 */
export function contradictionIn(constraints: readonly Constraint[], effort: Effort): string | undefined {
  const [atoms, choices] = flattened(constraints);
  return (
    contradictionAmong(atoms, effort) ??
    choices.map((choice) => deadChoice(atoms, choice, effort)).find(isFound)
  );
}

const isFound = (reason: string | undefined): reason is string => reason !== undefined;

type Choice = readonly Constraint[];

/** Constraints that all must hold, and those of which some must. */
function flattened(
  constraints: readonly Constraint[],
): readonly [readonly AtomicConstraint[], readonly Choice[]] {
  const atoms: AtomicConstraint[] = [];
  const choices: Choice[] = [];
  for (const of of constraints) {
    if (isLogical(of)) {
      const [operand, parts] = operandOf(of);
      const isChoice = (operand === 'or' || operand === 'xone') && parts.length > 1;
      const inner = isChoice ? ([[], [parts]] as const) : flattened(parts);
      atoms.push(...inner[0]);
      choices.push(...inner[1]);
    } else atoms.push(of);
  }
  return [atoms, choices];
}

/** Also of `xone` some part must hold. */
function deadChoice(atoms: readonly AtomicConstraint[], parts: Choice, effort: Effort): string | undefined {
  const reasons = parts.map((part) => contradictionIn([...atoms, part], effort));
  return reasons.every(isFound) ? 'no branch can hold' : undefined;
}

/** Branches of a choice that cannot hold beside the other constraints, by index. */
export const deadBranches = (
  beside: readonly Constraint[],
  parts: Choice,
  effort: Effort,
): readonly number[] =>
  parts.flatMap((part, index) => (contradictionIn([...beside, part], effort) === undefined ? [] : [index]));

function contradictionAmong(atoms: readonly AtomicConstraint[], effort: Effort): string | undefined {
  if (!spend(effort, atoms.length)) return undefined;
  const names = [...new Set(atoms.map(({ leftOperand }) => leftOperand))];
  const empty = names.find((name) =>
    isEmpty(
      name,
      atoms.filter(({ leftOperand }) => leftOperand === name),
      effort,
    ),
  );
  return empty === undefined ? undefined : `no ${empty} is left`;
}

/**
 * Operands of which one value at most is known. Of the others, such as the events that have begun or what a component
 * attests, several can be, and each constraint may be met by another.
 */
const SINGLE: ReadonlySet<string> = new Set([
  'absoluteSize',
  'count',
  'dateTime',
  'idsc:CONNECTOR',
  'idsc:SECURITY_LEVEL',
  'purpose',
  'recipient',
  'spatial',
  'tallystick:assurance',
  'vcard:hasGeo',
  'version',
]);

function isEmpty(name: string, atoms: readonly AtomicConstraint[], effort: Effort): boolean {
  const kind = OPERANDS.get(name)?.kind;
  if (kind === undefined) return false;
  const covers = COVERS.get(kind);
  if (covers !== undefined) return isEmptySet(covers, SINGLE.has(name), atoms, effort);
  return SINGLE.has(name) && spend(effort, atoms.length) && isEmptyRange(kind, atoms, effort);
}

type Covers = (wide: string, narrow: string) => boolean;
const COVERS: ReadonlyMap<ValueKind, Covers> = new Map<ValueKind, Covers>([
  ['name', coversName],
  ['designation', coversDesignation],
  ['territory', coversTerritory],
]);

/** A name stands for all it covers; of two that both cover the value, one lies within the other. */
function isEmptySet(
  covers: Covers,
  isSingle: boolean,
  atoms: readonly AtomicConstraint[],
  effort: Effort,
): boolean {
  const excluded = atoms.filter(({ operator }) => NEGATIVE.includes(operator)).flatMap(textsOf);
  const wanted = atoms.flatMap(wantedBy);
  const meet = (left: Names, right: Names): Names =>
    spend(effort, left.length * right.length) ? narrowed(left, right, covers) : left;
  const met = isSingle && wanted.length > 0 ? [wanted.reduce(meet)] : wanted;
  return met.some(
    (values) =>
      spend(effort, values.length * excluded.length) &&
      values.every((value) => excluded.some((wide) => covers(wide, value))),
  );
}

type Names = readonly string[];
const NEGATIVE: readonly Operator[] = ['neq', 'isNoneOf'];
const POSITIVE: readonly Operator[] = ['eq', 'isAnyOf', 'isA', 'isPartOf'];

const textsOf = (of: AtomicConstraint): Names => valuesOf(of).map(lexicalOf);

/** Of each list the constraint asks for some name, or one that it covers. */
function wantedBy(of: AtomicConstraint): readonly Names[] {
  if (of.operator === 'isAllOf') return textsOf(of).map((value) => [value]);
  return POSITIVE.includes(of.operator) ? [textsOf(of)] : [];
}

const narrowed = (left: Names, right: Names, covers: Covers): Names => [
  ...new Set(
    left.flatMap((one) =>
      right.flatMap((other) => (covers(other, one) ? [one] : covers(one, other) ? [other] : [])),
    ),
  ),
];
