import { odrl, type Json, type Policy } from '../../../model/index.js';
import { PREFIXES } from '../vocabulary/index.js';

const CONTEXT = 'http://www.w3.org/ns/odrl.jsonld';

type Members = Readonly<Record<string, Json>>;

/**
 * A canonical policy as others read it: compact JSON-LD with the context of the W3C. The prefixes used that this
 * context does not have are declared with it. Reading it again gives the policy.
 */
export function writePolicy(policy: Policy): Json {
  const { permission, prohibition, obligation, ...head } = policy;
  const body: Members = {
    ...(head as Members),
    ...(permission && { permission: permission.map(ruleOf) }),
    ...(prohibition && { prohibition: prohibition.map(ruleOf) }),
    ...(obligation && { obligation: obligation.map(ruleOf) }),
  };
  return { '@context': contextOf(body), ...body };
}

/** Prefixes that the context of the W3C has. */
const KNOWN_THERE: ReadonlySet<string> = new Set(['odrl', 'rdf', 'xsd', 'cc', 'skos', 'vcard', 'dct']);

function contextOf(body: Json): Json {
  const names = new Set(namesIn(body));
  const prefixes = Object.entries(PREFIXES).filter(
    ([prefix]) => !KNOWN_THERE.has(prefix) && [...names].some((name) => name.startsWith(`${prefix}:`)),
  );
  return prefixes.length === 0 ? CONTEXT : [CONTEXT, Object.fromEntries(prefixes)];
}

function namesIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value as Members).flatMap(namesIn) : [];
}

/** Rules differ from canonical form in their action only: with a refinement, it is a node of its own. */
function ruleOf({ action, ...rule }: odrl.Rule): Json {
  const { duty, consequence, remedy, ...others } = rule as odrl.Permission & odrl.Duty & odrl.Prohibition;
  return {
    ...(others as Members),
    ...(action && { action: actionOf(action) }),
    ...(duty && { duty: duty.map(ruleOf) }),
    ...(consequence && { consequence: consequence.map(ruleOf) }),
    ...(remedy && { remedy: remedy.map(ruleOf) }),
  };
}

function actionOf({ name, refinement }: odrl.Action): Json {
  return refinement
    ? { 'rdf:value': { '@id': nameOf(name) }, refinement: refinement as unknown as Json }
    : name;
}

/** `@id` is not expanded by the context's terms, so a bare one needs its prefix. */
const nameOf = (name: string): string => (name.includes(':') ? name : `odrl:${name}`);
