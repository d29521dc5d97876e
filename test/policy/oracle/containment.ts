import type { PolicyWorld } from '@tallystick/chaincode/model';
import type { Kind } from './vocabulary.js';

/** Every name that a name lies in by how it is written: `maintenance.predictive` in `maintenance`, `CN-31` in `CN`. */
function prefixes(name: string, separator: string): readonly string[] {
  const parts = name.split(separator);
  return parts.map((_part, index) => parts.slice(0, index + 1).join(separator));
}

function spelledWithin(kind: Kind | undefined, name: string): readonly string[] {
  if (kind === 'place') return prefixes(name, '-');
  if (kind === 'language') return prefixes(name.toLowerCase(), '-');
  return prefixes(name, '.');
}

/** All collections that a name is in, itself among them, found by adding collections until none is new. */
export function collectionsOf(name: string, members: PolicyWorld['members']): ReadonlySet<string> {
  const found = new Set([name]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const { member, collection } of members) if (found.has(member)) found.add(collection);
  }
  return found;
}

/** True when the narrow one is the wide one, is spelled as a part of it or is a member of what is part of it. */
export function contains(
  kind: Kind | undefined,
  wide: string,
  narrow: string,
  { members }: PolicyWorld,
): boolean {
  const sought = kind === 'language' ? wide.toLowerCase() : wide;
  return [...collectionsOf(narrow, members)].some((each) => spelledWithin(kind, each).includes(sought));
}
