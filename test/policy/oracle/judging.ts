import type { odrl, PolicyWorld } from '@tallystick/chaincode/model';
import { kindOfValue, orderOf, textOf } from './comparing.js';
import { contains, mayContain } from './containment.js';
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

/** A known value and one asked for, under one kind. */
interface Pair {
  readonly kind: Kind;
  readonly known: odrl.Value;
  readonly asked: odrl.Value;
  readonly unit: string | undefined;
  readonly world: PolicyWorld;
}

const isContained = (kind: Kind): boolean =>
  kind === 'named' || kind === 'designated' || kind === 'place' || kind === 'language';

/**
 * The known value is the one asked for or a part of it. Somebody whose value is the whole, of which the one asked for is a part, may do
 * what he does in that part or elsewhere: that is open.
 */
function isWithin(pair: Pair): Verdict {
  const { kind, known, asked, world } = pair;
  if (kind === 'text') return verdictOf(textOf(known) === textOf(asked));
  if (!isContained(kind)) return isOrdered(pair, (order) => order === 0);
  if (contains(kind, textOf(asked), textOf(known), world)) return 'holds';
  if (mayContain(kind, textOf(asked), textOf(known))) return 'open';
  return contains(kind, textOf(known), textOf(asked), world) ? 'open' : 'fails';
}

/** The one asked for is the known value or a part of it. */
function hasPart(pair: Pair): Verdict {
  const { kind, known, asked, world } = pair;
  return isContained(kind) ? verdictOf(contains(kind, textOf(known), textOf(asked), world)) : isWithin(pair);
}

function isOrdered(pair: Pair, accepts: (order: number) => boolean): Verdict {
  const order = orderOf(pair.kind, pair.known, pair.asked, pair.world, pair.unit);
  return verdictOf(order === undefined ? undefined : accepts(order));
}

const PAIRWISE: Readonly<Record<odrl.Operator, (pair: Pair) => Verdict>> = {
  eq: isWithin,
  neq: isWithin,
  gt: (pair) => isOrdered(pair, (order) => order > 0),
  gteq: (pair) => isOrdered(pair, (order) => order >= 0),
  lt: (pair) => isOrdered(pair, (order) => order < 0),
  lteq: (pair) => isOrdered(pair, (order) => order <= 0),
  isA: isWithin,
  hasPart,
  isPartOf: isWithin,
  isAllOf: isWithin,
  isAnyOf: isWithin,
  isNoneOf: isWithin,
};

export const askedBy = ({ rightOperand }: odrl.AtomicConstraint): readonly odrl.Value[] =>
  Array.isArray(rightOperand) ? rightOperand : [rightOperand];

/** Whether some known value meets one asked for; open when nothing is known, of an event nothing of this one. */
function isMet(constraint: odrl.AtomicConstraint, asked: odrl.Value, world: PolicyWorld): Verdict {
  const kind = kindOf(constraint.leftOperand) ?? kindOfValue(asked);
  const known = world.facts.filter(
    ({ operand, value }) =>
      operand === constraint.leftOperand && (kind !== 'event' || textOf(value) === textOf(asked)),
  );
  if (known.length === 0) return 'open';
  const { unit, operator } = constraint;
  return some(known.map(({ value }) => PAIRWISE[operator]({ kind, known: value, asked, unit, world })));
}

export function judgeAtomic(constraint: odrl.AtomicConstraint, world: PolicyWorld): Verdict {
  const verdicts = askedBy(constraint).map((asked) => isMet(constraint, asked, world));
  const { operator } = constraint;
  if (operator === 'isAllOf' || operator === 'hasPart') return all(verdicts);
  return operator === 'neq' || operator === 'isNoneOf' ? not(some(verdicts)) : some(verdicts);
}

export function judge(constraint: odrl.Constraint, world: PolicyWorld): Verdict {
  if ('leftOperand' in constraint) return judgeAtomic(constraint, world);
  const verdicts = (parts: readonly odrl.Constraint[]): readonly Verdict[] =>
    parts.map((part) => judge(part, world));
  if (constraint.or) return some(verdicts(constraint.or));
  if (constraint.xone) return onlyOne(verdicts(constraint.xone));
  // In sequence: everything known is known of one instant, so all are so in any order when all are so.
  return all(verdicts(constraint.and ?? constraint.andSequence ?? []));
}

function onlyOne(verdicts: readonly Verdict[]): Verdict {
  const held = verdicts.filter((verdict) => verdict === 'holds').length;
  if (held > 1) return 'fails';
  if (verdicts.includes('open')) return 'open';
  return verdictOf(held === 1);
}
