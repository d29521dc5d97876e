import { millisOf } from '../../../model/index.js';
import { lexicalOf, type Known, type PolicyWorld, type Value } from '../../../model/odrl/index.js';
import {
  aroundDesignation,
  aroundLanguage,
  aroundName,
  aroundTerritory,
  OPERANDS,
  perhapsAround,
  rankOf,
  type ValueKind,
} from '../../vocabulary/index.js';
import { containedBy } from './containment.js';
import { isNumericType, orderOfDecimals } from './decimal.js';
import { EVENTS } from './event.js';
import { memoized } from './memoized.js';
import { orderedBy, orderOfNumbers, type Order, type Relation } from './relation.js';
import { endsOf, isDurationType, orderOfDateTimes, orderOfEnds, orderOfSpan } from './time.js';

export type { Relation } from './relation.js';

/** Relations of the values of each kind, in one state of the world. */
export type Comparison = (kind: ValueKind, unit: string | undefined) => Relation;

function orderOfLevels(known: Value, asked: Value): Order {
  const [left, right] = [rankOf(lexicalOf(known)), rankOf(lexicalOf(asked))];
  return left < 0 || right < 0 ? undefined : orderOfNumbers(left, right);
}

const DATE_TIMES = orderedBy(orderOfDateTimes);
const LEVELS = orderedBy(orderOfLevels);
const isSame = (known: readonly Known[], asked: Value): boolean =>
  known.some(({ value }) => lexicalOf(value) === lexicalOf(asked));
const TEXTS: Relation = { within: isSame, has: isSame, order: () => undefined };

export function comparisonIn({ at, members }: Pick<PolicyWorld, 'at' | 'members'>): Comparison {
  const now = millisOf(at);
  const decimals = (unit: string | undefined): Relation =>
    orderedBy((known, asked) => orderOfDecimals(known, asked, unit));
  const bare = decimals(undefined);
  const ends = memoized(endsOf);
  const relations: Readonly<Record<ValueKind, Relation>> = {
    dateTime: DATE_TIMES,
    duration: orderedBy((known, asked) => orderOfEnds(ends(known), ends(asked))),
    span: orderedBy((since, asked) => orderOfSpan(since, asked, now)),
    integer: bare,
    decimal: bare,
    percentage: bare,
    name: containedBy(members, aroundName),
    designation: containedBy(members, aroundDesignation),
    territory: containedBy(members, aroundTerritory, perhapsAround),
    language: containedBy(members, aroundLanguage),
    event: EVENTS,
    level: LEVELS,
    text: TEXTS,
  };
  return (kind, unit) => (relations[kind] === bare ? decimals(unit) : relations[kind]);
}

/** Kind of an operand's values; of one that the vocabulary does not have, what the value asked for looks like. */
export const kindOf = (leftOperand: string, asked: Value): ValueKind =>
  OPERANDS.get(leftOperand)?.kind ?? kindOfValue(asked);

function kindOfValue(asked: Value): ValueKind {
  if (typeof asked === 'string') return 'name';
  if (asked['@type'] === 'xsd:dateTime') return 'dateTime';
  if (isDurationType(asked['@type'])) return 'duration';
  return isNumericType(asked['@type']) ? 'decimal' : 'name';
}
