import type { Constraint, Policy, Rule, Subject } from '../../model/odrl/index.js';
import { pointed } from '../pointing.js';
import { includes } from '../vocabulary/index.js';
import type { Effort } from './effort.js';
import { proves } from './proof.js';

type Permission = NonNullable<Policy['permission']>[number];
type Prohibition = NonNullable<Policy['prohibition']>[number];

/** A rule that is about attempts: a permission or a prohibition. */
export type UsageRule = Permission | Prohibition;

/** True when every attempt that the narrow rule is about is one that the wide rule is about. */
export const covers = (wide: UsageRule, narrow: UsageRule, effort: Effort): boolean =>
  coversAction(wide, narrow, effort) &&
  coversSubject(wide.target, narrow.target, effort) &&
  coversSubject(wide.assignee, narrow.assignee, effort) &&
  proves(narrow.constraint, wide.constraint, effort);

function coversAction({ action: wide }: UsageRule, { action: narrow }: UsageRule, effort: Effort): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined || !includes(wide.name, narrow.name)) return false;
  return proves(narrow.refinement, wide.refinement, effort);
}

/** Members of collections are known to the state of the world only, so names cover nothing but themselves. */
function coversSubject(wide: Subject | undefined, narrow: Subject | undefined, effort: Effort): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  const isNamed = wide.uid !== undefined || wide.source !== undefined;
  const isSame = wide.uid === narrow.uid && wide.source === narrow.source;
  return (!isNamed || isSame) && proves(narrow.refinement, wide.refinement, effort);
}

/** All conditions of a rule, wherever they stand, with their place within it. */
export const conditionsOf = (rule: Rule): readonly (readonly [string, Constraint])[] => [
  ...pointed(rule.target?.refinement, '/target/refinement'),
  ...pointed(rule.assignee?.refinement, '/assignee/refinement'),
  ...pointed(rule.action?.refinement, '/action/refinement'),
  ...pointed(rule.constraint, '/constraint'),
];
