import { PROFILES } from '../../../model/index.js';

/** ISO 3166: `CN` covers `CN-31`. */
export const coversTerritory = (wide: string, narrow: string): boolean =>
  wide === narrow || narrow.startsWith(`${wide}-`);

/** RFC 4647 basic filtering: `en` covers `en-GB`. */
export const coversLanguage = (wide: string, narrow: string): boolean =>
  wide.toLowerCase() === narrow.toLowerCase() || narrow.toLowerCase().startsWith(`${wide.toLowerCase()}-`);

/**
 * Purposes and other names of this space are paths: `maintenance` covers `maintenance.predictive`. What else is part of
 * what, the state of the world says.
 */
export const coversName = (wide: string, narrow: string): boolean =>
  wide === narrow || narrow.startsWith(`${wide}.`);

/** Place of a component profile in rising order; -1 for anything else. */
export const rankOf = (profile: unknown): number => PROFILES.findIndex((candidate) => candidate === profile);
