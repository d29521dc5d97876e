import { lexicalOf, type Value } from '../../../model/odrl/index.js';
import { orderedBy, type Order, type Relation } from './relation.js';

/** How now stands to an event, as the datatype of the fact that names it. */
const STATES: ReadonlyMap<string, -1 | 0 | 1> = new Map([
  ['tallystick:before', -1],
  ['tallystick:during', 0],
  ['tallystick:after', 1],
]);

const orderOfStates = (known: Value): Order =>
  typeof known === 'string' ? undefined : STATES.get(known['@type']);

/** ODRL 2.2, left operand `event`: `lt` before it, `eq` during it, `gt` after it. */
export const EVENTS: Relation = {
  ...orderedBy(orderOfStates),
  concerns: (known, asked) => lexicalOf(known) === lexicalOf(asked),
};
