import { odrl, PROFILES } from '../../model/index.js';
import { contracted, OPERANDS, textIn, type ValueKind } from '../vocabulary/index.js';
import { dayLiteral } from './days.js';
import { instantIn } from './lexical/dates.js';
import { durationIn } from './lexical/durations.js';
import { decimalIn, integerIn, percentageIn, wholeIn } from './lexical/numbers.js';
import { writtenAt, type Written } from './literals.js';
import type { Place } from './place.js';

/** How values of one kind are written, and how they are kept. */
interface Kind {
  readonly expects: string;
  /** Types that may be stated for it, besides none. */
  readonly types: ReadonlySet<string>;
  /** Type that is kept; absent: plain text. */
  readonly kept?: string;
  /** The one spelling of the value; `undefined` when it is not a value of this kind. */
  read(text: string): string | undefined;
}

const INTEGERS = [
  'integer',
  'int',
  'long',
  'short',
  'byte',
  'nonNegativeInteger',
  'positiveInteger',
  'unsignedInt',
  'unsignedLong',
  'unsignedShort',
  'unsignedByte',
].map((each) => `xsd:${each}`);
/** Numbers of these types are not exact, but for whole ones. */
const FLOATS: ReadonlySet<string> = new Set(['xsd:double', 'xsd:float']);
const NUMBERS = ['xsd:decimal', ...INTEGERS, ...FLOATS];
const NAMES = ['@id', 'xsd:anyURI'];

const asItIs = (text: string): string => text;
const kindOf = (
  expects: string,
  types: readonly string[],
  read: Kind['read'] = asItIs,
  kept?: string,
): Kind => ({
  expects,
  types: new Set(types),
  read,
  ...(kept !== undefined && { kept }),
});

/** Types of durations of which some parts are left out (XML Schema 1.1 part 2, sections 3.4.26 and 3.4.27). */
const PARTIAL: ReadonlyMap<string, RegExp> = new Map([
  ['xsd:dayTimeDuration', /^P[^YM]*(?:T.*)?$/],
  ['xsd:yearMonthDuration', /^P[^DT]*$/],
]);

const duration = kindOf(
  'an xsd:duration that does not run backwards',
  ['xsd:duration', ...PARTIAL.keys()],
  durationIn,
  'xsd:duration',
);

const KINDS: Readonly<Record<ValueKind, Kind>> = {
  dateTime: kindOf(
    'an xsd:dateTime or xsd:date with time zone, 1970 to 9999, to the millisecond',
    ['xsd:dateTime', 'xsd:dateTimeStamp', 'xsd:date'],
    instantIn,
    'xsd:dateTime',
  ),
  duration,
  span: duration,
  integer: kindOf('a whole number', NUMBERS, integerIn, 'xsd:integer'),
  decimal: kindOf('a decimal number', NUMBERS, decimalIn, 'xsd:decimal'),
  percentage: kindOf('a decimal number of 0 to 100', NUMBERS, percentageIn, 'xsd:decimal'),
  name: kindOf('a name', NAMES),
  designation: kindOf('a name', NAMES),
  event: kindOf('the name of an event', NAMES, (text) => (isName(text) ? text : undefined)),
  territory: kindOf('an assigned ISO 3166 code, or EU', NAMES),
  language: kindOf('a language tag (BCP 47)', [...NAMES, 'xsd:language']),
  level: kindOf(`one of ${PROFILES.join(', ')}`, NAMES),
  text: kindOf('plain text', NAMES),
};

const isName = (text: string): boolean => odrl.name.safeParse(text).success;

/** A right operand in the one spelling of its value, by the kind of values that the left operand has. */
export function valueAt(place: Place, leftOperand: string, dataType: string | undefined): odrl.Value | null {
  const written = writtenAt(place, dataType);
  const operand = OPERANDS.get(leftOperand);
  if (written === null) return null;
  if (operand === undefined) return foreignAt(place, written);
  const kind = KINDS[operand.kind];
  const { text, type } = written;
  const isTyped = type === undefined || kind.types.has(type);
  const day = kind === KINDS.dateTime && isTyped ? dayLiteral(text) : undefined;
  if (day !== undefined) return day;
  const value = isTyped ? readAs(kind, leftOperand, text, type) : undefined;
  if (value === undefined) return place.refuse(`${leftOperand} takes ${kind.expects}${inexact(type)}`);
  return kind.kept === undefined ? value : { '@value': value, '@type': kind.kept };
}

const inexact = (type: string | undefined): string =>
  type !== undefined && FLOATS.has(type) ? `: a number of type ${type} is exact only where it is whole` : '';

/** Plain text is spelled as what is known will be; the value of a literal has a form of its own. */
function readAs(kind: Kind, leftOperand: string, text: string, type: string | undefined): string | undefined {
  if (kind.kept === undefined) {
    const spelled = textIn(leftOperand, text);
    return spelled === undefined ? undefined : kind.read(spelled);
  }
  if (type === 'xsd:date' || PARTIAL.get(type ?? '')?.test(text) === false) return undefined;
  const exact = type !== undefined && FLOATS.has(type) ? wholeIn(text) : text;
  return exact === undefined ? undefined : kind.read(exact);
}

/** What a left operand that is not known is compared with stays as it is; admission refuses it. */
function foreignAt(place: Place, { text, type }: Written): odrl.Value | null {
  if (type === undefined) return text;
  if (type === '@id' || type === 'xsd:anyURI') return contracted(text);
  const literal = odrl.literal.safeParse({ '@value': text, '@type': type });
  return literal.success
    ? literal.data
    : place.refuse('must be a literal of at most 200 characters with its type');
}
