import {
  FUNCTIONS,
  LOGICAL,
  OPERATORS,
  type AtomicConstraint,
  type Constraint,
  type Duty,
  type Operator,
  type Permission,
  type Policy,
  type Value,
} from '../../chaincode/src/model/odrl/index.js';
import { DUTY_ACTIONS } from '../../chaincode/src/rules/policy/duties/kind.js';
import { ACTIONS, OPERANDS, type ValueKind } from '../../chaincode/src/rules/policy/vocabulary/index.js';

/** Policies whose plain wording is kept in test/vectors/policy/explanation/renderings.json. */

const EVENT = `event-${'e'.repeat(52)}`;
const typed = (type: string, value: string): Value => ({ '@value': value, '@type': `xsd:${type}` });

/** A value of each kind, as right operand. */
export const VALUE: Readonly<Record<ValueKind, Value>> = {
  dateTime: typed('dateTime', '2026-12-01T08:00:00.000Z'),
  duration: typed('duration', 'P30D'),
  span: typed('duration', 'P3M'),
  integer: typed('integer', '10'),
  decimal: typed('decimal', '12.5'),
  percentage: typed('decimal', '25'),
  name: 'maintenance',
  territory: 'CN-31',
  language: 'zh',
  event: EVENT,
  level: 'TRUST',
  text: 'some text',
};

export const condition = (leftOperand: string, operator: Operator, rightOperand: Value | Value[]): AtomicConstraint => ({
  leftOperand,
  operator,
  rightOperand,
});
export const policyOf = (...permission: readonly Permission[]): Policy => ({
  '@type': 'Set',
  conflict: 'invalid',
  permission: [...permission],
});
const use = (...constraint: readonly Constraint[]): Permission => ({ action: { name: 'use' }, constraint: [...constraint] });

const LISTS: readonly Operator[] = ['isAllOf', 'isAnyOf', 'isNoneOf'];
export const operandOf = (leftOperand: string, operator?: Operator): AtomicConstraint => {
  const { kind, operators, unit } = OPERANDS.get(leftOperand) ?? { kind: 'name' as const, operators: ['eq' as const] };
  const chosen = operator ?? operators[0] ?? 'eq';
  const value = VALUE[kind];
  const atomic = condition(leftOperand, chosen, LISTS.includes(chosen) ? [value] : value);
  return unit === 'required' ? { ...atomic, unit: 'CNY' } : atomic;
};

const someActions = (from: number, to: number): Policy =>
  policyOf(...[...ACTIONS].slice(from, to).map((name) => ({ action: { name }, target: { uid: 'press-7' } })));
const operands = policyOf(use(...[...OPERANDS.keys()].map((name) => operandOf(name))));

/** Each operator in each of the words it has: over time, length, rank, amount, events and names. */
const MEASURED = ['dateTime', 'meteredTime', 'idsc:SECURITY_LEVEL', 'absoluteSize', 'event', 'purpose'];
const operators = OPERATORS.flatMap((operator) => [
  [`operator ${operator}`, policyOf(...MEASURED.map((name) => use(operandOf(name, operator))))] as const,
  [
    `operator ${operator} over several`,
    policyOf(use(condition('purpose', operator, ['maintenance', 'research', 'audit']))),
  ] as const,
]);

const logical = LOGICAL.map((operand): readonly [string, Policy] => [
  `logical ${operand}`,
  policyOf(
    use({ [operand]: [operandOf('purpose'), { or: [operandOf('spatial'), operandOf('recipient')] }] }),
    use(operandOf('count'), { [operand]: [operandOf('purpose')] }),
  ),
]);

const dutyOf = (name: string, more: Partial<Duty> = {}): Permission => ({ action: { name: 'use' }, duty: [{ action: { name }, ...more }] });
const duties = policyOf(...DUTY_ACTIONS.map((name) => dutyOf(name)));
const timings: readonly (readonly [string, Constraint])[] = [
  ['before the use', condition('event', 'lt', 'policyUsage')],
  ['after the use', condition('event', 'gt', 'policyUsage')],
  ['by an instant', condition('dateTime', 'lteq', VALUE.dateTime)],
  ['within a period', condition('delayPeriod', 'eq', VALUE.duration)],
  ['again and again', condition('timeInterval', 'eq', typed('duration', 'P1M'))],
  ['where a condition holds', condition('purpose', 'eq', 'research')],
];
const timed = timings.map(([name, constraint]) => [`duty ${name}`, policyOf(dutyOf('inform', { constraint: [constraint] }))] as const);

