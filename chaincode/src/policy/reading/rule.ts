import { encode, odrl, type Policy } from '../../model/index.js';
import { constraintsAt } from './constraint.js';
import { nodeAt, shape, typesIn, uidIn, type Node, type Shape } from './node.js';
import { everyAt, itemsAt, someAt, type Place } from './place.js';
import { actionAt, assetAt, partyAt } from './subjects.js';

/** Properties that make several atomic rules of one, in the order of the loops (ODRL 2.2, section 2.7). */
export const MULTIPLYING = ['assigner', 'assignee', 'target', 'action'] as const;
/** Properties that a policy may state for all of its rules (section 2.7.1). */
export const SHARED: readonly string[] = [...MULTIPLYING, ...odrl.FUNCTIONS];

type Values = readonly (odrl.Action | odrl.Subject)[];
/** Values of the properties that have several: actions, assets and parties. */
export type Parts = ReadonlyMap<string, Values>;

interface Kind {
  readonly shape: Shape;
  readonly types: ReadonlySet<string>;
  /** Property that holds further rules, their kind, and how many there may be. */
  readonly holds?: { readonly key: string; readonly kind: Kind; readonly max: number };
}

const REFUSED = {
  output: 'the ledger does not follow assets that a duty makes',
  relation: 'must be target: no other relation to an asset is judged',
  function: 'must be the function itself, as assignee',
  failure: 'must be consequence or remedy',
  hasPolicy:
    'a policy that another must be offered under is not written here: a sub-grant must be no weaker than its grant',
};

function kind(what: string, types: readonly string[], holds?: Kind['holds']): Kind {
  const keys = ['uid', '@type', 'constraint', ...SHARED, ...(holds ? [holds.key] : [])];
  return { shape: shape(what, keys, REFUSED), types: new Set(types), ...(holds && { holds }) };
}

const CONSEQUENCE = kind('a consequence or remedy', ['Duty', 'ids:Duty']);
const DUTY = kind('a duty', ['Duty', 'ids:Duty'], { key: 'consequence', kind: CONSEQUENCE, max: 10 });
const PERMISSION = kind('a permission', ['Permission', 'ids:Permission'], {
  key: 'duty',
  kind: DUTY,
  max: 20,
});
const PROHIBITION = kind('a prohibition', ['Prohibition', 'ids:Prohibition'], {
  key: 'remedy',
  kind: CONSEQUENCE,
  max: 10,
});

const none: Parts = new Map();

export type Rules = Pick<Policy, 'permission' | 'prohibition' | 'obligation'>;

/** The rules that a document states itself. */
export function rulesIn(node: Node, shared: Parts): Rules {
  const permission = node.get('permission');
  const prohibition = node.get('prohibition');
  const obligation = node.get('obligation');
  return {
    ...(permission && { permission: rulesAt(permission, PERMISSION, shared, 50) }),
    ...(prohibition && { prohibition: rulesAt(prohibition, PROHIBITION, shared, 50) }),
    ...(obligation && { obligation: rulesAt(obligation, DUTY, shared, 20) }),
  };
}

/** Atomic rules; those of EDC's policies that have none are written as empty lists. */
function rulesAt(place: Place, of: Kind, shared: Parts, max: number): odrl.Rule[] {
  const items = itemsAt(place);
  if (items.length > max) place.refuse(`must not be more than ${max}`);
  const rules = items.slice(0, max).flatMap((item) => ruleAt(item, of, shared, max));
  if (items.length <= max && rules.length > max)
    place.refuse(`must not be more than ${max} when written out one by one`);
  return rules;
}

function ruleAt(place: Place, of: Kind, shared: Parts, max: number): readonly odrl.Rule[] {
  const node = nodeAt(place, of.shape);
  if (node === null) return [];
  typesIn(node, of.types);
  const uid = uidIn(node);
  const rule = { ...(uid !== undefined && { uid }), ...bodyIn(node, of) };
  const parts = partsIn(node, shared);
  const size = sizeOf(parts);
  if (size <= max) return writtenOut(rule, parts);
  place.refuse(`makes ${size} rules, and ${max} are too many`);
  return [];
}

/** What all atomic rules made of one have in common: constraints, and rules that it holds. */
function bodyIn(node: Node, { holds }: Kind): odrl.Rule {
  const constraints = node.get('constraint');
  const constraint = constraints && constraintsAt(constraints, 400);
  const held = holds && node.get(holds.key);
  const rules = held ? rulesAt(held, holds.kind, none, holds.max) : [];
  return { ...(constraint && { constraint }), ...(holds && rules.length > 0 && { [holds.key]: rules }) };
}

const sizeOf = (parts: Parts): number =>
  MULTIPLYING.reduce((product, key) => product * (parts.get(key)?.length ?? 1), 1);

/** A rule with actions, assets and parties, one rule for each choice of them. */
export function writtenOut<T extends odrl.Rule>({ uid, ...rule }: T, parts: Parts): readonly T[] {
  const functions = odrl.FUNCTIONS.flatMap((key) => {
    const values = parts.get(key);
    return values ? [[key, values]] : [];
  });
  // One name for several rules would name none of them.
  const named = uid !== undefined && sizeOf(parts) === 1 && { uid };
  const first = { ...named, ...rule, ...Object.fromEntries(functions) } as T;
  return MULTIPLYING.reduce<readonly T[]>(
    (rules, key) => {
      const values = parts.get(key);
      return values ? rules.flatMap((each) => values.map((value) => ({ ...each, [key]: value }))) : rules;
    },
    [first],
  );
}

/** Actions, assets and parties of a rule, or of a policy for all of its rules. */
export function partsIn(node: Node, shared: Parts = none): Parts {
  const parts = new Map<string, Values>();
  for (const key of SHARED) {
    const place = node.get(key);
    const own = place && valuesAt(place, key);
    const inherited = shared.get(key);
    // ODRL adds the two up: a permission for one asset would be one for the other, too.
    if (own && inherited && encode(own) !== encode(inherited)) place.refuse(`the policy says another ${key}`);
    const values = own ?? inherited;
    if (values) parts.set(key, values);
  }
  return parts;
}

function valuesAt(place: Place, key: string): Values | null {
  const items = someAt(place, 20);
  const read = key === 'action' ? actionAt : key === 'target' ? assetAt : partyAt;
  const values = items && everyAt<odrl.Action | odrl.Subject>(items, read);
  return values && [...new Map(values.map((value) => [encode(value), value])).values()];
}
