import type { PolicyWorld } from '@tallystick/chaincode/model';
import type { Kind } from './vocabulary.js';

/** What stands between the parts of a name, from the wide to the narrow: `maintenance.predictive`, `CN-31`, `en-GB`. */
const SEPARATORS: Readonly<Partial<Record<Kind, string>>> = { named: '.', place: '-', language: '-' };

/** Every name that a name lies in by how it is written, itself among them. */
function spelledAround(name: string, separator: string | undefined): readonly string[] {
  if (separator === undefined) return [name];
  const parts = name.split(separator);
  return parts.map((_part, index) => parts.slice(0, index + 1).join(separator));
}

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
    for (const each of [...found])
      for (const wider of spelledAround(each, kind && SEPARATORS[kind])) found.add(wider);
    for (const { member, collection } of members)
      if (found.has(spelled(member))) found.add(spelled(collection));
  }
  return found;
}

/** True when the narrow one is the wide one or somewhere in it. */
export const contains = (kind: Kind, wide: string, narrow: string, { members }: PolicyWorld): boolean =>
  around(kind, narrow, members).has(kind === 'language' ? wide.toLowerCase() : wide);
