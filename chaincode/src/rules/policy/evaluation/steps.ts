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
} from '../../../model/odrl/index.js';
import { operandIn, OPERANDS } from '../vocabulary/index.js';

/**
 * What it costs to judge a use by a policy, in steps: counted from the policy and the world, not measured, so that all endorsers
 * stop at the same ones. A step is the work on some sixteen characters; 100,000 take a tenth of a second of one core at most.
 */

/** Steps that one answer may take for the policies of its lineage together. */
export const ANSWER_STEPS = 400_000;

const CHARACTERS = 16;
/** Steps of comparing two values of a kind that has an order: durations are added to four instants each. */
const OF_PAIRS: ReadonlyMap<string, number> = new Map([
  ['duration', 12],
  ['span', 4],
]);

/** All that is known of one operand: how many values, and how long they are, with the records they come from. */
interface Bulk {
  readonly values: number;
  readonly steps: number;
}

const NOTHING: Bulk = { values: 0, steps: 0 };

const stepsOfText = (length: number): number => 1 + (length - (length % CHARACTERS)) / CHARACTERS;
const stepsOfValue = (value: Value): number => stepsOfText(lexicalOf(value).length);

const withFact = ({ values, steps }: Bulk, { value, source = '' }: Known): Bulk => ({
  values: values + 1,
  steps: steps + stepsOfValue(value) + stepsOfText(source.length),
});

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
    const each = OF_CONTAINED.has(kind) ? onNames : values * (OF_PAIRS.get(kind) ?? 1);
    return steps + sum(valuesOf(of).map((value) => stepsOfValue(value) + each));
  };
  const of = (constraint: Constraint): number =>
    1 + (isLogical(constraint) ? sum(operandOf(constraint)[1].map(of)) : ofAtom(constraint));
  return (
    facts.length +
    members.length +
    duties.length +
    sum(rulesIn(policy).map((rule) => 1 + sum(constraintsOf(rule).map(of))))
  );
}

/** Kinds whose known values are looked up and not gone through. */
const OF_CONTAINED: ReadonlySet<string> = new Set(['name', 'territory', 'language', 'text']);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const constraintsOf = ({ target, assignee, action, constraint }: Rule): readonly Constraint[] => [
  ...(target?.refinement ?? []),
  ...(assignee?.refinement ?? []),
  ...(action?.refinement ?? []),
  ...(constraint ?? []),
];

/** Every rule of a policy, with the rules that it holds. */
const rulesIn = ({ permission = [], prohibition = [], obligation = [] }: Policy): readonly Rule[] => {
  const duties = [...permission.flatMap(({ duty }) => duty ?? []), ...obligation];
  return [
    ...permission,
    ...prohibition,
    ...duties,
    ...prohibition.flatMap(({ remedy }) => remedy ?? []),
    ...duties.flatMap(({ consequence }) => consequence ?? []),
  ];
};
