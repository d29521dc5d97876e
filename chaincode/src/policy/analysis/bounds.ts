import {
  isLogical,
  operandOf,
  type AtomicConstraint,
  type Constraint,
  type Permission,
  type Policy,
} from '../../model/odrl/index.js';
import { pointed, problemAt } from '../pointing.js';
import { conditionsOf } from './coverage.js';
import { found, type Finding } from './finding.js';
import { magnitudeOf } from './magnitude.js';
import { quotaOf } from './quota.js';

/** Permissions that end with the grant only, are for anybody, or may be used any number of times. */
export function unboundedIn(policy: Policy): readonly Finding[] {
  const isCounted = quotaOf(policy) !== undefined;
  return pointed(policy.permission, '/permission').flatMap(([at, rule]) => [
    ...(isLimited(rule, endsTime)
      ? []
      : found('UNBOUNDED_TIME', problemAt(at, 'nothing but the term of the grant ends it'))),
    ...(isCounted ? [] : found('UNBOUNDED_COUNT', problemAt(at, 'it may be used any number of times'))),
    ...(isForSomeone(rule)
      ? []
      : found('UNBOUNDED_RECIPIENT', problemAt(at, 'it is for whoever holds the grant, or a sub-grant'))),
  ]);
}

type Limit = (of: AtomicConstraint) => boolean;

/** True when every way to meet the conditions meets a limit. */
const isLimited = (rule: Permission, limit: Limit): boolean =>
  conditionsOf(rule).some(([, of]) => limits(of, limit));

function limits(of: Constraint, limit: Limit): boolean {
  if (!isLogical(of)) return limit(of);
  const [operand, parts] = operandOf(of);
  const isChoice = operand === 'or' || operand === 'xone';
  return isChoice ? parts.every((part) => limits(part, limit)) : parts.some((part) => limits(part, limit));
}

const ENDINGS: ReadonlySet<string> = new Set(['dateTime', 'elapsedTime', 'event']);
const endsTime: Limit = ({ leftOperand, operator }) =>
  ENDINGS.has(leftOperand) && ['lt', 'lteq', 'eq'].includes(operator);

const POSITIVE: readonly string[] = ['eq', 'isAnyOf', 'isAllOf', 'isA', 'isPartOf'];
const WHO: ReadonlySet<string> = new Set(['recipient', 'vcard:hasGeo', 'idsc:CONNECTOR', 'idsc:ROLE']);
const isForSomeone = (rule: Permission): boolean =>
  rule.assignee !== undefined ||
  isLimited(rule, ({ leftOperand, operator }) => WHO.has(leftOperand) && POSITIVE.includes(operator));

/** First and last millisecond of a permission, as far as constraints that all hold say; else those of the calendar. */
export interface Window {
  readonly from: bigint;
  readonly until: bigint;
}

export function windowOf(rule: Permission): Window {
  const times = conditionsOf(rule)
    .flatMap(([, of]) => conjoined(of))
    .filter(({ leftOperand }) => leftOperand === 'dateTime');
  const from = times.flatMap((of) => boundOf(of, ['gteq', 'gt', 'eq'], 1n));
  const until = times.flatMap((of) => boundOf(of, ['lteq', 'lt', 'eq'], -1n));
  return { from: from.reduce(later, 0n), until: until.reduce(earlier, LATEST) };
}

/** The simple constraints that must all hold for one to hold. */
function conjoined(of: Constraint): readonly AtomicConstraint[] {
  if (!isLogical(of)) return [of];
  const [operand, parts] = operandOf(of);
  return operand === 'and' || operand === 'andSequence' ? parts.flatMap(conjoined) : [];
}

/** Beyond all instants of the ledger. */
const LATEST = 10n ** 15n;
const later = (left: bigint, right: bigint): bigint => (left > right ? left : right);
const earlier = (left: bigint, right: bigint): bigint => (left < right ? left : right);

/** The bound that one of these operators sets; `step` inside of it where it is not part of it. */
function boundOf(of: AtomicConstraint, operators: readonly string[], step: bigint): readonly bigint[] {
  if (!operators.includes(of.operator) || Array.isArray(of.rightOperand)) return [];
  const at = magnitudeOf('dateTime', of.rightOperand);
  if (at === undefined) return [];
  return [of.operator === 'gt' || of.operator === 'lt' ? at + step : at];
}
