import { id, isInstant, schema } from '../../model/index.js';
import type { Value } from '../../model/odrl/index.js';
import { rankOf, territoryIn, type ValueKind } from '../vocabulary/index.js';
import { durationOf, magnitudeOf } from './magnitude.js';

/** What the right operand of a constraint must be, and the test of it. */
export interface ValueForm {
  readonly expects: string;
  isValue(value: Value): boolean;
}

const fits =
  (type: { safeParse(value: unknown): { success: boolean } }) =>
  (value: Value): boolean =>
    type.safeParse(value).success;

const isText = (value: Value): value is string => typeof value === 'string';

/** A typed literal of one of the datatypes whose lexical form passes the test. */
const literal =
  (datatypes: readonly string[], isLexical: (text: string) => boolean) =>
  (value: Value): boolean =>
    !isText(value) && datatypes.includes(value['@type']) && isLexical(value['@value']);

const NUMBERS = ['xsd:decimal', 'xsd:integer'];
/** Longest time that is judged: with it, no instant of the ledger leaves the calendar of four-digit years soon. */
const CENTURY = { months: 1200, millis: 36_525 * 86_400_000 };

function isJudgedDuration(text: string): boolean {
  const duration = durationOf(text);
  return duration !== undefined && duration.months <= CENTURY.months && duration.millis <= CENTURY.millis;
}

const isDecimal = (text: string): boolean => magnitudeOf('decimal', text) !== undefined;
const HUNDRED = magnitudeOf('decimal', '100') ?? 0n;
const isPercentage = (text: string): boolean => {
  const at = magnitudeOf('percentage', text);
  return at !== undefined && at >= 0n && at <= HUNDRED;
};

const duration: ValueForm = {
  expects: 'an xsd:duration of whole milliseconds, at most 100 years',
  isValue: literal(['xsd:duration'], isJudgedDuration),
};
/** `image/*`, `marketing.*`: compared as the name it is, it would be met by nothing, and forbid nothing. */
const WILDCARD = /(?:^|[./;:])\*$/;
const name: ValueForm = {
  expects: 'a name without a wildcard: it stands for all that is within it',
  isValue: (value) => isText(value) && !WILDCARD.test(value),
};

/** By what the values of the operand are. */
const BY_KIND: Readonly<Record<ValueKind, ValueForm>> = {
  dateTime: {
    expects: 'an xsd:dateTime, RFC 3339 UTC with milliseconds',
    isValue: literal(['xsd:dateTime'], isInstant),
  },
  duration,
  span: duration,
  integer: {
    expects: 'an xsd:integer',
    isValue: literal(['xsd:integer'], (text) => /^(?:0|-?[1-9]\d{0,17})$/.test(text)),
  },
  decimal: { expects: 'an xsd:decimal', isValue: literal(NUMBERS, isDecimal) },
  percentage: { expects: 'an xsd:decimal of 0 to 100', isValue: literal(NUMBERS, isPercentage) },
  name,
  designation: name,
  territory: {
    expects: 'an assigned ISO 3166 code, or EU',
    isValue: (value) => isText(value) && territoryIn(value) === value,
  },
  language: {
    expects: 'a BCP 47 language tag',
    isValue: (value) => isText(value) && /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(value),
  },
  event: { expects: 'an event id', isValue: fits(id('event')) },
  level: {
    expects: 'one of BASE, TRUST, TRUST_PLUS',
    isValue: (value) => isText(value) && rankOf(value) >= 0,
  },
  text: { expects: 'text', isValue: () => true },
};

/** Operands whose facts are ids of this ledger: another name never matches, or hides whom it means. */
const BY_OPERAND: ReadonlyMap<string, ValueForm> = new Map([
  ['recipient', { expects: 'a participant id', isValue: fits(id('participant')) }],
  ['idsc:CONNECTOR', { expects: 'a component id', isValue: fits(id('component')) }],
  [
    'idsc:APPLICATION',
    {
      expects: 'a component id or the digest of a software manifest',
      isValue: (value: Value) => fits(id('component'))(value) || fits(schema.digest)(value),
    },
  ],
]);

export const formOf = (leftOperand: string, kind: ValueKind): ValueForm =>
  BY_OPERAND.get(leftOperand) ?? BY_KIND[kind];
