import { PROFILES } from '../../../model/index.js';

/** A text, and all that come before one of its separators: `a`, `a.b` and `a.b.c` of `a.b.c`. */
export function headsOf(text: string, separator: string): readonly string[] {
  const heads = [text];
  for (let at = text.lastIndexOf(separator); at > 0; at = text.lastIndexOf(separator, at - 1))
    heads.push(text.slice(0, at));
  return heads;
}

/** All tags that cover a language, in small letters (RFC 4647, basic filtering): `en` covers `en-GB`. */
export const aroundLanguage = (tag: string): readonly string[] => headsOf(tag.toLowerCase(), '-');

export const coversLanguage = (wide: string, narrow: string): boolean =>
  aroundLanguage(narrow).includes(wide.toLowerCase());

/** A word, or words joined by dots, in any script. IRIs, prefixed names, media types, addresses have dots of another meaning. */
const PLAIN = /^[^\s/:;#?@%.]+(?:\.[^\s/:;#?@%.]+)*$/;

/**
 * All names that cover a name by how it is written. Purposes and other plain names of this space are paths: `maintenance` covers
 * `maintenance.predictive`. A media type covers itself with parameters. What else is part of what, the state of the world says.
 */
export function aroundName(name: string): readonly string[] {
  if (PLAIN.test(name)) return headsOf(name, '.');
  return name.includes('/') && !name.includes(':') ? headsOf(name, ';') : [name];
}

export const coversName = (wide: string, narrow: string): boolean =>
  wide === narrow || (narrow.startsWith(wide) && aroundName(narrow).includes(wide));

/** Place of a component profile in rising order; -1 for anything else. */
export const rankOf = (profile: unknown): number => PROFILES.findIndex((candidate) => candidate === profile);