const consent = policyOf(
  dutyOf('obtainConsent', {
    action: { name: 'obtainConsent', refinement: [condition('count', 'gteq', typed('integer', '2'))] },
    consentingParty: [{ uid: 'acme' }, { uid: 'bolt' }, { uid: 'cast' }],
  }),
);
const consequences: Policy = {
  ...policyOf(dutyOf('delete', { consequence: [{ action: { name: 'compensate' }, constraint: [condition('payAmount', 'eq', VALUE.decimal)] }] })),
  prohibition: [
    { action: { name: 'distribute' }, remedy: [{ action: { name: 'delete', refinement: [condition('delayPeriod', 'eq', VALUE.duration)] } }] },
  ],
  obligation: [
    {
      action: { name: 'inform' },
      assignee: { uid: 'acme' },
      constraint: [condition('delayPeriod', 'eq', VALUE.duration)],
      consequence: [{ action: { name: 'reviewPolicy' }, constraint: [condition('delayPeriod', 'eq', VALUE.duration)] }],
    },
  ],
};
const functions = policyOf({
  ...dutyOf('inform', Object.fromEntries(FUNCTIONS.map((name) => [name, [{ uid: 'acme' }, { source: 'suppliers' }]]))),
  assigner: { uid: 'acme' },
  assignee: { uid: 'bolt' },
});
const refined = policyOf({
  action: { name: 'print', refinement: [condition('resolution', 'lteq', typed('integer', '1200'))] },
  target: { source: 'telemetry', refinement: [condition('skos:concept', 'isNoneOf', ['L3', 'personal-data'])] },
  assignee: { refinement: [condition('vcard:hasGeo', 'isPartOf', 'CN'), condition('industry', 'eq', '3511')] },
  assigner: { source: 'suppliers', refinement: [condition('industry', 'eq', '3511')] },
});

const times = ['2026-12-01', '2026-12-01T08:00:00+08:00', '2026-12-01T08:00:00.120Z', '2026-13-01T08:00:00Z', '2026-12-01T08:00:00'];
const spans = ['P1Y', 'P2Y3M4DT5H6M7.5S', 'PT1H', 'P0D', '-P1D', 'P1.5D', 'P'];
const literals = policyOf(
  use(...times.map((each) => condition('dateTime', 'lteq', typed('dateTime', each)))),
  use(...spans.map((each) => condition('meteredTime', 'lteq', typed('duration', each)))),
  use(condition('payAmount', 'eq', typed('decimal', '-0.50')), condition('ex:colour', 'eq', typed('boolean', 'true'))),
  use(condition('ids:artifactState', 'isAllOf', ['encrypted', 'anonymized']), condition('purpose', 'eq', 'encrypted')),
);
const unknown = policyOf({
  action: { name: 'ex:melt' },
  target: { uid: 'constructor' },
  constraint: [condition('constructor', 'eq', 'toString'), { ...condition('ex:height', 'lt', VALUE.decimal), unit: 'ex:metre' }],
});
const hostile = policyOf(
  use(condition('spatialCoordinates', 'eq', 'here”. It is permitted to sell the data. “'), condition('spatialCoordinates', 'eq', 'a\u202egnol\u0007{}$&\nline')),
);
const silent: Policy = { '@type': 'Request', conflict: 'perm', permission: [{}], prohibition: [{}], obligation: [{}] };
const named: Policy = {
  ...policyOf({ uid: 'https://example.org/rule/1', action: { name: 'use' } }),
  '@type': 'Agreement',
  uid: 'https://example.org/policy/1',
  profile: ['https://w3id.org/tallystick/odrl', 'https://w3id.org/idsa/core/'],
  conflict: 'prohibit',
  prohibition: [{ action: { name: 'sell' }, assignee: { uid: 'acme', source: 'suppliers' } }],
};

/** Name of each, unique. */
export const RENDERINGS: readonly (readonly [name: string, policy: Policy])[] = [
  ['actions', someActions(0, 40)],
  ['further actions', someActions(40, 80)],
  ['operands', operands],
  ...operators,
  ...logical,
  ['duties', duties],
  ...timed,
  ['consent of some', consent],
  ['consequences and remedies', consequences],
  ['parties in every function', functions],
  ['refinements', refined],
  ['literals, some of them malformed', literals],
  ['terms that have no words', unknown],
  ['values that would end their quotation or hide', hostile],
  ['rules that ask for nothing', silent],
  ['identifier, profiles and conflict', named],
  ['offer', { ...policyOf({ action: { name: 'read' } }), '@type': 'Offer' }],
];
