import type { odrl, Policy, PolicyWorld } from '@tallystick/chaincode/model';
import type { Random } from '../../differential/random.js';
import { ALL_ACTIONS, allWithin } from './actions.js';
import type { Case } from './reporting.js';
import { askedOf, knownOf, NOWS, NAMES, UNITS } from './values.js';
import { ALL_OPERANDS } from './vocabulary.js';

/** A policy, an attempt and a world, and which duties may be done later. */
export interface Sample extends Case {
  readonly deferrable: readonly string[];
}

const OPERATORS: readonly odrl.Operator[] = [
  'eq',
  'neq',
  'gt',
  'gteq',
  'lt',
  'lteq',
  'isA',
  'hasPart',
  'isPartOf',
  'isAllOf',
  'isAnyOf',
  'isNoneOf',
];
const LISTED: readonly odrl.Operator[] = ['isPartOf', 'isAllOf', 'isAnyOf', 'isNoneOf'];
const OFTEN = [
  'use',
  'read',
  'play',
  'display',
  'reproduce',
  'extract',
  'aggregate',
  'transfer',
  'grantUse',
  'idsc:LOG',
  'idsc:TRACK_PROVENANCE',
  'acceptTracking',
];
const PARTIES = ['participant-1', 'participant-2', 'group-1', 'group-2'];
const TARGETS = ['dataset-1', 'dataset-2', 'version-1', 'catalogue-1'];
const CONFLICTS = ['perm', 'prohibit', 'invalid'] as const;

/** Makes rules over the few operands of one case. */
export class Maker {
  readonly #random: Random;
  readonly #operands: readonly string[];

  constructor(random: Random) {
    this.#random = random;
    const known = [
      ...ALL_OPERANDS,
      'spatial',
      'spatial',
      'purpose',
      'count',
      'dateTime',
      'event',
      'ex:unheard-of',
    ];
    this.#operands = this.list(1, 4, () => random.pick(known));
  }

