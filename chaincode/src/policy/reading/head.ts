import { odrl, type Policy } from '../../model/index.js';
import type { Parent } from './inheritance.js';
import { iriAt, nameAt } from './names.js';
import { typesIn, type Node } from './node.js';
import { everyAt, itemsAt, oneAt, someAt, type Place } from './place.js';

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

/** Class of a policy; ODRL takes one that says none for a Set (section 2.1.1). */
export function typeIn(place: Place, node: Node): Policy['@type'] | null {
  const stated = typesIn(node, new Set(TYPES.keys()), TYPES_REFUSED);
  // `Policy` says nothing that another class does not say, too.
  const types = new Set(stated.filter((type) => type !== 'Policy').map((type) => TYPES.get(type)));
  const [type = 'Set', ...others] = types;
  return others.length === 0 ? type : place.refuse('must be of one type');
}

/** Profiles of a policy and of its parents, as a set in order. */
export function profileIn(node: Node, parents: readonly Parent[]): string[] {
  const place = node.get('profile');
  const items = place && someAt(place, 10);
  const own = (items && everyAt(items, iriAt)) ?? [];
  return [...new Set([...own, ...parents.flatMap(({ policy }) => policy.profile ?? [])])].sort();
}

/** The strategy stated, or that of the parents; two of them make a policy void (ODRL 2.2, section 2.10). */
export function conflictIn(policy: Place, node: Node, parents: readonly Parent[]): Policy['conflict'] | null {
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
