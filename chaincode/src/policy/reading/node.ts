import { contracted } from '../vocabulary/index.js';
import { ANNOTATIONS } from './annotations.js';
import { isSameName, nameAt } from './names.js';
import { allMembersOf, isNothing, itemsAt, oneAt, type Place } from './place.js';

/** Members of an object that is understood as a whole, by the one spelling of their names. */
export type Node = ReadonlyMap<string, Place>;

export interface Shape {
  /** What it is called in a problem. */
  readonly what: string;
  readonly keys: ReadonlySet<string>;
  /** Members that are known and not accepted, with the reason. */
  readonly refused?: ReadonlyMap<string, string>;
}

export const shape = (
  what: string,
  keys: readonly string[],
  refused: Readonly<Record<string, string>> = {},
): Shape => ({
  what,
  keys: new Set(keys),
  refused: new Map(Object.entries(refused)),
});

/** Properties that the IDS information model has under the same name and meaning as ODRL. */
const OF_IDS = new Set(
  [
    'permission',
    'prohibition',
    'obligation',
    'target',
    'assigner',
    'assignee',
    'action',
    'constraint',
    'leftOperand',
    'operator',
    'rightOperand',
    'rightOperandReference',
    'unit',
  ].map((term) => `ids:${term}`),
);
const KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['@id', 'uid'],
  ['type', '@type'],
  // The parties of an IDS contract are those of each of its rules.
  ['ids:provider', 'assigner'],
  ['ids:consumer', 'assignee'],
]);

/** The one spelling of a member name: keyword aliases of the ODRL context, prefixes and full IRIs. */
export function keyOf(key: string): string {
  const name = contracted(key);
  return KEYWORDS.get(name) ?? (OF_IDS.has(name) ? name.slice('ids:'.length) : name);
}

/** The members of an object; every one that is not understood is a problem. */
export function nodeAt(place: Place, { what, keys, refused }: Shape): Node | null {
  const members = allMembersOf(place.value);
  if (members === undefined) return place.refuse(`must be ${what}, written out: nothing is fetched`);
  const node = new Map<string, Place>();
  for (const written of Object.keys(members).sort()) {
    const key = keyOf(written);
    const member = place.at(written, members[written] ?? null);
    // A context of null says that no term means anything.
    if (key !== '@context' && isNothing(member.value)) continue;
    if (keys.has(key)) add(node, key, member);
    else if (!ANNOTATIONS.has(key)) member.refuse(refused?.get(key) ?? `is not understood in ${what}`);
  }
  return node;
}

function add(node: Map<string, Place>, key: string, member: Place): void {
  const stated = node.get(key);
  if (stated === undefined) node.set(key, member);
  // `@id` and `uid` are one property of a policy in two spellings, and both are written often.
  else if (!isSame(itemsAt(stated), itemsAt(member))) member.refuse('is stated twice');
}

const isSame = ([a, ...more]: readonly Place[], [b, ...others]: readonly Place[]): boolean =>
  a !== undefined && b !== undefined && more.length + others.length === 0 && isSameName(a.value, b.value);

/** Identifier of a node; a label that holds in one document only (`_:b0`) is not one. */
export function uidIn(node: Node): string | undefined {
  const place = node.get('uid');
  const one = place && oneAt(place);
  if (!one || (typeof one.value === 'string' && one.value.startsWith('_:'))) return undefined;
  return nameAt(one) ?? undefined;
}

/** Classes that a node says it is of, those it may be of; `reasons` why it may not be of some others. */
export function typesIn(
  node: Node,
  allowed: ReadonlySet<string>,
  reasons: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const place = node.get('@type');
  const stated = place === undefined ? [] : itemsAt(place);
  return stated.flatMap((each) => {
    const type = nameAt(each);
    if (type === null) return [];
    if (allowed.has(type)) return [type];
    each.refuse(reasons.get(type) ?? `must be one of ${[...allowed].join(', ')}`);
    return [];
  });
}
