import fc from 'fast-check';
import {
  CONFLICTS,
  FUNCTIONS,
  LOGICAL,
  OPERATORS,
  PERFORMANCES,
  POLICY_TYPES,
  isWritten,
  type Action,
  type Attempt,
  type AtomicConstraint,
  type Constraint,
  type Duty,
  type Known,
  type LogicalConstraint,
  type Operator,
  type Permission,
  type Policy,
  type PolicyWorld,
  type Prohibition,
  type Subject,
  type Value,
} from '../../src/model/odrl/index.js';
import { ACTIONS, OPERANDS, type ValueKind } from '../../src/policy/vocabulary/index.js';

/**
 * Canonical policies, attempts and worlds from domains so small that they often meet: a random attempt is covered by a
 * random permission now and again. `sound` constraints keep to the table of operands (operator, kind of value, unit);
 * the others are anything that the schema allows.
 */

const typed = (type: string, ...values: readonly string[]): readonly Value[] =>
  values.map((each) => ({ '@value': each, '@type': type }));
const INSTANTS = ['2026-11-30T00:00:00.000Z', '2026-12-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'];
const DURATIONS = ['PT1H', 'P30D', 'P1M', 'P1Y2M3DT4H5M6S'];
const EVENT = `event-${'e'.repeat(52)}`;

/** Right operands by what the values of the left one are. */
const VALUES: Readonly<Record<ValueKind, readonly Value[]>> = {
  dateTime: typed('xsd:dateTime', ...INSTANTS),
  duration: typed('xsd:duration', ...DURATIONS),
  span: typed('xsd:duration', ...DURATIONS),
  integer: typed('xsd:integer', '0', '1', '3', '10'),
  decimal: typed('xsd:decimal', '0', '0.5', '5', '100'),
  percentage: typed('xsd:decimal', '0', '12.5', '100'),
  name: ['maintenance', 'maintenance.predictive', 'research', 'https://example.org/thing'],
  designation: [
    'maintenance',
    'maintenance.predictive',
    'text/csv;charset=utf-8',
    'https://example.org/thing',
  ],
  territory: ['CN', 'CN-31', 'DE'],
  language: ['en', 'en-GB', 'zh'],
  event: [EVENT, 'policyUsage'],
  level: ['BASE', 'TRUST', 'TRUST_PLUS'],
  text: ['one', 'two'],
};

/** What is known of a left operand: the same values, except for spans and events, which are known by where they stand. */
const KNOWN: Readonly<Record<ValueKind, readonly Value[]>> = {
  ...VALUES,
  span: VALUES.dateTime,
  event: ['before', 'during', 'after'].map((state) => ({ '@value': EVENT, '@type': `tallystick:${state}` })),
};

const PARTIES = ['acme', 'bolt', 'https://example.org/party/1'];
const TARGETS = ['press-7', 'press-7.vibration', 'https://example.org/asset/1'];
const COLLECTIONS = ['suppliers', 'telemetry'];
const SETS: readonly Operator[] = ['isAllOf', 'isAnyOf', 'isNoneOf'];
const UNITS = ['https://w3id.org/idsa/code/EUR', 'xsd:byte'];
/** Twice those that rules are usually about, so that attempts meet them. */
const actions = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('use', 'read', 'derive', 'distribute', 'reproduce', 'delete') },
  { weight: 1, arbitrary: fc.constantFrom(...ACTIONS) },
);

const operandNames = [...OPERANDS.keys()];

const rightOperands = (operator: Operator, values: readonly Value[]): fc.Arbitrary<Value | Value[]> =>
  SETS.includes(operator)
    ? fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
    : fc.constantFrom(...values);

/** A constraint that keeps to the table of operands. */
export const soundConstraints: fc.Arbitrary<AtomicConstraint> = fc
  .constantFrom(...operandNames)
  .chain((leftOperand) => {
    const { kind, operators, unit } = OPERANDS.get(leftOperand)!;
    return fc.constantFrom(...operators).chain((operator) =>
      fc.record({
        leftOperand: fc.constant(leftOperand),
        operator: fc.constant(operator),
        rightOperand: rightOperands(operator, VALUES[kind]),
        ...(unit === 'required' && { unit: fc.constantFrom(...UNITS) }),
      }),
    );
  });

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom(...Object.values(VALUES).flat()),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isWritten),
  fc.record({
    '@value': fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    '@type': fc.constantFrom(
      'xsd:dateTime',
      'xsd:duration',
      'xsd:decimal',
      'xsd:integer',
      'xsd:boolean',
      'a:b',
    ),
  }),
);

