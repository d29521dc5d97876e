import { odrl } from '../../model/index.js';
import { dayIn, type Day } from './lexical/dates.js';

const DATE = 'xsd:date';

/** A day as a literal, which no canonical policy holds; `undefined` for what is no day. */
export const dayLiteral = (text: string): odrl.Literal | undefined =>
  dayIn(text) === undefined ? undefined : { '@value': text, '@type': DATE };

const dayOf = (value: odrl.Value): Day | undefined =>
  typeof value === 'object' && value['@type'] === DATE ? dayIn(value['@value']) : undefined;

type Operator = odrl.Operator;
type At = (operator: Operator, at: string) => odrl.AtomicConstraint;

/** Until a day is until it ends, after a day is when it has ended, on a day is all of it. */
const ON_A_DAY: ReadonlyMap<Operator, (at: At, day: Day) => odrl.Constraint> = new Map<
  Operator,
  (at: At, day: Day) => odrl.Constraint
>([
  ['lt', (at, { from }) => at('lt', from)],
  ['lteq', (at, { until }) => at('lt', until)],
  ['gt', (at, { until }) => at('gteq', until)],
  ['gteq', (at, { from }) => at('gteq', from)],
  ['eq', (at, { from, until }) => ({ and: [at('gteq', from), at('lt', until)] })],
  ['neq', (at, { from, until }) => ({ or: [at('lt', from), at('gteq', until)] })],
]);

/** What a set of moments and days asks of each of them, and how these are joined. */
const OF_SETS: ReadonlyMap<Operator, readonly ['eq' | 'neq', 'and' | 'or']> = new Map([
  ['isAnyOf', ['eq', 'or']],
  ['isPartOf', ['eq', 'or']],
  ['isAllOf', ['eq', 'and']],
  ['isNoneOf', ['neq', 'and']],
]);

/**
 * A constraint on days as one on instants. An xsd:date is the whole day in its zone: as its first instant, `lteq` would forbid
 * the day itself, and `gt` permit it. One without a day stays as it is.
 */
export function daysWrittenOut(of: odrl.AtomicConstraint): odrl.Constraint {
  const values = odrl.valuesOf(of);
  if (values.every((value) => dayOf(value) === undefined)) return of;
  const at: At = (operator, instant) => ({
    leftOperand: of.leftOperand,
    operator,
    rightOperand: { '@value': instant, '@type': 'xsd:dateTime' },
  });
  const asked = (operator: Operator, value: odrl.Value): odrl.Constraint => {
    const day = dayOf(value);
    if (day === undefined) return { ...at(operator, ''), rightOperand: value };
    // An operator that takes no moments is left to admission.
    return ON_A_DAY.get(operator)?.(at, day) ?? at(operator, day.from);
  };
  const [each, joined] = OF_SETS.get(of.operator) ?? [of.operator, 'and'];
  const parts = values.map((value) => asked(each, value));
  const [only, ...others] = parts;
  return only !== undefined && others.length === 0 ? only : { [joined]: parts };
}
