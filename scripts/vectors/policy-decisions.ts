import type { DenialCode, Fact } from '../../chaincode/src/model/index.js';
import { denials } from '../../chaincode/src/model/index.js';
import type { Attempt, Known, Policy, PolicyWorld } from '../../chaincode/src/model/odrl/index.js';
import { dutiesOf } from '../../chaincode/src/rules/policy/duties/index.js';
import { decisionOf, evaluate } from '../../chaincode/src/rules/policy/evaluation/index.js';
import { OPERANDS } from '../../chaincode/src/rules/policy/vocabulary/index.js';
import { condition, operandOf, policyOf, VALUE } from './policy-renderings.js';

/** Decisions whose explanation is kept in test/vectors/policy/explanation/decisions.json. */

export interface Case {
  readonly name: string;
  readonly policy: Policy;
  readonly attempt: Attempt;
  readonly world?: PolicyWorld;
  readonly denial?: DenialCode;
  readonly permissions: readonly string[];
  readonly facts: readonly Fact[];
}

const key = (kind: string): string => `${kind}/${kind}-${'a'.repeat(52)}`;
const FACTS: readonly Fact[] = [
  { key: key('grant'), value: `sha256:${'0a'.repeat(32)}` },
  { key: key('breaches'), value: null },
];
const integer = (value: string): { '@value': string; '@type': string } => ({ '@value': value, '@type': 'xsd:integer' });

const POLICY: Policy = {
  ...policyOf({
    action: { name: 'use' },
    target: { uid: 'press-7' },
    assignee: { uid: 'acme' },
    constraint: [
      condition('purpose', 'isAnyOf', ['maintenance', 'research']),
      condition('dateTime', 'lt', { '@value': '2027-01-01T00:00:00.000Z', '@type': 'xsd:dateTime' }),
      { or: [condition('spatial', 'eq', 'CN'), condition('idsc:STATE', 'eq', 'emergency')] },
      condition('idsc:SECURITY_LEVEL', 'gteq', 'TRUST'),
      condition('industry', 'eq', '3511'),
      condition('count', 'lteq', integer('10')),
    ],
    duty: [
      { action: { name: 'obtainConsent' }, consentingParty: [{ uid: 'bolt' }] },
      { action: { name: 'compensate' }, constraint: [condition('payAmount', 'eq', VALUE.decimal)] },
      { action: { name: 'delete', refinement: [condition('delayPeriod', 'eq', VALUE.duration)] } },
      { action: { name: 'idsc:LOG' } },
    ],
  }),
  prohibition: [{ action: { name: 'derive' }, constraint: [condition('product', 'eq', 'turbine')] }],
};
const ATTEMPT: Attempt = { action: 'read', party: 'acme', target: 'press-7' };
const KNOWN: readonly Known[] = [
  { operand: 'purpose', value: 'maintenance.predictive' },
  { operand: 'dateTime', value: VALUE.dateTime },
  { operand: 'spatial', value: 'CN-31' },
  { operand: 'idsc:SECURITY_LEVEL', value: 'TRUST_PLUS', source: key('component') },
  { operand: 'industry', value: '3511', source: key('attestation') },
  { operand: 'count', value: integer('3') },
  { operand: 'payAmount', value: VALUE.decimal, source: key('attestation') },
];
const DONE: PolicyWorld['duties'] = [
  { duty: '/permission/0/duty/0', performance: 'Performed', source: key('consents') },
  { duty: '/permission/0/duty/1', performance: 'Performed', source: key('obligation') },
];
const WORLD: PolicyWorld = {
  at: '2026-12-01T08:00:00.000Z',
  facts: [...KNOWN],
  members: [{ member: 'press-7.vibration', collection: 'press-7' }],
  duties: [...DONE],
};
const withFact = (operand: string, value?: Known['value']): PolicyWorld => ({
  ...WORLD,
  facts: [...KNOWN.filter((each) => each.operand !== operand), ...(value === undefined ? [] : [{ operand, value }])],
});

/** A case about one condition: a permission that asks for nothing else, and a world that knows nothing else. */
function about(leftOperand: string, value?: Known['value']): Partial<Case> {
  const [rule] = POLICY.permission ?? [];
  const constraint = rule?.constraint?.filter(
    (each) => ('leftOperand' in each ? each.leftOperand : 'spatial') === leftOperand,
  );
  const facts = value === undefined ? [] : [{ operand: leftOperand, value }];
  return {
    policy: policyOf({ action: { name: 'use' }, ...(constraint && { constraint }) }),
    world: { ...WORLD, facts, duties: [] },
  };
}

