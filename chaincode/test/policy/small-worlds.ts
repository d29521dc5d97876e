import fc from 'fast-check';
import type {
  Action,
  Attempt,
  AtomicConstraint,
  Constraint,
  Duty,
  Known,
  Operator,
  Permission,
  Policy,
  PolicyWorld,
  Prohibition,
  Value,
} from '../../src/model/odrl/index.js';
import { dutiesOf } from '../../src/policy/duties/index.js';
import { decisionOf, evaluate } from '../../src/policy/evaluation/index.js';
import { someId } from '../seeds.js';

/**
 * Policies over a few operands with a few values each, and all states of the world that such policies can tell apart:
 * what analysis proves of a policy is tried in every one of them.
 */

const typed = (type: string, ...values: readonly string[]): readonly Value[] =>
  values.map((each) => ({ '@value': each, '@type': type }));

interface Domain {
  readonly values: readonly Value[];
  readonly operators: readonly Operator[];
  /** What may be known of it at once: nothing, one value, or several. */
  readonly known: readonly (readonly Value[])[];
}

const each = (values: readonly Value[]): readonly (readonly Value[])[] => [[], ...values.map((of) => [of])];
const INSTANTS = typed(
  'xsd:dateTime',
  '2026-12-01T00:00:00.000Z',
  '2026-12-01T00:00:00.001Z',
  '2026-12-31T00:00:00.000Z',
);
const NUMBERS = typed('xsd:integer', '1', '2', '3');
const AMOUNTS = typed('xsd:decimal', '0.1', '0.5', '10');
const PURPOSES = ['a', 'a.b', 'a.b.c', 'd'];
const PLACES = ['CN', 'CN-31', 'DE'];
const ROLES = ['x', 'x.y', 'z'];
const ORDER: readonly Operator[] = ['eq', 'neq', 'gt', 'gteq', 'lt', 'lteq'];
const NAMES: readonly Operator[] = [
  'eq',
  'neq',
  'isA',
  'isPartOf',
  'hasPart',
  'isAnyOf',
  'isAllOf',
  'isNoneOf',
];

const DOMAINS: Readonly<Record<string, Domain>> = {
  purpose: { values: PURPOSES, operators: NAMES, known: each(PURPOSES) },
  spatial: { values: PLACES, operators: NAMES, known: each(PLACES) },
  dateTime: {
    values: INSTANTS,
    operators: ORDER,
    known: each(
      typed('xsd:dateTime', '2026-11-30T00:00:00.000Z', '2027-01-01T00:00:00.000Z').concat(INSTANTS),
    ),
  },
  elapsedTime: {
    values: typed('xsd:duration', 'P1M', 'P30D', 'PT1H'),
    operators: ['eq', 'lt', 'lteq'],
    known: each(
      typed(
        'xsd:dateTime',
        '2026-11-30T23:00:00.000Z',
        '2026-11-01T00:00:00.000Z',
        '2026-10-31T00:00:00.000Z',
      ),
    ),
  },
  'tallystick:assurance': { values: NUMBERS, operators: ORDER, known: each(NUMBERS) },
  'idsc:SECURITY_LEVEL': {
    values: ['BASE', 'TRUST', 'TRUST_PLUS'],
    operators: [...ORDER, 'isPartOf', 'isAnyOf', 'isAllOf', 'isNoneOf'],
    known: each(['BASE', 'TRUST', 'TRUST_PLUS']),
  },
  'idsc:ROLE': {
    values: ROLES,
    operators: NAMES,
    known: [[], ['x'], ['x.y'], ['z'], ['x', 'z'], ['x.y', 'z'], ['other']],
  },
  percentage: { values: AMOUNTS, operators: ORDER, known: [...each(AMOUNTS), [...AMOUNTS.slice(0, 2)]] },
};
const OPERANDS_TRIED: readonly string[] = Object.keys(DOMAINS);

const LISTS: readonly Operator[] = ['isAnyOf', 'isAllOf', 'isNoneOf', 'isPartOf'];

