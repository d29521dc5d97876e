import { DUTY_ACTIONS, enforcementOfKind, usualKindOf } from '../../chaincode/src/policy/duties/kind.js';

import { TEMPLATES, type PolicyTemplate } from '../../chaincode/src/policy/templates/index.js';
import { OPERANDS, type DutyKind, type Source } from '../../chaincode/src/policy/vocabulary/index.js';
import { tableOf, type Row } from './page.js';

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
const words = (labels: readonly string[]): string => labels.map((label) => label.toLowerCase()).join(', ');

const KNOWN_BY: Readonly<Record<Source, string>> = {
  LEDGER: 'records of the ledger',
  REQUEST: 'the request, which the consumer’s component signs',
  CONSUMER: 'a statement of a component of the consumer',
  PROVIDER: 'a statement of a component of the provider or the custodian',
  DUTY: 'nobody: it says how a duty is to be done',
};

/** Left operands, and who knows their value when a use is decided. */
export const operandTable = (): string =>
  tableOf(
    ['operand', 'values', 'operators', 'known by', 'denial'],
    [...OPERANDS].map(([name, { kind, source, operators, denial, unit }]) => [
      code(name),
      unit === undefined ? kind : `${kind}, unit ${unit}`,
      codes(operators),
      KNOWN_BY[source],
      source === 'DUTY' ? '' : code(denial),
    ]),
  );

const SEEN_TO: Readonly<Record<DutyKind, string>> = {
  RECEIPT: 'the receipt of the use is its performance',
  TRANSFORMATION:
    'the version used must be recorded as made that way, by a certified component of its custodian',
  CONSENT: 'enough of the parties named have consented to these very terms, and have not withdrawn',
  BEFORE: 'recorded as done, by a component of the party it is owed to, before any use',
  AFTER:
    'owed with a deadline; overdue, it can be recorded as a breach, after which no use is allowed until it is made good',
  ONWARD: 'sub-grants must keep the policy',
};

/** Duties by how the ledger sees to them. */
export function dutyTable(): string {
  const kinds = Object.keys(SEEN_TO) as DutyKind[];
  return tableOf(
    ['kind', 'duties', 'seen to by', 'enforced'],
    kinds.map((kind) => [
      code(kind),
      codes(DUTY_ACTIONS.filter((action) => usualKindOf(action) === kind)),
      SEEN_TO[kind],
      words([enforcementOfKind(kind)]),
    ]),
  );
}

/** What the label of each class means, and what it does not cover. */
export const labelTable = (): string =>
  tableOf(
    ['class', 'enforced', 'how', 'not covered'],
    TEMPLATES.map(({ number, title, enforcement, how, limit }) => [
      `${number} ${title}`,
      words(enforcement),
      how,
      limit,
    ]),
  );

/** What a run of the cases of one class has shown. */
export interface ClassOutcome {
  readonly number: number;
  /** Cases that ended as they must, by what they ended in. */
  readonly allowed: number;
  readonly denied: readonly string[];
  readonly stopped: readonly string[];
  /** Offers of policies that are not of this class, refused with the place. */
  readonly refused: number;
}

const rowOf = ({ number, title, name, code: term, enforcement }: PolicyTemplate, of: ClassOutcome): Row => [
  String(number),
  title,
  term === undefined ? '' : code(term),
  code(name),
  words(enforcement),
  String(of.allowed),
  counted(of.denied),
  counted(of.stopped),
  String(of.refused),
];

/** `PURPOSE` twice is `PURPOSE` × 2. */
function counted(all: readonly string[]): string {
  return [...new Set(all)]
    .sort()
    .map((each) => [each, all.filter((other) => other === each).length] as const)
    .map(([each, times]) => (times === 1 ? code(each) : `${code(each)} × ${times}`))
    .join(', ');
}

/** The table of the classes, of what a run has shown and of nothing else. */
export const classTable = (outcomes: readonly ClassOutcome[]): string =>
  tableOf(
    [
      '#',
      'class',
      'term of the IDS',
      'template',
      'enforced',
      'allowed',
      'denied',
      'faults',
      'offers refused',
    ],
    TEMPLATES.flatMap((template) =>
      outcomes.filter(({ number }) => number === template.number).map((outcome) => rowOf(template, outcome)),
    ),
  );
