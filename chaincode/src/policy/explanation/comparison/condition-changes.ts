import { encode } from '../../../model/index.js';
import { isLogical, operandOf, type Constraint } from '../../../model/odrl/index.js';
import type { Change } from './change.js';
import { conditionOf, type Setting } from '../rendering/constraints.js';
import { match, type Likeness } from './matching.js';
import { inOneLine, passage } from '../rendering/passage.js';
import type { Direction } from '../wording/phrases.js';
import type { Catalogue } from '../wording/texts.js';

/** Conditions without a name of their own, so that another name is no change. */
const nameless = ({ uid: _, ...of }: Constraint): string => encode(of);

const LIKENESSES: readonly Likeness<Constraint>[] = [
  nameless,
  (of) => (isLogical(of) ? undefined : `${of.leftOperand} ${of.operator}`),
  (of) => (isLogical(of) ? operandOf(of)[0] : of.leftOperand),
];

type Conditions = readonly Constraint[] | undefined;

/** Conditions added, removed and changed; with one more, a rule covers less. */
export function conditionChanges(
  texts: Catalogue,
  [before = [], after = []]: readonly [Conditions, Conditions],
  setting: Setting,
): readonly Change[] {
  const { comparison, phrases } = texts;
  const text = (of: Constraint): string => inOneLine(conditionOf(texts, of, '', setting));
  const told = (sentence: string, direction: Direction): Change => ({
    passage: passage(sentence),
    direction,
  });
  const { pairs, removed, added } = match(before, after, LIKENESSES);
  return [
    ...removed.map((each) => told(comparison.removed(phrases.sentence(text(each))), 'wider')),
    ...added.map((each) => told(comparison.added(phrases.sentence(text(each))), 'narrower')),
    ...pairs
      .filter(([was, is]) => nameless(was) !== nameless(is))
      .map(([was, is]) =>
        told(comparison.changed(comparison.labels.constraint, text(was), text(is)), 'undetermined'),
      ),
  ];
}
