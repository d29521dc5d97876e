import { PROFILES } from '../../model/index.js';

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
 * All that covers the name of a single thing, such as a host, a file format or a device: nothing but itself, whatever its dots mean
 * (`example.com` is no part of the network that `example.com.example.org` lies in); of a media type itself without parameters.
 */
export const aroundDesignation = (name: string): readonly string[] =>
  name.includes('/') && !name.includes(':') ? headsOf(name, ';') : [name];

/**
 * All words that cover a word by how it is written. Purposes and other words of a vocabulary are paths: `maintenance` covers
 * `maintenance.predictive`. What else is part of what, the state of the world says.
 */
export const aroundName = (name: string): readonly string[] =>
  PLAIN.test(name) ? headsOf(name, '.') : aroundDesignation(name);

type Around = (name: string) => readonly string[];
const coveredBy =
  (around: Around) =>
  (wide: string, narrow: string): boolean =>
    wide === narrow || (narrow.startsWith(wide) && around(narrow).includes(wide));

export const coversName = coveredBy(aroundName);
export const coversDesignation = coveredBy(aroundDesignation);

/** Place of a component profile in rising order; -1 for anything else. */
export const rankOf = (profile: unknown): number => PROFILES.findIndex((candidate) => candidate === profile);
