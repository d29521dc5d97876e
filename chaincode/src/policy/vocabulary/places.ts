import { alpha2Of, schema } from '../../model/index.js';
import { headsOf } from './containment.js';

/** IRIs that hold an ISO 3166 code: those of the ISO browsing platform, which ODRL uses, and of IDS-G's examples. */
const CODED =
  /^https?:\/\/(?:www\.iso\.org\/obp\/ui\/#iso:code:3166:|ontologi\.es\/place\/)([A-Z]{2,3}(?:-[A-Z0-9]{1,3})?)$/;

/** Territories with a code of their own that ISO 3166-2 lists as subdivisions of another country, too. One place, one code. */
const OF_TWO_CODES: ReadonlyMap<string, string> = new Map(
  [
    ...['CN-HK', 'CN-MO', 'CN-TW', 'NL-AW', 'NL-CW', 'NL-SX'],
    ...['FR-GF', 'FR-GP', 'FR-MQ', 'FR-RE', 'FR-YT'],
    ...['FR-BL', 'FR-MF', 'FR-NC', 'FR-PF', 'FR-PM', 'FR-TF', 'FR-WF'],
    ...['US-AS', 'US-GU', 'US-MP', 'US-PR', 'US-UM', 'US-VI'],
  ].map((code): [string, string] => [code, code.slice(3)]),
);
/** Also those of editions before: who writes one means the same place, and would else be in another one. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['CN-71', 'TW'],
  ['CN-91', 'HK'],
  ['CN-92', 'MO'],
  ['FI-01', 'AX'],
  ['FR-971', 'GP'],
  ['FR-972', 'MQ'],
  ['FR-973', 'GF'],
  ['FR-974', 'RE'],
  ['FR-976', 'YT'],
  ['NL-BQ1', 'BQ'],
  ['NL-BQ2', 'BQ'],
  ['NL-BQ3', 'BQ'],
  ['NO-21', 'SJ'],
  ['NO-22', 'SJ'],
]);
const OWN_CODE: ReadonlyMap<string, string> = new Map([...OF_TWO_CODES, ...OTHERS]);
/** The country that such a territory is listed under. */
const LISTED_UNDER: ReadonlyMap<string, string> = new Map(
  [...OWN_CODE].map(([code, own]) => [own, code.slice(0, 2)]),
);

const EU = 'EU';
/** Member states of the European Union since 1 February 2020 (article 52 TEU). Who leaves or joins changes the rules. */
const MEMBERS: ReadonlySet<string> = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/**
 * ISO 3166 code of a territory, or `EU`. Other places cannot be compared with where a use takes place, and a prohibition on
 * a place that is compared with nothing, or that nobody can be in, forbids nothing.
 */
export function territoryIn(text: string): string | undefined {
  const coded = CODED.exec(text)?.[1] ?? text;
  const code = alpha2Of(coded) ?? OWN_CODE.get(coded) ?? coded;
  return code === EU || schema.territory.safeParse(code).success ? code : undefined;
}

const countryOf = (code: string): string => code.slice(0, 2);

/** All territories that cover one. ISO 3166: `CN` covers `CN-31`; the European Union covers its members. */
export const aroundTerritory = (code: string): readonly string[] =>
  MEMBERS.has(countryOf(code)) ? [...headsOf(code, '-'), EU] : headsOf(code, '-');

export const coversTerritory = (wide: string, narrow: string): boolean =>
  aroundTerritory(narrow).includes(wide);

/**
 * Territories that may cover one. Whether one with a code of its own belongs to a country depends on who asks: Réunion is France and not in the customs
 * territory of every French rule, Hong Kong is China and abroad for its law on data. It cannot be told.
 */
export function perhapsAround(code: string): readonly string[] {
  const country = LISTED_UNDER.get(countryOf(code));
  return country === undefined ? [] : aroundTerritory(country);
}

const LANGUAGE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/;

/** A language tag in the usual case of its subtags (RFC 5646, section 2.1.1). */
export function languageIn(text: string): string | undefined {
  if (!LANGUAGE.test(text)) return undefined;
  const [language = '', ...subtags] = text.toLowerCase().split('-');
  return [language, ...subtags.map(cased)].join('-');
}

/** Regions in capitals and scripts with one, unless a single letter goes before them: what follows that is private. */
function cased(subtag: string, at: number, subtags: readonly string[]): string {
  if (subtags.slice(0, at).some((each) => each.length === 1)) return subtag;
  if (subtag.length === 2) return subtag.toUpperCase();
  return /^[a-z]{4}$/.test(subtag) ? subtag.charAt(0).toUpperCase() + subtag.slice(1) : subtag;
}