const domainOf = (operand: string): Domain => DOMAINS[operand]!;

const atomsOn = (leftOperand: string): fc.Arbitrary<AtomicConstraint> =>
  fc
    .constantFrom(...domainOf(leftOperand).operators)
    .chain((operator) =>
      (LISTS.includes(operator)
        ? fc.subarray([...domainOf(leftOperand).values], { minLength: 1, maxLength: 2 })
        : fc.constantFrom(...domainOf(leftOperand).values)
      ).map((rightOperand): AtomicConstraint => ({ leftOperand, operator, rightOperand })),
    );

export function constraintsOn(operands: readonly string[]): fc.Arbitrary<Constraint> {
  const atoms = fc.constantFrom(...operands).chain(atomsOn);
  const logical = (parts: fc.Arbitrary<Constraint>): fc.Arbitrary<Constraint> =>
    fc
      .tuple(
        fc.constantFrom('and', 'or', 'xone', 'andSequence'),
        fc.array(parts, { minLength: 1, maxLength: 3 }),
      )
      .map(([operand, held]) => ({ [operand]: held }));
  const shallow = logical(atoms);
  return fc.oneof(
    { weight: 6, arbitrary: atoms },
    { weight: 2, arbitrary: shallow },
    { weight: 1, arbitrary: logical(fc.oneof(atoms, shallow)) },
  );
}

const ACTIONS_TRIED = ['use', 'read', 'play', 'display', 'distribute'];
const PARTIES_TRIED = [someId('participant', 'a'), someId('participant', 'b')];
const DATASETS = [someId('dataset', 'a'), someId('dataset', 'b')];
const optional = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const several = <T>(of: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[] | undefined> =>
  fc.array(of, { maxLength }).map((list) => (list.length === 0 ? undefined : list));

/** Members that are not there are left out, as canonical form has them. */
const present = <T extends object>(of: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  of.map((value) => Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as T);

const due = fc.constantFrom(
  undefined,
  {
    leftOperand: 'delayPeriod',
    operator: 'eq',
    rightOperand: { '@value': 'P1D', '@type': 'xsd:duration' },
  } as const,
  {
    leftOperand: 'delayPeriod',
    operator: 'eq',
    rightOperand: { '@value': 'P2D', '@type': 'xsd:duration' },
  } as const,
);

const consent = fc
  .record({
    parties: fc.subarray(PARTIES_TRIED, { minLength: 1 }),
    needed: fc.constantFrom('1', '2'),
  })
  .filter(({ parties, needed }) => Number(needed) <= parties.length)
  .map(({ parties, needed }): Duty => ({
    action: {
      name: 'obtainConsent',
      refinement: [
        {
          leftOperand: 'count',
          operator: 'gteq',
          rightOperand: { '@value': needed, '@type': 'xsd:integer' },
        },
      ],
    },
    consentingParty: parties.map((uid) => ({ uid })),
  }));

const dutiesOn = (operands: readonly string[]): fc.Arbitrary<Duty> =>
  fc.oneof(
    consent,
    present(
      fc.record({
        action: fc
          .tuple(fc.constantFrom('inform', 'delete'), due)
          .map(([name, refinement]): Action => ({ name, ...(refinement && { refinement: [refinement] }) })),
        constraint: several(constraintsOn(operands), 1),
      }),
    ) as fc.Arbitrary<Duty>,
    fc.constant<Duty>({ action: { name: 'compensate' } }),
  );

const rulesOn = (operands: readonly string[], more: object): fc.Arbitrary<object> =>
  present(
    fc.record({
      action: present(
        fc.record({
          name: fc.constantFrom(...ACTIONS_TRIED),
          refinement: fc.oneof(
            { weight: 5, arbitrary: fc.constant(undefined) },
            { weight: 1, arbitrary: several(constraintsOn(operands), 1) },
          ),
        }),
      ),
      target: optional(fc.constantFrom(...DATASETS.map((uid) => ({ uid })))),
      assignee: optional(
        fc.oneof(
          fc.constantFrom(...PARTIES_TRIED.map((uid) => ({ uid }))),
          constraintsOn(operands).map((of) => ({ refinement: [of] })),
        ),
      ),
      constraint: several(constraintsOn(operands), 3),
      ...more,
    }),
  );

export const permissionsOn = (operands: readonly string[]): fc.Arbitrary<Permission> =>
  rulesOn(operands, { duty: several(dutiesOn(operands), 2) });
export const prohibitionsOn = (operands: readonly string[]): fc.Arbitrary<Prohibition> =>
  rulesOn(operands, {});

export const policiesOn = (operands: readonly string[]): fc.Arbitrary<Policy> =>
  present(
    fc.record({
      '@type': fc.constant('Set' as const),
      conflict: fc.constantFrom('perm' as const, 'prohibit' as const, 'invalid' as const),
      permission: fc.array(permissionsOn(operands), { minLength: 1, maxLength: 3 }),
      prohibition: several(prohibitionsOn(operands), 2),
      obligation: several(dutiesOn(operands), 1),
    }),
  );

/** Two operands are enough for rules to meet in, and few enough to try all that can be known of them. */
export const operandPairs = fc.subarray([...OPERANDS_TRIED], { minLength: 2, maxLength: 2 });

/** One state of the world with one attempt, and how far each kind of duty has got. */
export interface Situation {
  readonly attempt: Attempt;
  readonly facts: readonly Known[];
  readonly done: readonly string[];
  readonly consenting: readonly string[];
}

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((of) => [...tuple, of])),
    [[]],
  );

