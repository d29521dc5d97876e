import type { Operator } from '../../../model/odrl/index.js';
import { OPERANDS, type ValueKind } from '../../vocabulary/index.js';

/**
 * Operands that have a text. A closed list, so that one without a text does not compile; a test holds it against the
 * vocabulary. An operand that is not here is written as it is, in quotation marks.
 */
export const OPERAND_TERMS = [
  'absolutePosition',
  'absoluteSize',
  'absoluteSpatialPosition',
  'absoluteTemporalPosition',
  'count',
  'dateTime',
  'delayPeriod',
  'deliveryChannel',
  'elapsedTime',
  'event',
  'fileFormat',
  'industry',
  'language',
  'media',
  'meteredTime',
  'payAmount',
  'percentage',
  'product',
  'purpose',
  'recipient',
  'relativePosition',
  'relativeSize',
  'relativeSpatialPosition',
  'relativeTemporalPosition',
  'resolution',
  'spatial',
  'spatialCoordinates',
  'systemDevice',
  'timeInterval',
  'unitOfCount',
  'version',
  'virtualLocation',
  'idsc:APPLICATION',
  'idsc:CONNECTOR',
  'idsc:ROLE',
  'idsc:SECURITY_LEVEL',
  'idsc:STATE',
  'idsc:REPLACE_WITH',
  'idsc:JSON_PATH',
  'idsc:LOG_LEVEL',
  'idsc:MPC_FUNCTION',
  'ids:artifactState',
  'skos:concept',
  'vcard:hasGeo',
  'tallystick:assurance',
] as const;
export type OperandTerm = (typeof OPERAND_TERMS)[number];

/** Operands that mean something else where they say how a duty is to be done. */
const DUTY_OPERANDS = ['count', 'dateTime', 'delayPeriod', 'elapsedTime', 'event'] as const;
export type DutyOperand = (typeof DUTY_OPERANDS)[number];

const isIn =
  <T extends string>(terms: readonly T[]) =>
  (name: string): name is T =>
    (terms as readonly string[]).includes(name);

export const isOperandTerm = isIn(OPERAND_TERMS);
export const isDutyOperand = isIn(DUTY_OPERANDS);

/** Operators that take one value and compare by order or identity; the others see to parts and lists. */
const COMPARISONS = ['eq', 'neq', 'gt', 'gteq', 'lt', 'lteq'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type ListOperator = Exclude<Operator, Comparison>;
export const isComparison: (operator: Operator) => operator is Comparison = isIn(COMPARISONS);

/** In which words values are compared: earlier and later, shorter and longer, lower and higher, less and more. */
export type Measure = 'time' | 'length' | 'rank' | 'amount' | 'event';

const MEASURES: Readonly<Record<ValueKind, Measure>> = {
  dateTime: 'time',
  duration: 'length',
  span: 'length',
  integer: 'amount',
  decimal: 'amount',
  percentage: 'amount',
  name: 'amount',
  designation: 'amount',
  territory: 'amount',
  language: 'amount',
  event: 'event',
  level: 'rank',
  text: 'amount',
};

/** Kinds whose values stand for what is within them. */
const CONTAINED: readonly ValueKind[] = ['name', 'designation', 'territory', 'language'];

/** True when values of the operand can be part of one another; of an operand unknown, they might be. */
export const isContained = (leftOperand: string): boolean =>
  CONTAINED.includes(OPERANDS.get(leftOperand)?.kind ?? 'name');

export const measureOf = (leftOperand: string): Measure =>
  MEASURES[OPERANDS.get(leftOperand)?.kind ?? 'text'];
