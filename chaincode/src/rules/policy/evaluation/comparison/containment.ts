import { lexicalOf, type PolicyWorld, type Value } from '../../../../model/odrl/index.js';
import type { Relation } from './relation.js';

type Covers = (wide: string, narrow: string) => boolean;

/** A name and all collections it is in, transitively: those the world says, of it or of a name that covers it. */
export function containersOf(
  name: string,
  members: PolicyWorld['members'],
  covers: Covers,
): readonly string[] {
  const found = [name];
  // What is found on the way is gone through, too.
  for (const each of found) {
    for (const { member, collection } of members) {
      const isNew = covers(member, each) && !found.includes(collection);
      if (isNew) found.push(collection);
    }
  }
  return found;
}

/**
 * Names, territories and languages: one stands for all that is within it, so who may process in `CN` may do so in
 * `CN-31`, and who must not serve `marketing` must not serve `marketing.email`. Who asks for the whole of which only a
 * part is named may mean that part or not: that cannot be told.
 */
export function containedBy(
  members: PolicyWorld['members'],
  covers: Covers,
  mayCover: Covers = () => false,
): Relation {
  const known = new Map<string, readonly string[]>();
  const above = (name: string): readonly string[] => {
    const found = known.get(name) ?? containersOf(name, members, covers);
    known.set(name, found);
    return found;
  };
  const includes = (wide: Value, narrow: Value): boolean =>
    above(lexicalOf(narrow)).some((each) => covers(lexicalOf(wide), each));
  const isDoubtful = (wide: Value, narrow: Value): boolean => mayCover(lexicalOf(wide), lexicalOf(narrow));
  return {
    within: (value, asked) =>
      includes(asked, value) || (includes(value, asked) || isDoubtful(asked, value) ? undefined : false),
    has: (value, asked) => includes(value, asked),
    order: () => undefined,
  };
}
