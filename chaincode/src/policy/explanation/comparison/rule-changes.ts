import { encode } from '../../../model/index.js';
import {
  FUNCTIONS,
  type Action,
  type Duty,
  type Permission,
  type Prohibition,
  type Rule,
  type Subject,
} from '../../../model/odrl/index.js';
import { includes } from '../../vocabulary/index.js';
import { isSame, memberChange, presence, type Change } from './change.js';
import { conditionChanges } from './condition-changes.js';
import type { Setting } from '../rendering/constraints.js';
import { opposite } from './direction.js';
import { ruleStatement } from '../rendering/heads.js';
import { match, type Likeness } from './matching.js';
import { passage } from '../rendering/passage.js';
import type { Direction, Label, RuleMode } from '../wording/phrases.js';
import { actText, dataText, partyText } from '../rendering/subjects.js';
import type { Catalogue } from '../wording/texts.js';

/** A rule before and after. */
export type RulePair = readonly [mode: RuleMode, before: Rule, after: Rule];

/** Rules without names of their own. */
export const textWithoutUid = ({ uid: _, ...of }: Rule): string => encode(of);

const uidOf = ({ uid }: Rule): string | undefined => uid;
const actionOn = ({ action, target }: Rule): string => encode([action?.name ?? '', target ?? null]);
const actionNamed = ({ action }: Rule): string => action?.name ?? '';
const butForAction = ({ uid: _, action: __, ...of }: Rule): string => encode(of);

/** What rules of two policies have in common that are the same rule, changed. */
export const RULE_LIKENESSES: readonly Likeness<Rule>[] = [
  textWithoutUid,
  uidOf,
  actionOn,
  actionNamed,
  butForAction,
];

function actionDirection(before: Action | undefined, after: Action | undefined): Direction {
  if (before === undefined || after === undefined) return presence(before, after);
  if (includes(before.name, after.name)) return 'narrower';
  return includes(after.name, before.name) ? 'wider' : 'undetermined';
}

function actionChanges(
  texts: Catalogue,
  [mode, { action: was }, { action: is }]: RulePair,
): readonly Change[] {
  const name = (of: Action | undefined): Pick<Action, 'name'> | undefined => of && { name: of.name };
  const text = (of: Pick<Action, 'name'>): string => actText(texts, of, undefined);
  return [
    ...memberChange(texts, ['action', name(was), name(is)], text, actionDirection(was, is)),
    ...conditionChanges(texts, [was?.refinement, is?.refinement], settingOf(mode)),
  ];
}

const settingOf = (mode: RuleMode): Setting => (mode === 'Duty' ? 'duty' : 'use');

/** Data or a party, by name and by what refines it. */
function subjectChanges(
  texts: Catalogue,
  [label, before, after]: readonly [Label, Subject | undefined, Subject | undefined],
  text: (texts: Catalogue, of: Subject) => string,
): readonly Change[] {
  const bare = (of: Subject | undefined): Subject | undefined => {
    if (of === undefined) return undefined;
    const { refinement: _, ...named } = of;
    return named;
  };
  const [was, is] = [bare(before), bare(after)];
  return [
    ...memberChange(texts, [label, was, is], (of) => text(texts, of), presence(was, is)),
    ...conditionChanges(texts, [before?.refinement, after?.refinement], 'use'),
  ];
}

/** What a rule is about: changes that make it cover less or more. */
const scopeChanges = (texts: Catalogue, pair: RulePair): readonly Change[] => {
  const [mode, before, after] = pair;
  return [
    ...actionChanges(texts, pair),
    ...subjectChanges(texts, ['target', before.target, after.target], dataText),
    ...subjectChanges(texts, ['assignee', before.assignee, after.assignee], partyText),
    ...conditionChanges(texts, [before.constraint, after.constraint], settingOf(mode)),
  ];
};

/** Who stands in which function besides the party that the rule applies to. */
function functionChanges(texts: Catalogue, [, before, after]: RulePair): readonly Change[] {
  const { comparison, functions, phrases } = texts;
  const named = (list: readonly Subject[] = []): string =>
    list.length === 0 ? comparison.unstated : phrases.and(list.map((each) => partyText(texts, each)));
  const assigner = [before.assigner, after.assigner] as const;
  return [
    ...memberChange(texts, ['assigner', ...assigner], (of) => partyText(texts, of), 'same'),
    ...FUNCTIONS.filter((name) => !isSame(before[name], after[name])).map((name): Change => {
      const sentence = comparison.changed(functions[name], named(before[name]), named(after[name]));
      return { passage: passage(sentence), direction: 'undetermined' };
    }),
  ];
}

type Duties = readonly Duty[] | undefined;

/** Duties, remedies or consequences added, removed and changed; with one more, more is asked. */
function dutyChanges(
  texts: Catalogue,
  label: Label,
  [before = [], after = []]: readonly [Duties, Duties],
): readonly Change[] {
  const { comparison, phrases } = texts;
  const text = (of: Rule): string => phrases.sentence(ruleStatement(texts, of, 'Duty'));
  const told = (sentence: string, direction: Direction): Change => ({
    passage: passage(sentence),
    direction,
  });
  const { pairs, removed, added } = match<Duty>(before, after, RULE_LIKENESSES);
  return [
    ...removed.map((each) => told(comparison.removed(text(each)), 'wider')),
    ...added.map((each) => told(comparison.added(text(each)), 'narrower')),
    ...pairs
      .filter(([was, is]) => textWithoutUid(was) !== textWithoutUid(is))
      .map(([was, is]): Change => {
        const parts = ruleChanges(texts, ['Duty', was, is]).map((each) => each.passage);
        const sentence = comparison.within(comparison.labels[label], text(is));
        return { passage: passage(sentence, parts), direction: 'undetermined' };
      }),
  ];
}

/** All kinds of duties that a rule may have; each kind of rule has some of them. */
type Bound = Pick<Permission, 'duty'> & Pick<Prohibition, 'remedy'> & Pick<Duty, 'consequence'>;

/** Everything in which two rules differ. A permission that covers less permits less; of all others, the opposite. */
export function ruleChanges(texts: Catalogue, pair: RulePair): readonly Change[] {
  const [mode, before, after] = pair;
  const was: Bound = before;
  const is: Bound = after;
  const scope = scopeChanges(texts, pair);
  const turned = scope.map((each) => ({ ...each, direction: opposite(each.direction) }));
  return [
    ...(mode === 'Permission' ? scope : turned),
    ...functionChanges(texts, pair),
    ...dutyChanges(texts, 'duty', [was.duty, is.duty]),
    ...dutyChanges(texts, 'remedy', [was.remedy, is.remedy]),
    ...dutyChanges(texts, 'consequence', [was.consequence, is.consequence]),
  ];
}