  list<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.#random.below(most - least + 1) }, make);
  }

  /** A member with what was made, in so many of a hundred cases; no member at all in the others. */
  maybe<K extends string, T>(chance: number, key: K, make: () => T): Partial<Record<K, T>> {
    return this.#random.percent(chance) ? ({ [key]: make() } as Record<K, T>) : {};
  }

  action(): string {
    return this.#random.pick(this.#random.percent(80) ? OFTEN : ALL_ACTIONS);
  }

  constraint(depth = 2): odrl.Constraint {
    if (depth > 0 && this.#random.percent(25)) {
      const operand = this.#random.pick(['and', 'or', 'xone', 'andSequence'] as const);
      return { [operand]: this.list(1, 3, () => this.constraint(depth - 1)) };
    }
    const leftOperand = this.#random.pick(this.#operands);
    const operator = this.#random.pick(OPERATORS);
    const isList = LISTED.includes(operator) && this.#random.percent(90);
    const rightOperand = isList
      ? this.list(1, 3, () => askedOf(this.#random, leftOperand))
      : askedOf(this.#random, leftOperand);
    return { leftOperand, operator, rightOperand, ...this.maybe(8, 'unit', () => this.#random.pick(UNITS)) };
  }

  constraints(): odrl.Constraint[] {
    return this.list(1, 2, () => this.constraint());
  }

  subject(names: readonly string[]): odrl.Subject {
    const name = (): string => this.#random.pick(names);
    const made = {
      ...this.maybe(75, 'uid', name),
      ...this.maybe(15, 'source', name),
      ...this.maybe(15, 'refinement', () => this.constraints()),
    };
    return Object.keys(made).length > 0 ? made : { uid: name() };
  }

  rule(): odrl.Rule {
    return {
      ...this.maybe(90, 'action', () => ({
        name: this.action(),
        ...this.maybe(12, 'refinement', () => this.constraints()),
      })),
      ...this.maybe(50, 'target', () => this.subject(TARGETS)),
      ...this.maybe(40, 'assignee', () => this.subject(PARTIES)),
      ...this.maybe(60, 'constraint', () => this.constraints()),
    };
  }

  duty(): odrl.Duty {
    return {
      action: { name: this.#random.pick(['obtainConsent', 'delete', 'inform', 'compensate', 'anonymize']) },
      ...this.maybe(20, 'target', () => this.subject(TARGETS)),
      ...this.maybe(30, 'constraint', () => this.constraints()),
      ...this.maybe(30, 'consequence', () => this.list(1, 2, () => this.consequence())),
    };
  }

  consequence(): odrl.Duty {
    return { action: { name: 'compensate' }, ...this.maybe(20, 'constraint', () => this.constraints()) };
  }

  policy(): Policy {
    const permission = (): odrl.Permission => ({
      ...this.rule(),
      ...this.maybe(35, 'duty', () => this.list(1, 2, () => this.duty())),
    });
    const prohibition = (): odrl.Prohibition => ({
      ...this.rule(),
      ...this.maybe(20, 'remedy', () => [this.consequence()]),
    });
    const rules = {
      ...this.maybe(92, 'permission', () => this.list(1, 3, permission)),
      ...this.maybe(55, 'prohibition', () => this.list(1, 2, prohibition)),
      ...this.maybe(20, 'obligation', () => this.list(1, 2, () => this.duty())),
    };
    const conflict = this.#random.pick(CONFLICTS);
    if (Object.keys(rules).length === 0) return { '@type': 'Set', conflict, permission: [permission()] };
    return { '@type': 'Set', conflict, ...rules };
  }

  /** Mostly what one of the permissions speaks of, or most cases would end at the action. */
  attempt({ permission = [] }: Policy): odrl.Attempt {
    const rule = permission.length > 0 ? this.#random.pick(permission) : undefined;
    const either = (named: string | undefined, names: readonly string[]): string =>
      named !== undefined && this.#random.percent(85) ? named : this.#random.pick(names);
    const inside = this.#random.pick([...allWithin(rule?.action?.name ?? 'use')]);
    return {
      action: this.#random.percent(85) ? inside : this.action(),
      ...this.maybe(95, 'party', () => either(rule?.assignee?.uid, PARTIES)),
      ...this.maybe(95, 'target', () => either(rule?.target?.uid, TARGETS)),
    };
  }

  world(duties: readonly string[]): PolicyWorld {
    const random = this.#random;
    const facts = this.#operands.flatMap((operand) =>
      random.percent(85) ? this.list(1, random.percent(75) ? 1 : 3, () => this.fact(operand)) : [],
    );
    return {
      at: random.pick(NOWS),
      facts,
      members: this.list(0, 3, () => this.membership()),
      duties: duties
        .filter(() => random.percent(70))
        .map((duty) => ({
          duty,
          performance: random.pick(['Performed', 'Performed', 'Unperformed', 'Unknown']),
        })),
    };
  }

  fact(operand: string): PolicyWorld['facts'][number] {
    const source = (): string => `record-${this.#random.below(3)}`;
    return { operand, value: knownOf(this.#random, operand), ...this.maybe(30, 'source', source) };
  }

  membership(): PolicyWorld['members'][number] {
    const names = this.#random.pick([PARTIES, TARGETS, NAMES]);
    return { member: this.#random.pick(names), collection: this.#random.pick(names) };
  }
}

/** JSON pointers of everything in a policy that is a duty. */
function dutiesIn({ permission = [], prohibition = [], obligation = [] }: Policy): readonly string[] {
  const withConsequences = (duties: readonly odrl.Duty[], under: string): readonly string[] =>
    duties.flatMap((duty, index) => [
      `${under}/${index}`,
      ...(duty.consequence ?? []).map((_each, at) => `${under}/${index}/consequence/${at}`),
    ]);
  return [
    ...permission.flatMap(({ duty = [] }, index) => withConsequences(duty, `/permission/${index}/duty`)),
    ...prohibition.flatMap(({ remedy = [] }, index) =>
      withConsequences(remedy, `/prohibition/${index}/remedy`),
    ),
    ...withConsequences(obligation, '/obligation'),
  ];
}

export function newSample(random: Random): Sample {
  const maker = new Maker(random);
  const policy = maker.policy();
  const duties = dutiesIn(policy);
  return {
    policy,
    attempt: maker.attempt(policy),
    world: maker.world(duties),
    deferrable: duties.filter(() => random.percent(40)),
  };
}
