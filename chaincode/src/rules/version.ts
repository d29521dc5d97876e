/**
 * Version of the rules, recorded in every record and decision. Raise it with any change that can alter what a
 * transaction writes; a replay under another version is "not evaluated", never guessed.
 */
export const RULES_VERSION = 'tallystick-rules/1';
