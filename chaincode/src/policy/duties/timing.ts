import {
  isLogical,
  lexicalOf,
  valuesOf,
  type AtomicConstraint,
  type Constraint,
  type Duty,
  type Operator,
} from '../../model/odrl/index.js';
import { pointed } from '../pointing.js';

/** When a duty has to be done, as its refinements and constraints say. */
export interface Timing {
  readonly due?: { readonly at: string } | { readonly after: string };
  readonly every?: string;
  /** By `event lt policyUsage` before a use; by `event gt policyUsage` after it. */
  readonly order?: 'BEFORE' | 'AFTER';
}

/** The event that is the exercise of the permission itself (ODRL 2.2 vocabulary, section 3.13.10). */
export const POLICY_USAGE = 'policyUsage';

type Reading = (operator: Operator, value: string) => Timing | undefined;

const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['dateTime', (operator, at) => (operator === 'lt' || operator === 'lteq' ? { due: { at } } : undefined)],
  [
    'delayPeriod',
    (operator, after) => (['eq', 'gteq', 'gt'].includes(operator) ? { due: { after } } : undefined),
  ],
  ['timeInterval', (operator, every) => (operator === 'eq' ? { every } : undefined)],
  ['event', (operator, event) => (event === POLICY_USAGE ? orderOf(operator) : undefined)],
]);

function orderOf(operator: Operator): Timing | undefined {
  if (operator === 'lt') return { order: 'BEFORE' };
  return operator === 'gt' ? { order: 'AFTER' } : undefined;
}

/** What a constraint says about when a duty is to be done; `undefined` when it is about something else. */
function readingOf(of: Constraint): Timing | undefined {
  if (isLogical(of)) return undefined;
  const [value] = valuesOf(of);
  return value === undefined ? undefined : READINGS.get(of.leftOperand)?.(of.operator, lexicalOf(value));
}

/**
 * True for a constraint of a duty that says when it is to be done. It is no premise of the duty: a deadline that has
 * passed does not end the duty, it makes it overdue.
 */
export const isTiming = (of: Constraint): of is AtomicConstraint => readingOf(of) !== undefined;

/** Constraints that say when a duty is to be done, with their place within it. */
export const timingsIn = ({ action, constraint }: Duty): readonly (readonly [string, AtomicConstraint])[] =>
  [...pointed(action?.refinement, '/action/refinement'), ...pointed(constraint, '/constraint')].flatMap(
    ([at, of]) => (isTiming(of) ? [[at, of] as const] : []),
  );

/** Of two that contradict each other the later one counts; admission refuses such a duty. */
export const timingOf = (duty: Duty): Timing =>
  timingsIn(duty).reduce<Timing>((timing, [, of]) => ({ ...timing, ...readingOf(of) }), {});
