import { lexicalOf, type Known, type PolicyWorld, type Value } from '../../../model/odrl/index.js';
import type { Truth } from '../truth.js';
import type { Relation } from './relation.js';
import { memoized } from './memoized.js';

/** All names that cover one by how it is written, itself among them. */
type Around = (name: string) => readonly string[];

/** A name and all collections it is in, transitively: those the world says, of it or of a name that covers it. */
export function containersOf(
  name: string,
  members: PolicyWorld['members'],
  around: Around,
): readonly string[] {
  const found = new Set([name]);
  if (members.length === 0) return [name];
  const spelled = members.map(({ member, collection }) => [around(member)[0], collection] as const);
  // What is found on the way is gone through, too.
  for (const each of found) {
    const wider: ReadonlySet<string | undefined> = new Set(around(each));
    for (const [member, collection] of spelled) if (wider.has(member)) found.add(collection);
  }
  return [...found];
}

/** What lies around the values that are known of one operand, so that a constraint is looked up and not gone through them. */
interface Index {
  readonly own: ReadonlySet<string>;
  /** All that cover some of them. */
  readonly above: ReadonlySet<string>;
  /** All of which it cannot be told whether they cover some of them. */
  readonly perhaps: ReadonlySet<string>;
}

/**
 * Names, territories and languages: one stands for all that is within it, so who may process in `CN` may do so in
 * `CN-31`, and who must not serve `marketing` must not serve `marketing.email`. Who asks for the whole of which only a
 * part is named may mean that part or not: that cannot be told.
 */
export function containedBy(
  members: PolicyWorld['members'],
  around: Around,
  perhapsAround: Around = () => [],
): Relation {
  const above = memoized(
    (name: string): ReadonlySet<string> => new Set(containersOf(name, members, around).flatMap(around)),
  );
  // A name covers itself in the spelling in which it is looked up.
  const own = (value: Value): string => around(lexicalOf(value))[0] ?? lexicalOf(value);
  const indexOf = memoized((known: readonly Known[]): Index => ({
    own: new Set(known.map(({ value }) => own(value))),
    above: new Set(known.flatMap(({ value }) => [...above(lexicalOf(value))])),
    perhaps: new Set(known.flatMap(({ value }) => perhapsAround(lexicalOf(value)))),
  }));
  const isAbove = (index: Index, asked: Value): boolean =>
    [...above(lexicalOf(asked))].some((each) => index.own.has(each));
  const within = (known: readonly Known[], asked: Value): Truth => {
    const index = indexOf(known);
    if (index.above.has(own(asked))) return true;
    return isAbove(index, asked) || index.perhaps.has(own(asked)) ? undefined : false;
  };
  return { within, has: (known, asked) => isAbove(indexOf(known), asked), order: () => undefined };
}