/** Any constraint that the schema allows, operands and units unknown to the ledger among them. */
const wildConstraints: fc.Arbitrary<AtomicConstraint> = fc.record(
  {
    uid: fc.constant('https://example.org/constraint/1'),
    leftOperand: fc.oneof(
      fc.constantFrom(...operandNames),
      fc.constantFrom('constructor', 'toString', 'ex:height'),
    ),
    operator: fc.constantFrom(...OPERATORS),
    rightOperand: fc.oneof(anyValue, fc.array(anyValue, { minLength: 1, maxLength: 3 })),
    unit: fc.constantFrom(...UNITS),
  },
  { requiredKeys: ['leftOperand', 'operator', 'rightOperand'] },
);

function logicalOver(parts: fc.Arbitrary<Constraint>): fc.Arbitrary<LogicalConstraint> {
  return fc
    .tuple(fc.constantFrom(...LOGICAL), fc.array(parts, { minLength: 1, maxLength: 3 }))
    .map(([operand, held]) => ({ [operand]: held }));
}

/** Constraints over others, logical ones within logical ones three deep. */
export function constraintsOver(atomic: fc.Arbitrary<AtomicConstraint>): fc.Arbitrary<Constraint> {
  const parts = (depth: number): fc.Arbitrary<Constraint> =>
    depth === 0
      ? atomic
      : fc.oneof({ weight: 4, arbitrary: atomic }, { weight: 1, arbitrary: logicalOver(parts(depth - 1)) });
  return parts(3);
}

interface Parts {
  readonly constraint: fc.Arbitrary<Constraint>;
}

const several = <T>(each: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> =>
  fc.array(each, { minLength: 1, maxLength });

const refinable = ({ constraint }: Parts): fc.Arbitrary<Constraint[]> => several(constraint, 2);

function subjects(names: readonly string[], parts: Parts): fc.Arbitrary<Subject> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ uid: fc.constantFrom(...names) }) },
    {
      weight: 1,
      arbitrary: fc.record(
        { source: fc.constantFrom(...COLLECTIONS), refinement: refinable(parts) },
        { requiredKeys: ['source'] },
      ),
    },
    { weight: 1, arbitrary: fc.record({ refinement: refinable(parts) }) },
  );
}

const actionsOf = (parts: Parts): fc.Arbitrary<Action> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: actions }) },
    { weight: 1, arbitrary: fc.record({ name: actions, refinement: refinable(parts) }) },
  );

/** What all rules have; the functions are rare. */
const ruleParts = (parts: Parts) => ({
  uid: fc.constant('https://example.org/rule/1'),
  action: actionsOf(parts),
  target: subjects(TARGETS, parts),
  assigner: fc.record({ uid: fc.constantFrom(...PARTIES) }),
  assignee: subjects(PARTIES, parts),
  constraint: several(parts.constraint, 3),
});

const functionParts = fc
  .tuple(
    fc.constantFrom(...FUNCTIONS),
    several(fc.record({ uid: fc.constantFrom(...PARTIES) }), 2),
    fc.integer({ min: 0, max: 2 }),
  )
  .map(([name, parties, rare]) => (rare === 0 ? { [name]: parties } : {}));

const ruleWith = <T extends object>(parts: Parts, more: T): fc.Arbitrary<Prohibition & Partial<T>> =>
  fc
    .tuple(fc.record({ ...ruleParts(parts), ...more }, { requiredKeys: [] }), functionParts)
    .map(([rule, functions]) => ({ ...rule, ...functions }) as Prohibition & Partial<T>);

const consequences = (parts: Parts): fc.Arbitrary<Duty[]> => several(ruleWith(parts, {}), 2);

const dutiesOver = (parts: Parts): fc.Arbitrary<Duty> =>
  ruleWith(parts, { consequence: consequences(parts) }) as unknown as fc.Arbitrary<Duty>;
const permissions = (parts: Parts): fc.Arbitrary<Permission> =>
  ruleWith(parts, { duty: several(dutiesOver(parts), 2) }) as unknown as fc.Arbitrary<Permission>;
