import { PROFILES } from '../../../model/index.js';

/** RFC 4647 basic filtering: `en` covers `en-GB`. */
export const coversLanguage = (wide: string, narrow: string): boolean =>
  wide.toLowerCase() === narrow.toLowerCase() || narrow.toLowerCase().startsWith(`${wide.toLowerCase()}-`);

/** A word, or words joined by dots, in any script. IRIs, prefixed names, media types, addresses have dots of another meaning. */
const PLAIN = /^[^\s/:;#?@%.]+(?:\.[^\s/:;#?@%.]+)*$/;

/**
 * Purposes and other plain names of this space are paths: `maintenance` covers `maintenance.predictive`. A media type covers
 * itself with parameters. What else is part of what, the state of the world says.
 */
export const coversName = (wide: string, narrow: string): boolean =>
  wide === narrow ||
  (narrow.startsWith(`${wide}.`) && PLAIN.test(narrow)) ||
  (narrow.startsWith(`${wide};`) && wide.includes('/') && !wide.includes(':'));

/** Place of a component profile in rising order; -1 for anything else. */
export const rankOf = (profile: unknown): number => PROFILES.findIndex((candidate) => candidate === profile);
