import type { PolicyWorld } from '@tallystick/chaincode/model';
import type { Kind } from './vocabulary.js';

/** What stands between the parts of a name, from the wide to the narrow: `maintenance.predictive`, `CN-31`, `en-GB`. */
const SEPARATORS: Readonly<Partial<Record<Kind, string>>> = {
  named: '.',
  designated: ';',
  place: '-',
  language: '-',
};

/** Members of the European Union among the places of `values.ts`. */
const EU_MEMBERS: readonly string[] = ['DE', 'FR', 'PT'];
/** Réunion has a code of its own and is a subdivision of France: whether it is meant with France depends on who speaks. */
const ALSO_UNDER: Readonly<Record<string, readonly string[]>> = { RE: ['FR', 'EU'] };

const partsOf = (name: string, separator: string): readonly string[] =>
  name.split(separator).map((_part, index, parts) => parts.slice(0, index + 1).join(separator));

/** Every name that a name lies in by how it is written, itself among them. */
function spelledAround(name: string, kind: Kind | undefined): readonly string[] {
  const separator = kind && SEPARATORS[kind];
  if (separator === undefined) return [name];
  if (kind === 'place' && EU_MEMBERS.includes(name.slice(0, 2))) return [...partsOf(name, separator), 'EU'];
  if (kind !== 'designated' && (kind !== 'named' || !/[/: ]/.test(name))) return partsOf(name, separator);
  // Dots within IRIs, prefixed names and media types separate nothing, nor in names of single things; a media type may have parameters.
  return name.includes(':') ? [name] : partsOf(name, ';');
}

/** True when it cannot be told whether the narrow place belongs to the wide one. */
export const mayContain = (kind: Kind, wide: string, narrow: string): boolean =>
  kind === 'place' && (ALSO_UNDER[narrow.slice(0, 2)] ?? []).includes(wide);

/** Everything a name lies in, itself among it: by spelling and by membership, found by adding until nothing is new. */
export function around(
  kind: Kind | undefined,
  name: string,
  members: PolicyWorld['members'],
): ReadonlySet<string> {
  // Language tags are the same in capitals (RFC 4647, section 2.1).
  const spelled = (text: string): string => (kind === 'language' ? text.toLowerCase() : text);
  const found = new Set([spelled(name)]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const each of [...found]) for (const wider of spelledAround(each, kind)) found.add(wider);
    for (const { member, collection } of members)
      if (found.has(spelled(member))) found.add(spelled(collection));
  }
  return found;
}

/** True when the narrow one is the wide one or somewhere in it. */
export const contains = (kind: Kind, wide: string, narrow: string, { members }: PolicyWorld): boolean =>
  around(kind, narrow, members).has(kind === 'language' ? wide.toLowerCase() : wide);
