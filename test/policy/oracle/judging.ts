import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { kindOfValues, orderOf, textOf } from './comparing.js';
import { contains } from './containment.js';
import { kindOf, type Kind } from './vocabulary.js';

/** What can be said of a constraint: `open` when something is not known or cannot be compared. */
export type Verdict = 'holds' | 'fails' | 'open';

const verdictOf = (truth: boolean | undefined): Verdict =>
  truth === undefined ? 'open' : truth ? 'holds' : 'fails';

/** One of several: holds when one holds, and is open when none holds and one is open. */
const some = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('holds') ? 'holds' : verdicts.includes('open') ? 'open' : 'fails';
const all = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes('fails') ? 'fails' : verdicts.includes('open') ? 'open' : 'holds';
const not = (verdict: Verdict): Verdict =>
  verdict === 'open' ? 'open' : verdict === 'holds' ? 'fails' : 'holds';

const ORDERED: readonly Kind[] = ['moment', 'duration', 'since', 'whole', 'number', 'level'];
const CONTAINED: readonly Kind[] = ['named', 'place', 'language'];

/** A known value and one asked for, under one kind. */
interface Pair {
  readonly kind: Kind | undefined;
  readonly known: odrl.Value;
  readonly asked: odrl.Value;
  readonly world: PolicyWorld;
}

function areEqual({ kind, known, asked, world }: Pair): Verdict {
  if (kind === undefined) return 'fails';
  if (ORDERED.includes(kind)) {
    const order = orderOf(kind, known, asked, world);
    return verdictOf(order === undefined ? undefined : order === 0);
  }
  if (kind === 'language') return verdictOf(textOf(known).toLowerCase() === textOf(asked).toLowerCase());
  return verdictOf(textOf(known) === textOf(asked));
}

function isOrdered(pair: Pair, accepts: (order: number) => boolean): Verdict {
  const { kind, known, asked, world } = pair;
  if (kind === undefined || !ORDERED.includes(kind)) return 'open';
  const order = orderOf(kind, known, asked, world);
  return verdictOf(order === undefined ? undefined : accepts(order));
}

function isWithin({ kind, known, asked, world }: Pair, isTurned = false): Verdict {
  if (kind === undefined || !CONTAINED.includes(kind)) return areEqual({ kind, known, asked, world });
  const [wide, narrow] = isTurned ? [textOf(known), textOf(asked)] : [textOf(asked), textOf(known)];
  return verdictOf(contains(kind, wide, narrow, world));
}

const ORDERS: Readonly<Partial<Record<odrl.Operator, (order: number) => boolean>>> = {
  gt: (order) => order > 0,
  gteq: (order) => order >= 0,
  lt: (order) => order < 0,
  lteq: (order) => order <= 0,
};

export const askedBy = ({ rightOperand }: odrl.AtomicConstraint): readonly odrl.Value[] =>
  Array.isArray(rightOperand) ? rightOperand : [rightOperand];

/** Every pair of a value known and a value asked for, by the value asked for. */
function pairsOf(constraint: odrl.AtomicConstraint, world: PolicyWorld): readonly (readonly Pair[])[] {
  const known = world.facts.filter(({ operand }) => operand === constraint.leftOperand);
  return askedBy(constraint).map((asked) =>
    known.map(({ value }) => ({
      kind: kindOf(constraint.leftOperand) ?? kindOfValues(value, asked),
      known: value,
      asked,
      world,
    })),
  );
}

export function judgeAtomic(constraint: odrl.AtomicConstraint, world: PolicyWorld): Verdict {
  const pairs = pairsOf(constraint, world);
  const every = pairs.flat();
  if (every.length === 0) return 'open';
  if (kindOf(constraint.leftOperand) === 'event') return judgeEvent(constraint, world);
  const { operator } = constraint;
  const accepts = ORDERS[operator];
  if (accepts) return some(every.map((pair) => isOrdered(pair, accepts)));
  if (operator === 'eq') return some(every.map(areEqual));
  if (operator === 'neq') return not(some(every.map(areEqual)));
  if (operator === 'hasPart') return some(every.map((pair) => isWithin(pair, true)));
  if (operator === 'isAllOf') return all(pairs.map((of) => some(of.map((pair) => isWithin(pair)))));
  if (operator === 'isNoneOf') return not(some(every.map((pair) => isWithin(pair))));
  return some(every.map((pair) => isWithin(pair)));
}

/** ODRL vocabulary, section 4.5.10: `lt` is before the event, `eq` during it, `gt` after it. */
const EVENT_STATES: Readonly<Partial<Record<odrl.Operator, string>>> = {
  lt: 'tallystick:before',
  eq: 'tallystick:during',
  gt: 'tallystick:after',
};

function judgeEvent(constraint: odrl.AtomicConstraint, { facts }: PolicyWorld): Verdict {
  const wanted = EVENT_STATES[constraint.operator];
  if (wanted === undefined) return 'open';
  const verdicts = askedBy(constraint).map((asked) => {
    const states = facts.flatMap(({ operand, value }) =>
      operand === 'event' && typeof value === 'object' && value['@value'] === textOf(asked)
        ? [value['@type']]
        : [],
    );
    return states.length === 0 ? 'open' : verdictOf(states.includes(wanted));
  });
  return some(verdicts);
}

/** Logical constraint, with what one atomic constraint is taken for. */
export function judge(
  constraint: odrl.Constraint,
  world: PolicyWorld,
  atomic: (of: odrl.AtomicConstraint, world: PolicyWorld) => Verdict = judgeAtomic,
): Verdict {
  if ('leftOperand' in constraint) return atomic(constraint, world);
  const verdicts = (parts: readonly odrl.Constraint[]): readonly Verdict[] =>
    parts.map((part) => judge(part, world, atomic));
  if (constraint.or) return some(verdicts(constraint.or));
  if (constraint.xone) return onlyOne(verdicts(constraint.xone));
  return all(verdicts(constraint.and ?? constraint.andSequence ?? []));
}

function onlyOne(verdicts: readonly Verdict[]): Verdict {
  const held = verdicts.filter((verdict) => verdict === 'holds').length;
  if (held > 1) return 'fails';
  if (verdicts.includes('open')) return 'open';
  return verdictOf(held === 1);
}
