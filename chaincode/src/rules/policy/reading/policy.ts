import { odrl, type Json, type Policy } from '../../../model/index.js';
import type { PolicyProblem } from '../problem.js';
import { checkContext } from './context.js';
import { checkOpen, parentsAt, profilesOf, PROPERTIES, rulesFrom, type Parent } from './inheritance.js';
import { contracted, iriAt, nameAt } from './names.js';
import { nodeAt, shape, typesIn, uidIn, type Node } from './node.js';
import { everyAt, itemsAt, oneAt, Place, someAt } from './place.js';
import { CONSTRAINTS, constraintsIn } from './size.js';
import { obligationsAt, partsIn, permissionsAt, prohibitionsAt, SHARED, type Parts } from './rule.js';

const SHAPE = shape(
  'a policy',
  [
    '@context',
    'uid',
    '@type',
    'profile',
    'conflict',
    'inheritFrom',
    contracted('dspace:timestamp'),
    'timestamp',
    ...SHARED,
    ...PROPERTIES,
  ],
  {
    'dct:isReplacedBy': 'the policy is void: read the one that replaces it',
    isReplacedBy: 'the policy is void: read the one that replaces it',
    'dct:coverage': 'must be a constraint on spatial: a policy is judged everywhere',
    'ids:contractStart': 'must be a constraint on dateTime',
    'ids:contractEnd': 'must be a constraint on dateTime',
    inheritAllowed: 'is not part of ODRL 2.2 any more',
    '@graph': 'must be one policy',
  },
);

const TYPES: ReadonlyMap<string, Policy['@type']> = new Map([
  ['Policy', 'Set'],
  ['Set', 'Set'],
  ['Offer', 'Offer'],
  ['Agreement', 'Agreement'],
  ['Request', 'Request'],
  ['ids:ContractOffer', 'Offer'],
  ['ids:ContractAgreement', 'Agreement'],
  ['ids:ContractRequest', 'Request'],
]);
const TYPES_REFUSED: ReadonlyMap<string, string> = new Map([
  ['Ticket', 'whoever holds a ticket may use it: the ledger grants to participants that it knows'],
  ['Assertion', 'an assertion grants nothing'],
  ['Privacy', 'personal data need a legal basis, which a grant states in its own place'],
]);

export type Reading = { readonly policy: Policy } | { readonly problems: readonly PolicyProblem[] };

/**
 * Reads a policy written in JSON-LD (ODRL 2.2 as of the W3C context, of the Dataspace Protocol or of IDS-G) into
 * canonical form, which is read, too. Everything that is not understood is a problem, with its place in the document.
 * `inherited`: the policies that it inherits from, in canonical form, by the name it uses.
 */
export function readPolicy(document: Json, inherited: ReadonlyMap<string, Policy> = new Map()): Reading {
  const place = Place.root(document);
  const policy = policyAt(place, inherited);
  if (place.problems.length > 0 || policy === null) return { problems: place.problems };
  if (constraintsIn(policy) > CONSTRAINTS)
    return { problems: [{ pointer: '', reason: `has more than ${CONSTRAINTS} constraints` }] };
  const checked = odrl.policy.safeParse(policy);
  if (checked.success) return { policy: checked.data };
  const [issue] = checked.error.issues;
  return { problems: [{ pointer: '', reason: `${issue?.path.join('/') ?? ''}: ${issue?.message ?? ''}` }] };
}

function policyAt(place: Place, inherited: ReadonlyMap<string, Policy>): Policy | null {
  const node = nodeAt(place, SHAPE);
  if (node === null) return null;
  const context = node.get('@context');
  if (context) checkContext(context);
  const uid = uidIn(node);
  const from = node.get('inheritFrom');
  const parents = from ? parentsAt(from, uid, inherited) : [];
  const rules = rulesIn(place, node, parents);
  const profile = profileIn(node, parents);
  const conflict = conflictIn(place, node, parents);
  const type = typeIn(place, node);
  if (type === null || conflict === null) return null;
  return {
    '@type': type,
    ...(uid !== undefined && { uid }),
    ...(profile.length > 0 && { profile }),
    conflict,
    ...rules,
  };
}

function typeIn(place: Place, node: Node): Policy['@type'] | null {
  const stated = typesIn(node, new Set([...TYPES.keys(), ...TYPES_REFUSED.keys()]));
  for (const type of stated) {
    const reason = TYPES_REFUSED.get(type);
    if (reason !== undefined) return (node.get('@type') ?? place).refuse(reason);
  }
  // `Policy` says nothing that another class does not say, too.
  const types = new Set(stated.filter((type) => type !== 'Policy').map((type) => TYPES.get(type)));
  const [type = 'Set', ...others] = types;
  return others.length === 0 ? type : place.refuse('must be of one type');
}

/** Rules of the parents first, then the policy's own. */
function rulesIn(
  place: Place,
  node: Node,
  parents: readonly Parent[],
): Pick<Policy, (typeof PROPERTIES)[number]> {
  const shared = partsIn(node);
  const own = ownRules(node, shared);
  checkOpen(
    place,
    PROPERTIES.flatMap((key): readonly odrl.Rule[] => own[key] ?? []),
    parents,
  );
  const all = [...parents.map((parent) => rulesFrom(parent, shared)), own];
  const merged = PROPERTIES.flatMap((key) => {
    const rules = all.flatMap((each) => each[key] ?? []);
    return rules.length === 0 ? [] : [[key, rules] as const];
  });
  if (!node.has('inheritFrom') && PROPERTIES.every((key) => isEmpty(node.get(key))))
    place.refuse('must have a permission, a prohibition or an obligation');
  return Object.fromEntries(merged);
}

const isEmpty = (rules: Place | undefined): boolean => rules === undefined || itemsAt(rules).length === 0;

function ownRules(node: Node, shared: Parts): Pick<Policy, (typeof PROPERTIES)[number]> {
  const permission = node.get('permission');
  const prohibition = node.get('prohibition');
  const obligation = node.get('obligation');
  return {
    ...(permission && { permission: permissionsAt(permission, shared) }),
    ...(prohibition && { prohibition: prohibitionsAt(prohibition, shared) }),
    ...(obligation && { obligation: obligationsAt(obligation, shared) }),
  };
}

/** Profiles, as a set in order. */
function profileIn(node: Node, parents: readonly Parent[]): string[] {
  const place = node.get('profile');
  const items = place && someAt(place, 10);
  const own = (items && everyAt(items, iriAt)) ?? [];
  return [...new Set([...own, ...profilesOf(parents)])].sort();
}

/** The strategy stated, or that of the parents; two of them make a policy void (ODRL 2.2, section 2.10). */
function conflictIn(policy: Place, node: Node, parents: readonly Parent[]): Policy['conflict'] | null {
  const place = node.get('conflict');
  const own = place === undefined ? [] : itemsAt(place).map(strategyAt);
  const stated = new Set([...own, ...parents.map(({ policy }) => policy.conflict)]);
  const [strategy = 'invalid', ...others] = stated;
  if (others.length === 0) return strategy;
  return (place ?? node.get('inheritFrom') ?? policy).refuse(
    'two different conflict strategies make a policy void',
  );
}

function strategyAt(place: Place): Policy['conflict'] | null {
  const one = oneAt(place);
  const name = one && nameAt(one);
  return name === null
    ? null
    : (odrl.CONFLICTS.find((strategy) => strategy === name) ??
        place.refuse(`must be one of ${odrl.CONFLICTS.join(', ')}`));
}
