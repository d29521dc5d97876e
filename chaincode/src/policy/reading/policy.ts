import { odrl, type Json, type Policy } from '../../model/index.js';
import type { PolicyProblem } from '../problem.js';
import { contracted } from '../vocabulary/index.js';
import { checkContext } from './context.js';
import { conflictIn, profileIn, typeIn } from './head.js';
import { checkOpen, parentsAt, rulesFrom, rulesOf, type Parent } from './inheritance.js';
import { nodeAt, shape, uidIn, type Node } from './node.js';
import { itemsAt, Place } from './place.js';
import { partsIn, rulesIn, SHARED, type Rules } from './rule.js';
import { CONSTRAINTS, constraintsIn } from './size.js';

const SHAPE = shape(
  'a policy',
  [
    '@context',
    'uid',
    '@type',
    'profile',
    'conflict',
    'inheritFrom',
    // When an agreement was made is said by the ledger.
    contracted('dspace:timestamp'),
    'timestamp',
    ...SHARED,
    'permission',
    'prohibition',
    'obligation',
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
  // What is read is canonical; were it not, it is refused here and not by whoever relies on it.
  if (checked.success) return { policy: checked.data };
  return { problems: [{ pointer: '', reason: checked.error.message }] };
}

function policyAt(place: Place, inherited: ReadonlyMap<string, Policy>): Policy | null {
  const node = nodeAt(place, SHAPE);
  if (node === null) return null;
  const context = node.get('@context');
  if (context) checkContext(context);
  const uid = uidIn(node);
  const from = node.get('inheritFrom');
  const parents = from ? parentsAt(from, uid, inherited) : [];
  if (!RULES.some((key) => isStated(node.get(key))))
    place.refuse('must have a permission, a prohibition or an obligation');
  const rules = some(allRulesIn(place, node, parents));
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

/** Rules of the parents first, then the policy's own. */
function allRulesIn(place: Place, node: Node, parents: readonly Parent[]): Rules {
  const shared = partsIn(node);
  const own = rulesIn(node, shared);
  if (parents.length === 0) return own;
  checkOpen(place, rulesOf(own), parents);
  return [...parents.map((parent) => rulesFrom(parent, shared)), own].reduce(joined);
}

function joined(first: Rules, second: Rules): Rules {
  const permission = [...(first.permission ?? []), ...(second.permission ?? [])];
  const prohibition = [...(first.prohibition ?? []), ...(second.prohibition ?? [])];
  const obligation = [...(first.obligation ?? []), ...(second.obligation ?? [])];
  return { permission, prohibition, obligation };
}

/** Rules of a policy without the lists that are empty. */
const some = ({ permission = [], prohibition = [], obligation = [] }: Rules): Rules => ({
  ...(permission.length > 0 && { permission }),
  ...(prohibition.length > 0 && { prohibition }),
  ...(obligation.length > 0 && { obligation }),
});

/** Properties of which a policy must have one. */
const RULES = ['permission', 'prohibition', 'obligation', 'inheritFrom'];

const isStated = (place: Place | undefined): boolean => place !== undefined && itemsAt(place).length > 0;
