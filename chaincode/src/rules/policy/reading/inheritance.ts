import { encode, odrl, type Json, type Policy } from '../../../model/index.js';
import { nameAt } from './names.js';
import { keyOf } from './node.js';
import { everyAt, itemsAt, membersOf, Place, someAt } from './place.js';
import type { Parts } from './rule.js';

/** Policies a document inherits from, in the order stated; who reads it has to get these first. */
export function inheritanceOf(document: Json): readonly string[] {
  const members = membersOf(document) ?? {};
  const stated = Object.keys(members)
    .sort()
    .filter((key) => keyOf(key) === 'inheritFrom')
    .flatMap((key) => itemsAt(Place.root(document).at(key, members[key] ?? null)));
  return [...new Set(stated.map((item) => nameAt(item)).filter((name) => name !== null))];
}

/** A policy inherited from, and where the document names it. */
export interface Parent {
  readonly place: Place;
  readonly policy: Policy;
}

/** The parents of a policy. Their own parents are written out in them, so the only circle left is a policy itself. */
export function parentsAt(
  place: Place,
  uid: string | undefined,
  inherited: ReadonlyMap<string, Policy>,
): readonly Parent[] {
  const items = someAt(place, 10) ?? [];
  return everyAt(items, (item) => parentAt(item, uid, inherited)) ?? [];
}

function parentAt(
  place: Place,
  uid: string | undefined,
  inherited: ReadonlyMap<string, Policy>,
): Parent | null {
  const name = nameAt(place);
  if (name === null) return null;
  const policy = inherited.get(name);
  if (policy === undefined) return place.refuse('is not a policy that is known here, and none is fetched');
  if (name === uid || (uid !== undefined && policy.uid === uid))
    return place.refuse('must not inherit from itself');
  return { place, policy };
}

export const PROPERTIES = ['permission', 'prohibition', 'obligation'] as const;

const OPEN = ['action', 'target', 'assigner', 'assignee'] as const;

const rulesOf = ({ policy }: Parent): readonly odrl.Rule[] => PROPERTIES.flatMap((key) => policy[key] ?? []);

/**
 * The rules of a parent with what the child says for all of its rules (ODRL 2.2, section 2.9). Where the parent's rule
 * says something else, ODRL would make two rules of it, and the child could allow what its parent does not: refused.
 */
export function rulesFrom(parent: Parent, shared: Parts): Pick<Policy, (typeof PROPERTIES)[number]> {
  for (const key of OPEN) {
    if (rulesOf(parent).some((rule) => isOther(rule[key], shared.get(key))))
      parent.place.refuse(`has a rule with another ${key} than the policy`);
  }
  const own = Object.fromEntries(
    [...shared].map(([key, values]) => [key, isSingle(key) ? values[0] : values]),
  );
  return Object.fromEntries(
    PROPERTIES.flatMap((key) => {
      const rules = parent.policy[key];
      return rules === undefined ? [] : [[key, rules.map((rule) => ({ ...own, ...rule }))]];
    }),
  );
}

type Part = odrl.Subject | odrl.Action;

const isSingle = (key: string): boolean => OPEN.some((each) => each === key);

const isOther = (stated: Part | undefined, shared: readonly Part[] | undefined): boolean =>
  shared !== undefined &&
  (shared.length > 1 || (stated !== undefined && encode(stated) !== encode(shared[0])));

/**
 * What a parent says for all of its rules holds for those of the child, too, and is written out in a parent that is
 * read: a rule of the child that leaves it open would be wider than was meant.
 */
export function checkOpen(place: Place, rules: readonly odrl.Rule[], parents: readonly Parent[]): void {
  for (const key of OPEN) {
    const isSaid = parents.some((parent) => rulesOf(parent).some((rule) => rule[key] !== undefined));
    if (isSaid && rules.some((rule) => rule[key] === undefined))
      place.refuse(`must say ${key} in each rule, as the policy does that it inherits from`);
  }
}

/** Conflict strategies and profiles are those of the parents, too (section 2.9). */
export const profilesOf = (parents: readonly Parent[]): readonly string[] =>
  parents.flatMap(({ policy }) => policy.profile ?? []);
