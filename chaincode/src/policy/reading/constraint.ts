import { odrl } from '../../model/index.js';
import { OPERAND_EQUIVALENTS, OPERATOR_EQUIVALENTS } from '../vocabulary/index.js';
import { daysWrittenOut } from './days.js';
import { nameAt, termAt } from './names.js';
import { nodeAt, shape, typesIn, uidIn, type Node } from './node.js';
import { everyAt, itemsAt, oneAt, someAt, type Place } from './place.js';
import { valueAt } from './values.js';

/** Logical constraints within logical constraints; nobody who writes a policy can follow more. */
const DEPTH = 8;

const ATOMIC = ['leftOperand', 'operator', 'rightOperand', 'unit', 'dataType'];
const SHAPE = shape('a constraint', ['uid', '@type', ...ATOMIC, ...odrl.LOGICAL], {
  rightOperandReference: 'nothing is fetched: the value itself must be written as rightOperand',
  status: 'the ledger keeps its own account of what has been used',
  'ids:pipEndpoint': 'the ledger asks no endpoint: facts come from its records, the request and attestations',
});
const TYPES = new Set(['Constraint', 'LogicalConstraint', 'ids:Constraint', 'ids:ConstraintImpl']);

/** Constraints or refinements; none of them is the same as no such property. */
export function constraintsAt(place: Place, max: number): odrl.Constraint[] | null | undefined {
  const items = itemsAt(place);
  if (items.length === 0) return undefined;
  const some = someAt(place, max);
  return some && everyAt(some, (item) => constraintAt(item, 0));
}

function constraintAt(place: Place, depth: number): odrl.Constraint | null {
  if (depth > DEPTH) return place.refuse(`constraints may be nested ${DEPTH} deep`);
  const node = nodeAt(place, SHAPE);
  if (node === null) return null;
  typesIn(node, TYPES);
  const uid = uidIn(node);
  const constraint = bodyOf(place, node, depth);
  if (constraint === null) return null;
  const written = odrl.isLogical(constraint) ? constraint : daysWrittenOut(constraint);
  if (depth + depthOf(written) - depthOf(constraint) > DEPTH)
    return place.refuse(`constraints may be nested ${DEPTH} deep, and a day is one more`);
  return { ...(uid !== undefined && { uid }), ...written };
}

/** Logical constraints around the innermost atomic one. */
const depthOf = (of: odrl.Constraint): number =>
  odrl.isLogical(of)
    ? 1 +
      odrl
        .operandOf(of)[1]
        .map(depthOf)
        .reduce((most, each) => (each > most ? each : most), 0)
    : 0;

function bodyOf(place: Place, node: Node, depth: number): odrl.Constraint | null {
  const operands = odrl.LOGICAL.filter((operand) => node.has(operand));
  const isAtomic = ATOMIC.some((key) => node.has(key));
  const [operand, ...others] = operands;
  if (operand === undefined) return atomicIn(place, node);
  if (isAtomic || others.length > 0)
    return place.refuse(
      `must be one leftOperand, operator and rightOperand, or one of ${odrl.LOGICAL.join(', ')}`,
    );
  const parts = node.get(operand);
  const items = parts ? someAt(parts, 400) : null;
  const constraints = items && everyAt(items, (item) => constraintAt(item, depth + 1));
  return constraints && { [operand]: constraints };
}

function atomicIn(place: Place, node: Node): odrl.AtomicConstraint | null {
  const leftOperand = partIn(place, node, 'leftOperand', (part) => termAt(part, OPERAND_EQUIVALENTS));
  const operator = partIn(place, node, 'operator', operatorAt);
  const unit = node.has('unit') ? partIn(place, node, 'unit', nameAt) : undefined;
  const right = node.get('rightOperand') ?? place.refuse('must have a rightOperand');
  const dataType = dataTypeIn(place, node);
  if (leftOperand === null || operator === null || right === null) return null;
  const rightOperand = rightOperandAt(right, operator, (item) => valueAt(item, leftOperand, dataType));
  if (rightOperand === null) return null;
  return { leftOperand, operator, rightOperand, ...(typeof unit === 'string' && { unit }) };
}

/** Type of right operands that do not say one. Plain text is of type xsd:string as it is. */
function dataTypeIn(place: Place, node: Node): string | undefined {
  const type = node.has('dataType') ? partIn(place, node, 'dataType', nameAt) : undefined;
  return type === null || type === 'xsd:string' ? undefined : type;
}

/** A property with exactly one value. */
function partIn<T>(place: Place, node: Node, key: string, read: (part: Place) => T | null): T | null {
  const part = node.get(key);
  if (part === undefined) return place.refuse(`must have ${/^[aeiou]/.test(key) ? 'an' : 'a'} ${key}`);
  const one = oneAt(part);
  return one && read(one);
}

function operatorAt(place: Place): odrl.Operator | null {
  const name = termAt(place, OPERATOR_EQUIVALENTS);
  if (name === null) return null;
  return (
    odrl.OPERATORS.find((operator) => operator === name) ?? place.refuse('is not an operator of ODRL 2.2')
  );
}

/** Operators whose right operand is a set (ODRL 2.2 vocabulary, section 3.14). */
const OF_SETS: ReadonlySet<odrl.Operator> = new Set(['isAnyOf', 'isAllOf', 'isNoneOf', 'isPartOf']);

function rightOperandAt(
  place: Place,
  operator: odrl.Operator,
  read: (item: Place) => odrl.Value | null,
): odrl.AtomicConstraint['rightOperand'] | null {
  if (OF_SETS.has(operator)) {
    const items = someAt(place, 100);
    const values = items && everyAt(items, read);
    return values && asSet(values);
  }
  const [one, ...others] = itemsAt(place);
  if (one === undefined || others.length > 0) return place.refuse(`${operator} takes exactly one value`);
  return read(one);
}

/** A set in its one order: that of UTF-16 code units, typed values after plain ones. */
function asSet(values: readonly odrl.Value[]): odrl.Value[] {
  const keyed = new Map(values.map((value) => [keyOfValue(value), value]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

const keyOfValue = (value: odrl.Value): string =>
  typeof value === 'string' ? `0 ${value}` : `1 ${value['@type']} ${value['@value']}`;
