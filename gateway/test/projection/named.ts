import {
  typeOfKind,
  type Id,
  type IdKind,
  type Key,
  type RecordKind,
  type RecordOfKind,
} from '@tallystick/chaincode/model';

const LETTERS = 'abcdefghij';
const DIGITS = 52;

/** The id that a test calls by a short name, and in the order of the names: `g1`, `m07`. */
export function named<K extends IdKind>(kind: K, name: string): Id<K> {
  // An id holds neither 0 nor 1; and with `2` behind it, no name becomes another.
  const digits = name.replaceAll(/\d/g, (digit) => LETTERS[Number(digit)] ?? '');
  return `${kind}-${digits.padEnd(DIGITS, '2')}`;
}

/** Kinds of record that stand under the id of another, with a number or without. */
const OWNERS: Readonly<Partial<Record<RecordKind, readonly [owner: IdKind, suffix: string]>>> = {
  'usage-slot': ['grant', '/0'],
  holds: ['grant', ''],
  consents: ['grant', ''],
  transformation: ['version', ''],
};

/** The same as a key. */
export const keyNamed = <K extends RecordKind>(kind: K, name: string): Key<RecordOfKind<K>> => ({
  text: keyText(kind, name),
  type: typeOfKind(kind),
});

/** The ledger key of a record that a test calls by a short name. */
export function keyText(kind: RecordKind, name: string): string {
  if (kind === 'space') return kind;
  const [owner, suffix] = OWNERS[kind] ?? [kind as IdKind, ''];
  return `${kind}/${named(owner, name)}${suffix}`;
}
