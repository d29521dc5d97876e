import {
  isLogical,
  lexicalOf,
  operandOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Known,
  type Policy,
  type PolicyWorld,
  type Rule,
  type Value,
} from '../../model/odrl/index.js';
import { operandIn, OPERANDS } from '../vocabulary/index.js';

/**
 * What it costs to judge a use by a policy, in steps: counted from the policy and the world, not measured, so that all endorsers
 * stop at the same ones. A step is the work on some sixteen characters, a third of a microsecond.
 */

/** Steps that one answer may take for the policies of its lineage together. */
export const ANSWER_STEPS = 800_000;

const CHARACTERS = 16;
/** Steps of comparing two values of a kind that has an order, and of writing an object in a report. */
const PAIR = 4;
const OBJECT = 4;
/** A constraint that is judged, with what is written of it. */
const ATOM = 20;

/** All that is known of one operand: how many values, and how long they are, with the records they come from. */
interface Bulk {
  readonly values: number;
  readonly steps: number;
  readonly sources: ReadonlySet<string>;
}

const NOTHING: Bulk = { values: 0, steps: 0, sources: new Set() };

const stepsOfText = (length: number): number => 1 + (length - (length % CHARACTERS)) / CHARACTERS;
const stepsOfValue = (value: Value): number =>
  stepsOfText(lexicalOf(value).length) + (typeof value === 'string' ? 2 : OBJECT);

/** A report names each record once, however many values come from it. */
function withFact({ values, steps, sources }: Bulk, { value, source }: Known): Bulk {
  const isNamed = source === undefined || sources.has(source);
  return {
    values: values + 1,
    steps: steps + stepsOfValue(value) + (isNamed ? 0 : stepsOfText(source.length)),
    sources: isNamed ? sources : new Set([...sources, source]),
  };
}

/** Steps that a report on a policy takes: every constraint lists what is known of its operand, and compares it. */
export function stepsOf(policy: Policy, { facts, members, duties }: PolicyWorld): number {
  const known = new Map<string, Bulk>();
  for (const fact of facts) {
    const operand = operandIn(fact.operand);
    known.set(operand, withFact(known.get(operand) ?? NOTHING, fact));
  }
  const onNames = members.length + 1;
  const ofAtom = (of: AtomicConstraint): number => {
    const { values, steps } = known.get(of.leftOperand) ?? NOTHING;
    const kind = OPERANDS.get(of.leftOperand)?.kind ?? 'name';
    const each = OF_CONTAINED.has(kind) ? onNames : values * PAIR;
    return ATOM + steps + sum(valuesOf(of).map((value) => stepsOfValue(value) + each));
  };
  const of = (constraint: Constraint): number =>
    1 + (isLogical(constraint) ? sum(operandOf(constraint)[1].map(of)) : ofAtom(constraint));
  const ofRules = (rules: readonly Rule[]): number =>
    sum(rules.map((rule) => ATOM + sum(constraintsOf(rule).map(of))));
  // All but the conditions of permissions are judged a second time, in the open world.
  const ofWorld = facts.length + members.length + duties.length;
  return ofWorld + ofRules(policy.permission ?? []) + 2 * ofRules(othersIn(policy));
}

/** Kinds whose known values are looked up and not gone through. */
const OF_CONTAINED: ReadonlySet<string> = new Set(['name', 'designation', 'territory', 'language', 'text']);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const constraintsOf = ({ target, assignee, action, constraint }: Rule): readonly Constraint[] => [
  ...(target?.refinement ?? []),
  ...(assignee?.refinement ?? []),
  ...(action?.refinement ?? []),
  ...(constraint ?? []),
];

/** All rules of a policy but its permissions, with those that they hold. */
function othersIn({ permission = [], prohibition = [], obligation = [] }: Policy): readonly Rule[] {
  const duties = [...permission.flatMap(({ duty }) => duty ?? []), ...obligation];
  return [
    ...prohibition,
    ...duties,
    ...prohibition.flatMap(({ remedy }) => remedy ?? []),
    ...duties.flatMap(({ consequence }) => consequence ?? []),
  ];
}