/** A case about one duty, which stands as it is said. */
function owing(at: number, performance: PolicyWorld['duties'][number]['performance']): Partial<Case> {
  const duty = POLICY.permission?.[0]?.duty?.slice(at, at + 1);
  const duties = [{ duty: '/permission/0/duty/0', performance, source: key('obligation') }];
  return {
    policy: policyOf({ action: { name: 'use' }, ...(duty && { duty }) }),
    world: { ...WORLD, facts: KNOWN.filter(({ operand }) => operand === 'payAmount'), duties },
  };
}

const NAMED: Policy = policyOf({ action: { name: 'use' }, target: { uid: 'press-7' }, assignee: { uid: 'acme' } });
const NOTHING: PolicyWorld = { ...WORLD, facts: [], duties: [] };

/** A decision by the policy, made as the ledger makes it. */
function decided(name: string, change: Partial<Case>): Case {
  const { policy = POLICY, attempt = ATTEMPT, world = WORLD } = change;
  const kinds = new Map(dutiesOf(policy).map(({ pointer, kind }) => [pointer, kind]));
  const isDeferrable = (duty: string): boolean => ['AFTER', 'RECEIPT', 'ONWARD'].includes(kinds.get(duty) ?? '');
  const report = evaluate(policy, attempt, world);
  const { denial, permissions } = decisionOf(policy, report, isDeferrable, attempt, world);
  return { name, policy, attempt, world, permissions, facts: FACTS, ...(denial !== undefined && { denial }) };
}

/** The same, when it is known what it must be. */
function judged(name: string, expected: DenialCode | undefined, change: Partial<Case> = {}): Case {
  const made = decided(name, change);
  if (made.denial === expected) return made;
  throw new Error(`${name} is ${String(made.denial)}, not ${String(expected)}`);
}

const prohibiting = (conflict: Policy['conflict']): Policy => ({
  ...policyOf({ action: { name: 'use' } }),
  conflict,
  prohibition: [{ action: { name: 'read' }, target: { uid: 'press-7' } }],
});
const PAST = { '@value': '2027-02-01T00:00:00.000Z', '@type': 'xsd:dateTime' };

