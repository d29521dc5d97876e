import { digestOf, encode, type Digest } from '../model/index.js';

/** Which versions of the chaincode definition an edition of the rules decides under. */
export interface TableEntry {
  /** Name of the edition; every record and decision names the one that wrote it. */
  readonly rules: string;
  /** First numbers of definition versions: `2` stands for 2.0, 2.1 and 2.1.7. */
  readonly versions: readonly string[];
}

/**
 * From versions of the chaincode definition to editions of the rules, in the order in which editions follow each other. It only grows at
 * its end: checkpoints hold the digest of the entries that have decided something. Organisations agree on a definition; that they run
 * other code under the same one changes no decision.
 */
export const EDITION_TABLE: EditionTable = [
  { rules: 'tallystick-rules/1', versions: ['0', '1'] },
  { rules: 'tallystick-rules/2', versions: ['2'] },
];
export type EditionTable = readonly TableEntry[];

/** As topologies and package labels spell versions. Anything else names no edition. */
const VERSION = /^(0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){1,2}$/;

/** The edition that a version of the definition names; `undefined`: none, which is never guessed. */
export function editionFor(version: string, table: EditionTable = EDITION_TABLE): string | undefined {
  const [, first = ''] = VERSION.exec(version) ?? [];
  return table.find(({ versions }) => versions.includes(first))?.rules;
}

/** Whether an edition comes before another in the table. */
export function isEarlier(rules: string, than: string, table: EditionTable = EDITION_TABLE): boolean {
  const indexOf = (name: string): number => table.findIndex((each) => each.rules === name);
  return indexOf(rules) < indexOf(than);
}

/**
 * Digest of the table up to an edition, the newest that has decided something on a ledger; without one, of no entry. So whoever knows
 * further editions, and who does not, sign the same for the same height.
 */
export const editionsDigest = (newest: string | undefined, table: EditionTable = EDITION_TABLE): Digest =>
  digestOf(encode(table.slice(0, table.findIndex(({ rules }) => rules === newest) + 1)));

/** Every digest that a checkpoint of a ledger under this table may hold. */
export const editionsDigests = (table: EditionTable): ReadonlySet<Digest> =>
  new Set([undefined, ...table.map(({ rules }) => rules)].map((rules) => editionsDigest(rules, table)));
