import { lexicalOf, type Attempt, type Known, type PolicyWorld, type Value } from '../../model/odrl/index.js';
import { actionIn, contracted, isSpelled, operandIn, spelled, textIn } from '../vocabulary/index.js';
import { comparisonIn, type Comparison } from './comparison/index.js';

/**
 * What is taken of the statements that cannot be told from the facts: `closed`, that they do not hold; `open`, that they
 * do. A permission is judged in the closed world and a prohibition in the open one, so that silence never helps.
 */
export type Behaviour = 'closed' | 'open';

/** One attempt in one state of the world, ready for look-up. */
export interface Occasion {
  readonly attempt: Attempt;
  readonly behaviour: Behaviour;
  readonly members: PolicyWorld['members'];
  readonly compare: Comparison;
  /** All that is known of a left operand. */
  knownOf(leftOperand: string): readonly Known[];
  /** How a duty stands, by its JSON pointer. */
  performanceOf(duty: string): PolicyWorld['duties'][number]['performance'];
}

/** What is attempted, in the spelling that policies have. */
const attemptIn = ({ action, party, target }: Attempt): Attempt => ({
  action: actionIn(action),
  ...(party !== undefined && { party: spelled(party) }),
  ...(target !== undefined && { target: spelled(target) }),
});

/** What is known, in the spelling that policies have. Text that is no value of its operand stays, and compares with nothing. */
function knownIn({ operand: name, value, ...rest }: Known): Known {
  const operand = operandIn(name);
  return { operand, value: valueIn(operand, value), ...rest };
}

/** What is compared as text is that text, whatever type is written beside it; a unit is a name, too, and stands as type. */
function valueIn(operand: string, value: Value): Value {
  if (typeof value !== 'string' && !isSpelled(operand))
    return { ...value, '@type': contracted(value['@type']) };
  const text = lexicalOf(value);
  return textIn(operand, text) ?? text;
}

const membersIn = (members: PolicyWorld['members']): PolicyWorld['members'] =>
  members.map(({ member, collection }) => ({ member: spelled(member), collection: spelled(collection) }));

export function occasionOf(attempt: Attempt, world: PolicyWorld, behaviour: Behaviour): Occasion {
  const facts = new Map<string, Known[]>();
  const members = membersIn(world.members);
  for (const fact of world.facts.map(knownIn)) {
    const others = facts.get(fact.operand);
    if (others) others.push(fact);
    else facts.set(fact.operand, [fact]);
  }
  const duties = new Map(world.duties.map(({ duty, performance }) => [duty, performance]));
  return {
    attempt: attemptIn(attempt),
    behaviour,
    members,
    compare: comparisonIn({ at: world.at, members }),
    knownOf: (leftOperand) => facts.get(leftOperand) ?? [],
    performanceOf: (duty) => duties.get(duty) ?? 'Unknown',
  };
}
