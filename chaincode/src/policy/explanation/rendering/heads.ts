import { FUNCTIONS, isLogical, type Constraint, type Rule, type Subject } from '../../../model/odrl/index.js';
import { isTiming } from '../../duties/index.js';
import { pointed } from '../../pointing.js';
import {
  conditionOf,
  conditions,
  numberedConditions,
  type PlacedConstraint,
  type Setting,
} from './constraints.js';
import { passage, type Passage } from './passage.js';
import type { RuleMode } from '../wording/phrases.js';
import { actText, partyText } from './subjects.js';
import type { Catalogue, FunctionName } from '../wording/texts.js';

const settingOf = (mode: RuleMode): Setting => (mode === 'Duty' ? 'duty' : 'use');

/** The statement of a rule without its conditions: "party “acme” may read “press-7”". */
export const ruleStatement = (texts: Catalogue, { assignee, action, target }: Rule, mode: RuleMode): string =>
  texts.phrases.rule(mode, assignee && partyText(texts, assignee), actText(texts, action, target));

/** When a duty is to be done is part of the duty, and no condition of it. */
const isManner = (mode: RuleMode, [, constraint]: PlacedConstraint): boolean =>
  mode === 'Duty' && isTiming(constraint);

/** A rule with its conditions: in one sentence where one suffices, else as a list under it. */
export function headOf(texts: Catalogue, rule: Rule, mode: RuleMode, pointer: string): Passage {
  const { phrases } = texts;
  const statement = ruleStatement(texts, rule, mode);
  const held = pointed(rule.constraint, `${pointer}/constraint`).filter((each) => !isManner(mode, each));
  const [only] = held;
  if (only === undefined) return passage(phrases.sentence(statement));
  if (held.length > 1) {
    const parts = numberedConditions(texts, held, settingOf(mode));
    return passage(phrases.introduction(phrases.providedAll(statement)), parts);
  }
  const [at, constraint] = only;
  const { text, parts } = conditionOf(texts, constraint, at, settingOf(mode));
  const provided = phrases.provided(statement, text);
  return passage(isLogical(constraint) ? phrases.introduction(provided) : phrases.sentence(provided), parts);
}

/** How the action is meant, or the duty is to be done. */
function mannerOf(
  texts: Catalogue,
  { action, constraint }: Rule,
  mode: RuleMode,
  pointer: string,
): readonly Passage[] {
  const list = [
    ...pointed(action?.refinement, `${pointer}/action/refinement`),
    ...pointed(constraint, `${pointer}/constraint`).filter((each) => isManner(mode, each)),
  ];
  if (list.length === 0) return [];
  return [
    passage(
      texts.phrases.manner(mode),
      numberedConditions(texts, list, settingOf(mode)),
      `${pointer}/action`,
    ),
  ];
}

/** What refines data or a party, under a heading; nothing when it is not refined. */
const refined = (
  texts: Catalogue,
  heading: string,
  refinement: readonly Constraint[] | undefined,
  pointer: string,
): readonly Passage[] =>
  refinement === undefined
    ? []
    : [passage(heading, conditions(texts, refinement, `${pointer}/refinement`, 'use'), pointer)];

/** A party in a function of its own, with what refines it. */
const partyPassage = (texts: Catalogue, name: FunctionName, party: Subject, pointer: string): Passage =>
  passage(
    texts.phrases.named(texts.functions[name], partyText(texts, party)),
    refined(texts, texts.phrases.conditionsOfParty, party.refinement, pointer),
    pointer,
  );

/** What refines a rule, and the parties in it besides the one that it applies to. */
export function detailsOf(texts: Catalogue, rule: Rule, mode: RuleMode, pointer: string): readonly Passage[] {
  const { target, assignee, assigner } = rule;
  const { conditionsOfData, conditionsOfParty } = texts.phrases;
  return [
    ...mannerOf(texts, rule, mode, pointer),
    ...refined(texts, conditionsOfData, target?.refinement, `${pointer}/target`),
    ...refined(texts, conditionsOfParty, assignee?.refinement, `${pointer}/assignee`),
    ...(assigner ? [partyPassage(texts, 'assigner', assigner, `${pointer}/assigner`)] : []),
    ...FUNCTIONS.flatMap((name) =>
      (rule[name] ?? []).map((each, at) =>
        partyPassage(texts, name, each, `${pointer}/${name}/${String(at)}`),
      ),
    ),
  ];
}
