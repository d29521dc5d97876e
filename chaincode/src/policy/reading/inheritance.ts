import { encode, type Json, type odrl, type Policy } from '../../model/index.js';
import { nameAt } from './names.js';
import { keyOf } from './node.js';
import { everyAt, itemsAt, membersOf, Place, someAt } from './place.js';
import { constraintsIn } from './size.js';
import { MULTIPLYING, writtenOut, type Parts, type Rules } from './rule.js';

/** Policies that one may inherit from: each is a record to read, as large as a policy can be. */
export const PARENTS = 4;
/** Rules of one kind that all of them may have together, which is what a policy may have, and constraints that the ledger admits. */
const INHERITED = { rules: 50, constraints: 600 };

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
  const items = someAt(place, PARENTS) ?? [];
  const parents = everyAt(items, (item) => parentAt(item, uid, inherited)) ?? [];
  if (areFew(parents)) return parents;
  place.refuse('inherits more rules or constraints than a policy may have');
  return [];
}

/** Looked at before anything is written out. */
function areFew(parents: readonly Parent[]): boolean {
  const constraints = parents.reduce((total, { policy }) => total + constraintsIn(policy), 0);
  return (
    constraints <= INHERITED.constraints &&
    (['permission', 'prohibition', 'obligation'] as const).every(
      (kind) =>
        parents.reduce((total, { policy }) => total + (policy[kind]?.length ?? 0), 0) <= INHERITED.rules,
    )
  );
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
  if (uid !== undefined && (name === uid || policy.uid === uid))
    return place.refuse('must not inherit from itself');
  return { place, policy };
}

/**
 * The rules of a parent with what the child says for all of its rules (ODRL 2.2, section 2.9). Where the parent's rule
 * says something else, ODRL would make two rules of it, and the child could allow what its parent does not: refused.
 */
export function rulesFrom({ place, policy }: Parent, shared: Parts): Rules {
  const { permission, prohibition, obligation } = policy;
  const adopted = <T extends odrl.Rule>(rules: readonly T[]): T[] =>
    rules.flatMap((rule) => writtenOut(rule, sharedWith(place, rule, shared)));
  return {
    ...(permission && { permission: adopted(permission) }),
    ...(prohibition && { prohibition: adopted(prohibition) }),
    ...(obligation && { obligation: adopted(obligation) }),
  };
}

/** What a rule takes over: that which it does not say itself. */
function sharedWith(place: Place, rule: odrl.Rule, shared: Parts): Parts {
  const stated = new Map(Object.entries(rule));
  return new Map(
    [...shared].filter(([key, values]) => {
      const own = stated.get(key);
      const isOther = own !== undefined && encode([own].flat()) !== encode(values);
      if (isOther) place.refuse(`has a rule with another ${key} than the policy`);
      return own === undefined;
    }),
  );
}

/**
 * What a parent says for all of its rules holds for those of the child, too, and is written out in a parent that is
 * read: a rule of the child that leaves it open would be wider than was meant.
 */
export function checkOpen(place: Place, rules: readonly odrl.Rule[], parents: readonly Parent[]): void {
  const inherited = parents.flatMap(({ policy }) => rulesOf(policy));
  for (const key of MULTIPLYING) {
    const isOpen = rules.some((rule) => rule[key] === undefined);
    if (isOpen && inherited.some((rule) => rule[key] !== undefined))
      place.refuse(`must say ${key} in each rule, as the policy does that it inherits from`);
  }
}

export const rulesOf = ({ permission, prohibition, obligation }: Rules): readonly odrl.Rule[] => [
  ...(permission ?? []),
  ...(prohibition ?? []),
  ...(obligation ?? []),
];
