import type { Draft } from '../draft.js';

/** A byte string in a draft, by its path. */
export interface Piece {
  readonly field: string;
  readonly bytes: Uint8Array;
}

/** Every byte string of a draft, in order. The same bytes in two places are two pieces. */
export function piecesOf(value: unknown, field = ''): Piece[] {
  if (value instanceof Uint8Array) return [{ field, bytes: value }];
  return childrenOf(value).flatMap(([name, child]) => piecesOf(child, joined(field, name)));
}

/** A member that is text or a number, with how to change it. */
export interface Member {
  readonly field: string;
  readonly value: string | number;
  readonly put: (value: string | number) => void;
}

/** Every member of a draft that is not bytes. */
export function membersOf(value: unknown, field = ''): Member[] {
  return childrenOf(value).flatMap(([name, child, owner]) => {
    const path = joined(field, name);
    if (typeof child !== 'string' && typeof child !== 'number') return membersOf(child, path);
    return [{ field: path, value: child, put: (other) => void (owner[name] = other) }];
  });
}

type Owner = Record<string, unknown>;

function childrenOf(value: unknown): [string, unknown, Owner][] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  const owner = value as Owner;
  return Object.entries(owner).map(([name, child]) => [name, child, owner]);
}

const joined = (field: string, name: string): string =>
  /^\d+$/.test(name) ? `${field}[${name}]` : `${field}${field === '' ? '' : '.'}${name}`;

const CLASSES = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Another character of the same kind, so that the form of the text stays. */
function successor(character: string): string {
  const family = CLASSES.find((each) => each.includes(character));
  if (family === undefined) return character === '-' ? '_' : '-';
  return family[(family.indexOf(character) + 1) % family.length]!;
}

/** Members that are one of a few words. */
const WORDS: readonly (readonly [field: RegExp, words: readonly string[]])[] = [
  [/^profile$/, ['compact', 'full']],
  [/^subject\.kind$/, ['usage', 'claim', 'grant', 'valuation']],
  [/\.verdict$/, ['REPLAYED', 'CORRECTED', 'VOID', 'INVALID', 'CONFIG', 'FOREIGN']],
  [/\.space$/, ['record', 'note', 'list']],
];

const othersAt = (shape: string, mark: string, at: number): string[] =>
  ['N', 'L', 'H', 'E']
    .filter((other) => other !== mark)
    .map((other) => shape.slice(0, at) + other + shape.slice(at + 1));

/** Other values that a member could have, near the one it has. */
export function othersOf({ field, value }: Member): (string | number)[] {
  if (typeof value === 'number') return value === 0 ? [1] : [value - 1, value + 1];
  const words = WORDS.find(([named]) => named.test(field))?.[1];
  if (words !== undefined) return words.filter((other) => other !== value);
  if (/proof\.shape$/.test(field)) return Array.from(value).flatMap((mark, at) => othersAt(value, mark, at));
  return Array.from(value, (character, index) =>
    [value.slice(0, index), successor(character), value.slice(index + 1)].join(''),
  );
}

/** One change of a draft that keeps its form. */
export type Mutation =
  | { readonly kind: 'bit'; readonly piece: number; readonly bit: number }
  | { readonly kind: 'member'; readonly member: number; readonly other: number };

/** Every mutation of a draft: each bit of each byte string, each other value of each member. */
export function* mutationsOf(draft: Draft): Generator<Mutation> {
  for (const [piece, { bytes }] of piecesOf(draft).entries())
    for (let bit = 0; bit < bytes.length * 8; bit += 1) yield { kind: 'bit', piece, bit };
  for (const [member, each] of membersOf(draft).entries())
    for (const other of othersOf(each).keys()) yield { kind: 'member', member, other };
}