const prohibitions = (parts: Parts): fc.Arbitrary<Prohibition> =>
  ruleWith(parts, { remedy: consequences(parts) });

const isPolicy = ({ permission, prohibition, obligation }: Partial<Policy>): boolean =>
  permission !== undefined || prohibition !== undefined || obligation !== undefined;

/** Policies whose constraints are made of these. */
function policiesOver(atomic: fc.Arbitrary<AtomicConstraint>): fc.Arbitrary<Policy> {
  const parts = { constraint: constraintsOver(atomic) };
  return fc
    .record(
      {
        '@type': fc.constantFrom(...POLICY_TYPES),
        uid: fc.constant('https://example.org/policy/1'),
        profile: fc.constant<string[]>(['https://w3id.org/tallystick/odrl']),
        conflict: fc.constantFrom(...CONFLICTS),
        permission: several(permissions(parts), 3),
        prohibition: several(prohibitions(parts), 2),
        obligation: several(dutiesOver(parts), 2),
      },
      { requiredKeys: ['@type', 'conflict'] },
    )
    .filter(isPolicy);
}

/** Policies of constraints that the ledger knows how to judge. */
export const soundPolicies = policiesOver(soundConstraints);
/** Any policies that the schema allows. */
export const wildPolicies = policiesOver(fc.oneof(soundConstraints, wildConstraints));

export const attempts: fc.Arbitrary<Attempt> = fc.record(
  {
    action: actions,
    party: fc.constantFrom(...PARTIES, 'nobody'),
    target: fc.constantFrom(...TARGETS, 'nothing'),
  },
  { requiredKeys: ['action'] },
);

/** JSON pointers of every duty, consequence and remedy of a policy, in its order. */
export function dutyPointers(policy: Policy): string[] {
  const withConsequences = (at: string, duties: readonly Duty[] = []): string[] =>
    duties.flatMap(({ consequence = [] }, n) => [
      `${at}/${String(n)}`,
      ...consequence.map((_, c) => `${at}/${String(n)}/consequence/${String(c)}`),
    ]);
  return [
    ...(policy.permission ?? []).flatMap(({ duty }, n) =>
      withConsequences(`/permission/${String(n)}/duty`, duty),
    ),
    ...(policy.prohibition ?? []).flatMap(({ remedy }, n) =>
      withConsequences(`/prohibition/${String(n)}/remedy`, remedy),
    ),
    ...withConsequences('/obligation', policy.obligation),
  ];
}

const facts: fc.Arbitrary<Known> = fc.constantFrom(...operandNames).chain((operand) =>
  fc.record(
    {
      operand: fc.constant(operand),
      value: fc.constantFrom(...KNOWN[OPERANDS.get(operand)!.kind]),
      source: fc.constantFrom(`grant/grant-${'g'.repeat(52)}`, `attestation/attestation-${'t'.repeat(52)}`),
    },
    { requiredKeys: ['operand', 'value'] },
  ),
);

/** Worlds in which much is known, some of it twice; how duties stand only for those of the policy. */
export const worldsOf = (policy: Policy): fc.Arbitrary<PolicyWorld> =>
  fc.record({
    at: fc.constantFrom(...INSTANTS),
    facts: fc.array(facts, { maxLength: 40 }),
    members: fc.array(
      fc.record({
        member: fc.constantFrom(...PARTIES, ...TARGETS),
        collection: fc.constantFrom(...COLLECTIONS),
      }),
      { maxLength: 4 },
    ),
    duties: fc.subarray(dutyPointers(policy)).chain((pointers) =>
      fc.tuple(
        ...pointers.map((duty) =>
          fc.record(
            {
              duty: fc.constant(duty),
              performance: fc.constantFrom(...PERFORMANCES),
              source: fc.constant(`obligation/obligation-${'o'.repeat(52)}`),
            },
            { requiredKeys: ['duty', 'performance'] },
          ),
        ),
      ),
    ),
  });

/** Everything that one decision needs. */
export const casesOver = (
  policies: fc.Arbitrary<Policy>,
): fc.Arbitrary<{ policy: Policy; attempt: Attempt; world: PolicyWorld }> =>
  policies.chain((policy) =>
    fc.record({ policy: fc.constant(policy), attempt: attempts, world: worldsOf(policy) }),
  );