const subsets = <T>(of: readonly T[]): readonly (readonly T[])[] =>
  of.reduce<readonly (readonly T[])[]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);

const factsOf = (operands: readonly string[]): readonly (readonly Known[])[] =>
  product(operands.map((operand) => domainOf(operand).known.map((values) => ({ operand, values })))).map(
    (chosen) => chosen.flatMap(({ operand, values }) => values.map((value) => ({ operand, value }))),
  );

/** Everything that can be known of the operands, asked for and done; by turns where all of it would be too much. */
export function* situationsOf(operands: readonly string[], seed: number): Generator<Situation> {
  const done = subsets(['inform', 'delete', 'compensate']);
  const consenting = subsets(PARTIES_TRIED);
  let turn = seed;
  for (const facts of factsOf(operands)) {
    for (const action of ACTIONS_TRIED) {
      turn += 1;
      const attempt = { action, party: PARTIES_TRIED[turn % 2]!, target: DATASETS[(turn >> 1) % 2]! };
      // A prime step, so that no combination is left out of the turns for good.
      yield {
        attempt,
        facts,
        done: done[(turn * 7) % done.length]!,
        consenting: consenting[(turn * 3) % 4]!,
      };
      yield { attempt, facts, done: done.at(-1)!, consenting: consenting.at(-1)! };
    }
  }
}

const DEFERRABLE = ['AFTER', 'RECEIPT', 'ONWARD'];

/** Whether a policy permits what is attempted, duties standing as the situation says, wherever they are written. */
export function isAllowed(policy: Policy, { attempt, facts, done, consenting }: Situation): boolean {
  const duties = dutiesOf(policy);
  const world: PolicyWorld = {
    at: '2026-12-01T00:00:00.000Z',
    facts: [...facts],
    members: [],
    duties: duties.map(({ pointer, action, consent: asked }) => ({
      duty: pointer,
      performance: (
        asked
          ? asked.parties.filter((party) => consenting.includes(party)).length >= asked.needed
          : done.includes(action)
      )
        ? 'Performed'
        : 'Unperformed',
    })),
  };
  const deferrable = new Set(
    duties.filter(({ kind }) => DEFERRABLE.includes(kind)).map(({ pointer }) => pointer),
  );
  const report = evaluate(policy, attempt, world);
  return (
    decisionOf(policy, report, (pointer) => deferrable.has(pointer), attempt, world).denial === undefined
  );
}
