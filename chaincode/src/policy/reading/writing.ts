import { odrl, type Json, type Policy } from '../../model/index.js';
import { OPERANDS, PREFIXES } from '../vocabulary/index.js';

const CONTEXT = 'http://www.w3.org/ns/odrl.jsonld';

type Members = Readonly<Record<string, Json>>;

/**
 * A canonical policy as others read it: compact JSON-LD with the context of the W3C. Prefixes that this context does not
 * have are declared with it. Reading it again gives the policy.
 */
export function writePolicy({ permission, prohibition, obligation, ...head }: Policy): Json {
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
  const names = textsIn(body);
  const prefixes = Object.entries(PREFIXES).filter(
    ([prefix]) => !KNOWN_THERE.has(prefix) && names.some((name) => name.startsWith(`${prefix}:`)),
  );
  return prefixes.length === 0 ? CONTEXT : [CONTEXT, Object.fromEntries(prefixes)];
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value as Members).flatMap(textsIn) : [];
}

/** Rules of all kinds, with what only some of them have. */
type AnyRule = odrl.Permission & odrl.Prohibition & odrl.Duty;

function ruleOf(rule: odrl.Rule): Json {
  const { uid, action, target, assigner, assignee, constraint, duty, consequence, remedy } = rule as AnyRule;
  return {
    ...(uid !== undefined && { uid }),
    ...(target && { target: subjectOf(target, 'AssetCollection') }),
    ...(assigner && { assigner: partyOf(assigner) }),
    ...(assignee && { assignee: partyOf(assignee) }),
    ...functionsOf(rule),
    ...(action && { action: actionOf(action) }),
    ...(constraint && { constraint: constraint.map(constraintOf) }),
    ...(duty && { duty: duty.map(ruleOf) }),
    ...(consequence && { consequence: consequence.map(ruleOf) }),
    ...(remedy && { remedy: remedy.map(ruleOf) }),
  };
}

const functionsOf = (rule: odrl.Rule): Members =>
  Object.fromEntries(
    odrl.FUNCTIONS.flatMap((key) => {
      const parties = rule[key];
      return parties ? [[key, parties.map(partyOf)]] : [];
    }),
  );

const partyOf = (party: odrl.Subject): Json => subjectOf(party, 'PartyCollection');

/** Only collections have a source or a refinement (ODRL 2.2, sections 2.5.5 and 2.5.6). */
function subjectOf({ uid, source, refinement }: odrl.Subject, collection: string): Json {
  if (uid !== undefined && source === undefined && refinement === undefined) return uid;
  return {
    '@type': collection,
    ...(uid !== undefined && { uid }),
    ...(source !== undefined && { source }),
    ...(refinement && { refinement: refinement.map(constraintOf) }),
  };
}

const actionOf = ({ name, refinement }: odrl.Action): Json =>
  refinement ? { 'rdf:value': referenceTo(name), refinement: refinement.map(constraintOf) } : name;

/** A reference by `@id` is resolved by prefix, not by the terms of the context, so a bare term of ODRL needs its prefix. */
const referenceTo = (name: string): Json => ({ '@id': name.includes(':') ? name : `odrl:${name}` });

function constraintOf(constraint: odrl.Constraint): Json {
  if (!odrl.isLogical(constraint)) return atomicOf(constraint);
  const [operand, parts] = odrl.operandOf(constraint);
  const written = parts.map(constraintOf);
  return {
    ...(constraint.uid !== undefined && { uid: constraint.uid }),
    // The only one of the four in which order matters.
    [operand]: operand === 'andSequence' ? { '@list': written } : written,
  };
}

function atomicOf({ uid, leftOperand, operator, rightOperand, unit }: odrl.AtomicConstraint): Json {
  const written = Array.isArray(rightOperand)
    ? rightOperand.map((each) => valueOf(leftOperand, each))
    : valueOf(leftOperand, rightOperand);
  return {
    ...(uid !== undefined && { uid }),
    leftOperand,
    operator,
    rightOperand: written,
    ...(unit !== undefined && { unit }),
  };
}

/** Names that are IRIs are written as references, so that others do not take them for text. */
function valueOf(leftOperand: string, value: odrl.Value): Json {
  if (typeof value !== 'string') return { ...value };
  const kind = OPERANDS.get(leftOperand)?.kind;
  if (kind === 'level') return { '@id': `idsc:${value}_SECURITY_PROFILE` };
  if (kind === 'event') return referenceTo(value);
  const isName = kind === 'name' || kind === 'designation';
  return isName && value.includes(':') && odrl.name.safeParse(value).success ? { '@id': value } : value;
}
