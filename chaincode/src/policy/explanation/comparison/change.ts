import { encode } from '../../../model/index.js';
import { passage, type Passage } from '../rendering/passage.js';
import type { Direction, Label } from '../wording/phrases.js';
import type { Catalogue } from '../wording/texts.js';

/** One difference between two policies, and which way it goes. */
export interface Change {
  readonly passage: Passage;
  readonly direction: Direction;
}

export const isSame = (before: unknown, after: unknown): boolean =>
  encode(before ?? null) === encode(after ?? null);

/** Something that both have one of, in words; nothing when it is the same. */
export function memberChange<T>(
  { comparison }: Catalogue,
  [label, before, after]: readonly [Label, T | undefined, T | undefined],
  text: (of: T) => string,
  direction: Direction,
): readonly Change[] {
  if (isSame(before, after)) return [];
  const word = (of: T | undefined): string => (of === undefined ? comparison.unstated : text(of));
  const sentence = comparison.changed(comparison.labels[label], word(before), word(after));
  return [{ passage: passage(sentence), direction }];
}

/** A rule that does not ask for something covers it whatever it is. */
export function presence(before: unknown, after: unknown): Direction {
  if (after === undefined) return 'wider';
  return before === undefined ? 'narrower' : 'undetermined';
}
