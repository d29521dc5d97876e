import {
  isLogical,
  lexicalOf,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
} from '../../../model/odrl/index.js';
import { coversName, coversTerritory, OPERANDS, type ValueKind } from '../vocabulary/index.js';
import { isEmptyRange } from './range.js';

/**
 * Why nobody can ever satisfy these constraints together; `undefined` when somebody may. Conservative: what is said to
 * contradict does, but not all that contradicts is found.
 */
export function contradictionIn(constraints: readonly Constraint[]): string | undefined {
  const [atoms, choices] = flattened(constraints);
  return contradictionAmong(atoms) ?? choices.map((choice) => deadChoice(atoms, choice)).find(isFound);
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
      const inner = operand === 'or' || operand === 'xone' ? ([[], [parts]] as const) : flattened(parts);
      atoms.push(...inner[0]);
      choices.push(...inner[1]);
    } else atoms.push(of);
  }
  return [atoms, choices];
}

/** Also of `xone` some part must hold. */
function deadChoice(atoms: readonly AtomicConstraint[], parts: Choice): string | undefined {
  const reasons = parts.map((part) => contradictionIn([...atoms, part]));
  return reasons.every(isFound) ? 'no branch can hold' : undefined;
}

/** Branches of a choice that cannot hold beside the other constraints, by index. */
export const deadBranches = (beside: readonly Constraint[], parts: Choice): readonly number[] =>
  parts.flatMap((part, index) => (contradictionIn([...beside, part]) === undefined ? [] : [index]));

function contradictionAmong(atoms: readonly AtomicConstraint[]): string | undefined {
  const names = [...new Set(atoms.map(({ leftOperand }) => leftOperand))];
  const empty = names.find((name) =>
    isEmpty(
      name,
      atoms.filter(({ leftOperand }) => leftOperand === name),
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

function isEmpty(name: string, atoms: readonly AtomicConstraint[]): boolean {
  const kind = OPERANDS.get(name)?.kind;
  if (kind === undefined) return false;
  if (kind === 'name' || kind === 'territory') return isEmptySet(kind, SINGLE.has(name), atoms);
  return SINGLE.has(name) && isEmptyRange(kind, atoms);
}

type Covers = (wide: string, narrow: string) => boolean;

/** A name and what it covers; what stands beside it that narrows it is a name within it. */
function isEmptySet(kind: ValueKind, isSingle: boolean, atoms: readonly AtomicConstraint[]): boolean {
  const covers = kind === 'territory' ? coversTerritory : coversName;
  const excluded = atoms
    .filter(({ operator }) => operator === 'isNoneOf' || operator === 'neq')
    .flatMap(textsOf);
  const wanted = atoms.flatMap(wantedBy);
  const met =
    isSingle && wanted.length > 0 ? [wanted.reduce((left, right) => narrowed(left, right, covers))] : wanted;
  return met.some((values) => values.every((value) => excluded.some((wide) => covers(wide, value))));
}

const textsOf = (of: AtomicConstraint): readonly string[] => valuesOf(of).map(lexicalOf);

/** Of each list the constraint asks for some value, or one covered by it. */
function wantedBy(of: AtomicConstraint): readonly (readonly string[])[] {
  if (of.operator === 'isAllOf') return textsOf(of).map((value) => [value]);
  return ['eq', 'isAnyOf', 'isA', 'isPartOf'].includes(of.operator) ? [textsOf(of)] : [];
}

const narrowed = (left: readonly string[], right: readonly string[], covers: Covers): readonly string[] =>
  left.flatMap((one) =>
    right.flatMap((other) => (covers(other, one) ? [one] : covers(one, other) ? [other] : [])),
  );
