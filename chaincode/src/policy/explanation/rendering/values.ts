import { PROFILES } from '../../../model/index.js';
import { lexicalOf, type Value } from '../../../model/odrl/index.js';
import { OPERANDS } from '../../vocabulary/index.js';
import { calendarTime, isNumber, spanOf } from '../wording/lexical.js';
import { quoted } from './quotation.js';
import { EVENT_STATES, type Catalogue, type EventState, type ValueTerm } from '../wording/texts.js';

/** Names that have words of their own, by the operand they are values of. */
const TERMS: ReadonlyMap<string, readonly ValueTerm[]> = new Map<string, readonly ValueTerm[]>([
  ['event', ['policyUsage']],
  ['ids:artifactState', ['encrypted', 'anonymized']],
  ['skos:concept', ['personal-data']],
]);

const isEventState = (type: string): type is EventState => (EVENT_STATES as readonly string[]).includes(type);

/** A value in words; what has none stands as it is, in quotation marks. */
export function valueText(texts: Catalogue, leftOperand: string, value: Value): string {
  if (typeof value === 'string') return nameText(texts, leftOperand, value);
  const { '@value': lexical, '@type': type } = value;
  if (isEventState(type)) return texts.eventStates[type].replace('{}', () => quoted(lexical));
  return literalText(texts, leftOperand, lexical) ?? quoted(lexical);
}

function nameText(texts: Catalogue, leftOperand: string, name: string): string {
  const term = TERMS.get(leftOperand)?.find((each) => each === name);
  if (term !== undefined) return texts.values[term];
  const isLevel = OPERANDS.get(leftOperand)?.kind === 'level' && PROFILES.some((each) => each === name);
  return isLevel ? name : quoted(name);
}

/** Date, time, duration or number in words; `undefined` for anything else. */
export function literalText(texts: Catalogue, leftOperand: string, lexical: string): string | undefined {
  const time = calendarTime(lexical);
  if (time) return texts.phrases.calendarTime(time);
  const span = spanOf(lexical);
  if (span) return texts.phrases.span(span);
  if (!isNumber(lexical)) return undefined;
  return OPERANDS.get(leftOperand)?.kind === 'percentage' ? texts.phrases.percent(lexical) : lexical;
}

/** What is known of an operand: a span is known by the instant it runs from. */
export function knownText(texts: Catalogue, leftOperand: string, value: Value): string {
  const text = valueText(texts, leftOperand, value);
  const isStart = OPERANDS.get(leftOperand)?.kind === 'span' && calendarTime(lexicalOf(value)) !== undefined;
  return isStart ? texts.phrases.runsFrom(text) : text;
}
