import type { odrl } from '../../model/index.js';
import { ACTION_EQUIVALENTS, contracted } from '../vocabulary/index.js';
import { constraintsAt } from './constraint.js';
import { nameAt, termAt } from './names.js';
import { nodeAt, shape, typesIn, uidIn, type Node, type Shape } from './node.js';
import { itemsAt, membersOf, oneAt, type Place } from './place.js';

const PART_OF = {
  partOf: 'who or what belongs to a collection is for the ledger to know, not for a policy to say',
};
const PARTY = shape('a party', ['uid', '@type', 'source', 'refinement'], PART_OF);
const PARTIES: ReadonlySet<string> = new Set(
  [
    'Party',
    'PartyCollection',
    'vcard:Group',
    'vcard:Individual',
    'vcard:Organization',
    'foaf:Agent',
    'foaf:Group',
    'foaf:Organization',
    'foaf:Person',
  ].map(contracted),
);
const ASSET = shape('an asset', ['uid', '@type', 'source', 'refinement'], {
  ...PART_OF,
  hasPolicy: 'an asset does not say which policy it has',
});
const ASSETS: ReadonlySet<string> = new Set(['Asset', 'AssetCollection', 'dcat:Dataset'].map(contracted));

export const partyAt = (place: Place): odrl.Subject | null => subjectAt(place, PARTY, PARTIES);
export const assetAt = (place: Place): odrl.Subject | null => subjectAt(place, ASSET, ASSETS);

function subjectAt(place: Place, of: Shape, types: ReadonlySet<string>): odrl.Subject | null {
  if (membersOf(place.value) === undefined || isLiteral(place)) {
    const uid = nameAt(place);
    return uid === null ? null : { uid };
  }
  const node = nodeAt(place, of);
  if (node === null) return null;
  typesIn(node, types);
  const uid = uidIn(node);
  const source = optionalIn(node, 'source', nameAt);
  const refinement = refinementIn(node);
  const subject = {
    ...(uid !== undefined && { uid }),
    ...(typeof source === 'string' && { source }),
    ...(refinement && { refinement }),
  };
  return Object.keys(subject).length > 0
    ? subject
    : place.refuse(`must name ${of.what}, a source or a refinement`);
}

const isLiteral = ({ value }: Place): boolean => '@value' in (membersOf(value) ?? {});

function optionalIn<T>(node: Node, key: string, read: (place: Place) => T | null): T | null | undefined {
  const place = node.get(key);
  const one = place && oneAt(place);
  return one && read(one);
}

/** A refinement of nothing narrows nothing, and was meant to narrow something. */
function refinementIn(node: Node): odrl.Constraint[] | null | undefined {
  const place = node.get('refinement');
  if (place === undefined) return undefined;
  return itemsAt(place).length === 0 ? place.refuse('must not be empty') : constraintsAt(place, 30);
}

const ACTION = shape('an action', ['uid', '@type', 'rdf:value', 'name', 'refinement'], {
  includedIn: 'the actions that include others are those of the vocabulary',
  implies: 'what an action implies is in the vocabulary',
});
const ACTION_TYPES: ReadonlySet<string> = new Set(['Action']);
const NAMED_BY = ['uid', 'rdf:value', 'name'] as const;

/** `print`, `{"rdf:value": {"@id": "odrl:print"}, "refinement": ...}`, or as it is kept: `{"name": "print"}`. */
export function actionAt(place: Place): odrl.Action | null {
  if (membersOf(place.value) === undefined || isLiteral(place)) {
    const name = termAt(place, ACTION_EQUIVALENTS);
    return name === null ? null : { name };
  }
  const node = nodeAt(place, ACTION);
  if (node === null) return null;
  typesIn(node, ACTION_TYPES);
  const refinement = refinementIn(node);
  const [key, ...others] = NAMED_BY.filter((candidate) => node.has(candidate));
  if (key === undefined || others.length > 0) return place.refuse('must name one action');
  const name = optionalIn(node, key, (one) => termAt(one, ACTION_EQUIVALENTS));
  return typeof name === 'string' ? { name, ...(refinement && { refinement }) } : null;
}
