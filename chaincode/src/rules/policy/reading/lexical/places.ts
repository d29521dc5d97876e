import { schema } from '../../../../model/index.js';

/** IRIs that hold an ISO 3166 code: those of the ISO browsing platform, which ODRL uses, and of IDS-G's examples. */
const CODED =
  /^https?:\/\/(?:www\.iso\.org\/obp\/ui\/#iso:code:3166:|ontologi\.es\/place\/)([A-Z]{2}(?:-[A-Z0-9]{1,3})?)$/;

/**
 * ISO 3166 code of a territory. Other places cannot be compared with where a use takes place, and a prohibition on a
 * place that is compared with nothing forbids nothing.
 */
export function territoryIn(text: string): string | undefined {
  const code = CODED.exec(text)?.[1] ?? text;
  return schema.territory.safeParse(code).success ? code : undefined;
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
