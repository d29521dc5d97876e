import type { CalendarTime, Span } from '../lexical.js';
import type { RuleMode, Origin, Phrases } from '../phrases.js';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const listed =
  (word: string) =>
  (items: readonly string[]): string =>
    items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
const and = listed('and');
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function calendarTime({ year, month, day, clock, zone }: CalendarTime): string {
  const date = `${day} ${MONTHS[month - 1] ?? ''} ${year}`;
  const time = clock === undefined ? '' : `, ${clock}`;
  return date + time + (zone === undefined ? '' : zone === 'Z' ? ' UTC' : ` UTC${zone}`);
}

function span({ isNegative, parts }: Span): string {
  const words = parts.map(([amount, unit]) => `${amount} ${unit}${amount === '1' ? '' : 's'}`);
  return (isNegative ? 'minus ' : '') + and(words);
}

const IMPERSONAL: Readonly<Record<RuleMode, string>> = {
  Permission: 'it is permitted to',
  Prohibition: 'it is forbidden to',
  Duty: 'it is required to',
};
const PERSONAL: Readonly<Record<RuleMode, string>> = {
  Permission: 'may',
  Prohibition: 'must not',
  Duty: 'must',
};

const ORIGINS: Readonly<Record<Origin, string>> = {
  use: 'the use is allowed',
  acceptance: 'the grant is accepted',
  breach: 'the breach',
};

export const ENGLISH_PHRASES: Phrases = {
  and,
  or: listed('or'),
  calendarTime,
  span,
  runsFrom: (instant) => `running from ${instant}`,
  withUnit: (value, unit) => `${value} (unit ${unit})`,
  percent: (value) => `${value} %`,
  statement: (subject, predicate) => `${subject} ${predicate}`,
  sentence: (statement) => `${capital(statement)}.`,
  introduction: (statement) => `${capital(statement)}:`,
  paragraph: (sentences) => sentences.join(' '),
  item: (number, statement, hasParts) => `(${String(number)}) ${statement}${hasParts ? ':' : '.'}`,

  unknownAction: (action, object) => `do ${action} with ${object}`,
  anyAction: 'deal with {} in any way',
  theData: 'the data',
  anyData: 'data that meets the conditions below',
  membersOf: (collection) => `any member of ${collection}`,
  party: (name) => `party ${name}`,
  anyParty: 'a party that meets the conditions below',

  rule: (mode, who, act) =>
    who === undefined ? `${IMPERSONAL[mode]} ${act}` : `${who} ${PERSONAL[mode]} ${act}`,
  provided: (statement, condition) => `${statement} if ${condition}`,
  providedAll: (statement) => `${statement} if all of these hold`,
  manner: (mode) =>
    mode === 'Duty' ? 'It has to be done in this manner:' : 'The action is meant in this manner only:',
  conditionsOfData: 'Conditions of the data:',
  conditionsOfParty: 'Conditions of the party:',
  named: (label, value) => `${capital(label)}: ${value}.`,
  numbered: (number, sentence) => `${number}. ${sentence}`,
  dutyNumbered: (number, sentence) => `Duty ${number}: ${sentence}`,
  otherwise: (number) => `If duty ${number} is not performed:`,
  whenInfringed: 'If this is done nevertheless:',
  dueAt: (instant) => `It is due by ${instant}.`,
  dueAfter: (time, origin) => `It is due within ${time} after ${ORIGINS[origin]}.`,
  recurs: (time) => `It has to be done anew in each period of ${time}.`,
  consentOf: (needed, parties) => `Consent of at least ${String(needed)} of: ${parties}.`,

  policyTitle: (type, uid) => (uid === undefined ? type : `${type} ${uid}`),
  profiles: (list) => `Profile: ${list}.`,
  closedWorld: 'What no rule permits is denied.',
  containment:
    'A name stands for all that is within it: “CN” for “CN-31”, “maintenance” for “maintenance.predictive”.',
};
