import { digestOf, encode, type Digest } from '../model/index.js';

/**
 * Version of the rules, recorded in every record and decision. Raise it with any change that can alter what a
 * transaction writes; a replay under another version is "not evaluated", never guessed.
 */
export const RULES_VERSION = 'tallystick-rules/1';

/**
 * Versions that this code decides by, the present one included. Who changes a rule keeps its old form for the old versions:
 * whoever replays must know every version on the ledger, and gateways must know the next one before it is deployed.
 */
export const KNOWN_RULES: ReadonlySet<string> = new Set([RULES_VERSION]);

/**
 * Digest of the table from versions of the chaincode definition to editions of the rules, as every checkpoint names it. There
 * are no editions yet: every definition is decided by the present rules.
 */
export const editionsDigest = (): Digest => digestOf(encode({ editions: {}, otherwise: RULES_VERSION }));