const BY_POLICY: readonly Case[] = [
  judged('allowed', undefined),
  judged('allowed, a member of what the rule names', undefined, {
    policy: NAMED, attempt: { ...ATTEMPT, target: 'press-7.vibration' } }),
  judged('allowed against a prohibition', undefined, { policy: prohibiting('perm') }),
  judged('action not covered', 'ACTION', { policy: NAMED, world: NOTHING, attempt: { ...ATTEMPT, action: 'sell' } }),
  judged('other data', 'TARGET', { policy: NAMED, world: NOTHING, attempt: { ...ATTEMPT, target: 'press-8' } }),
  judged('data not stated', 'TARGET', { policy: NAMED, world: NOTHING, attempt: { action: 'read', party: 'acme' } }),
  judged('other party', 'RECIPIENT', { policy: NAMED, world: NOTHING, attempt: { ...ATTEMPT, party: 'bolt' } }),
  judged('party not stated', 'RECIPIENT', { policy: NAMED, world: NOTHING, attempt: { action: 'read', target: 'press-7' } }),
  judged('other purpose', 'PURPOSE', about('purpose', 'marketing')),
  judged('too late', 'TIME_WINDOW', about('dateTime', PAST)),
  judged('elsewhere', 'TERRITORY', { world: withFact('spatial', 'DE') }),
  judged('profile too low', 'COMPONENT_PROFILE', about('idsc:SECURITY_LEVEL', 'BASE')),
  judged('industry not known', 'CONSTRAINT', about('industry')),
  judged('consent missing', 'CONSENT', owing(0, 'Unperformed')),
  judged('not paid', 'DUTY', owing(1, 'Unperformed')),
  judged('payment not known', 'DUTY', owing(1, 'Unknown')),
  judged('eleventh use', 'QUOTA', about('count', integer('11'))),
  judged('prohibited', 'PROHIBITED', { policy: prohibiting('prohibit') }),
  judged('conflict', 'CONFLICT', { policy: prohibiting('invalid') }),
  judged('a part of what is asked may be prohibited', 'CONFLICT', { attempt: { ...ATTEMPT, action: 'use' } }),
  judged('elsewhere, and prohibited besides', 'TERRITORY', {
    policy: {
      ...policyOf({ action: { name: 'use' }, constraint: [condition('spatial', 'eq', 'DE')] }),
      prohibition: [{ action: { name: 'read' }, remedy: [{ action: { name: 'delete' } }] }],
    },
    world: { ...WORLD, duties: [{ duty: '/prohibition/0/remedy/0', performance: 'Performed', source: key('obligation') }] },
  }),
  judged('a rule without conditions, and a duty whose own are not met', undefined, {
    policy: policyOf({
      duty: [{ action: { name: 'compensate' }, constraint: [condition('purpose', 'eq', 'marketing')] }],
    }),
  }),
  judged('elsewhere, where a prohibition would not prevail', 'TERRITORY', {
    policy: {
      ...policyOf({ action: { name: 'use' }, constraint: [condition('spatial', 'eq', 'DE')] }),
      conflict: 'perm',
      prohibition: [{ action: { name: 'read' } }],
    },
  }),
  judged('party only by its conditions', 'RECIPIENT', {
    policy: policyOf({ target: { uid: 'press-7' }, assignee: { refinement: [condition('vcard:hasGeo', 'eq', 'CN')] } }),
  }),
  judged('data only by its conditions', 'TARGET', {
    policy: policyOf({ target: { refinement: [condition('skos:concept', 'eq', 'L1')] }, assignee: { uid: 'acme' } }),
  }),
  judged('a consequence of which nothing is known', 'DUTY', {
    policy: policyOf({ duty: [{ action: { name: 'compensate' }, consequence: [{ action: { name: 'inform' } }] }] }),
    world: { ...WORLD, duties: [{ duty: '/permission/0/duty/0', performance: 'Unperformed' }] },
  }),
  judged('nothing is permitted', 'ACTION', {
    policy: { '@type': 'Set', conflict: 'invalid', prohibition: [{ action: { name: 'sell' } }] },
  }),
  judged('two permissions, neither applies', 'TERRITORY', {
    policy: policyOf(
      { action: { name: 'read' }, constraint: [condition('spatial', 'eq', 'DE')] },
      { action: { name: 'print' }, target: { refinement: [condition('skos:concept', 'isNoneOf', ['L3'])] } },
    ),
  }),
  judged('an obligation stands in the way', 'DUTY', {
    policy: { ...policyOf({ action: { name: 'read' } }), obligation: [{ action: { name: 'anonymize' } }] },
    world: { ...WORLD, duties: [{ duty: '/obligation/0', performance: 'Unperformed', source: key('transformation') }] },
  }),
  judged('a consequence has fallen due', 'DUTY', {
    policy: policyOf({
      action: { name: 'read' },
      duty: [{ action: { name: 'compensate' }, consequence: [{ action: { name: 'inform' } }] }],
    }),
    world: {
      ...WORLD,
      duties: [
        { duty: '/permission/0/duty/0', performance: 'Unperformed' },
        { duty: '/permission/0/duty/0/consequence/0', performance: 'Performed', source: key('obligation') },
      ],
    },
  }),
  judged('known by instants and states', undefined, {
    policy: policyOf({
      action: { name: 'read' },
      constraint: [condition('elapsedTime', 'lteq', VALUE.span), condition('event', 'eq', VALUE.event)],
    }),
    world: {
      ...WORLD,
      facts: [
        { operand: 'elapsedTime', value: { '@value': '2026-11-01T00:00:00.000Z', '@type': 'xsd:dateTime' }, source: key('grant') },
        { operand: 'event', value: { '@value': VALUE.event as string, '@type': 'tallystick:during' }, source: key('event') },
        { operand: 'event', value: { '@value': 'another', '@type': 'tallystick:before' } },
      ],
    },
  }),
];

/** Every operand known, as an explanation shows it. */
const OPERANDS_KNOWN = decided('every operand', {
  policy: policyOf({ action: { name: 'read' }, constraint: [...OPERANDS.keys()].map((name) => operandOf(name)) }),
  world: {
    ...WORLD,
    facts: [...OPERANDS.entries()].map(([operand, { kind }]) => ({ operand, value: VALUE[kind], source: key('grant') })),
    duties: [],
  },
});

/** Denials that fall before the policy is asked, or after it has permitted the use. */
const BY_THE_LEDGER: readonly Case[] = (Object.keys(denials) as DenialCode[]).map((denial) => ({
  name: `${denial} before the policy was asked`,
  policy: policyOf({ action: { name: 'use' } }),
  attempt: { action: 'read' },
  denial,
  permissions: [],
  facts: FACTS,
}));
const AFTER_THE_POLICY: Case = { ...judged('breach not made good', undefined), denial: 'BREACH', permissions: [], facts: [] };

export const DECISIONS: readonly Case[] = [...BY_POLICY, OPERANDS_KNOWN, ...BY_THE_LEDGER, AFTER_THE_POLICY];
