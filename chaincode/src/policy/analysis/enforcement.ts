import {
  isLogical,
  operandOf,
  type AtomicConstraint,
  type Constraint,
  type Policy,
} from '../../model/odrl/index.js';
import type { Enforcement, PlannedDuty } from '../duties/plan.js';
import { dutiesOf } from '../duties/planning.js';
import { pointed } from '../pointing.js';
import { OPERANDS, type Source } from '../vocabulary/index.js';
import { conditionsOf } from './coverage.js';

/** How far the ledger can answer for one constraint or duty of a policy. */
export interface Enforced {
  readonly pointer: string;
  readonly enforcement: Enforcement;
  /** Whose word it rests on; absent: the ledger's own records. */
  readonly attester?: PlannedDuty['attester'];
  /**
   * What is left of it once a version's key has been released: whoever has the key can read on, and a certified component
   * answers for stopping. Absent: it is about the release itself and is over with it.
   */
  readonly afterRelease?: Enforcement;
  readonly note: string;
}

/** Every condition of a permission or prohibition and every duty, with what it rests on, in the order written. */
export const enforcementOf = (policy: Policy): readonly Enforced[] => [
  ...[...pointed(policy.permission, '/permission'), ...pointed(policy.prohibition, '/prohibition')].flatMap(
    ([at, rule]) => conditionsOf(rule).flatMap(([pointer, of]) => enforcementIn(of, at + pointer)),
  ),
  ...dutiesOf(policy).map(dutyEnforcement),
];

function enforcementIn(of: Constraint, at: string): readonly Enforced[] {
  if (!isLogical(of)) return [conditionEnforcement(of, at)];
  const [operand, parts] = operandOf(of);
  return pointed(parts, `${at}/${operand}`).flatMap(([pointer, part]) => enforcementIn(part, pointer));
}

/** What a condition rests on, by who knows the value. Of an operand that nobody knows, the word of the consumer is all there is. */
const BY_SOURCE: Readonly<Record<Source, Omit<Enforced, 'pointer'>>> = {
  LEDGER: { enforcement: 'TECHNICAL', note: 'The key is withheld by what the ledger records.' },
  REQUEST: {
    enforcement: 'ATTESTED',
    attester: 'CONSUMER',
    note: 'The consumer’s certified component states it in the request that it signs.',
  },
  CONSUMER: {
    enforcement: 'ATTESTED',
    attester: 'CONSUMER',
    note: 'A certified component of the consumer states it, signed with its own key.',
  },
  PROVIDER: {
    enforcement: 'ATTESTED',
    attester: 'PROVIDER',
    note: 'A certified component of the provider or custodian states it, signed with its own key.',
  },
  DUTY: { enforcement: 'DETECTIVE', note: 'It says how a duty is to be done, and is part of the duty.' },
};

/** Operands of time and number: a use goes on, and is done again, with a key that has been released. */
const LASTING: ReadonlySet<string> = new Set(['count', 'dateTime', 'elapsedTime', 'event', 'meteredTime']);

function conditionEnforcement({ leftOperand }: AtomicConstraint, pointer: string): Enforced {
  const by = BY_SOURCE[OPERANDS.get(leftOperand)?.source ?? 'CONSUMER'];
  if (by.enforcement !== 'TECHNICAL' || !LASTING.has(leftOperand)) return { pointer, ...by };
  return {
    pointer,
    ...by,
    afterRelease: 'ATTESTED',
    note: 'Technical up to the first release of a version’s key; from then on the consumer’s certified component answers for it. A lease is the same: it stops the next renewal.',
  };
}

const DUTY_NOTES: Readonly<Record<PlannedDuty['kind'], string>> = {
  RECEIPT: 'The receipt of the use is its performance: without it, no key.',
  CONSENT:
    'The key is withheld until enough of the parties named have consented, and again when they withdraw.',
  ONWARD: 'A sub-grant whose policy is not at most as wide is refused.',
  BEFORE: 'The key is withheld until a certified component of the creditor has stated that it was done.',
  TRANSFORMATION:
    'The key is withheld until a certified component has stated that the version was made that way.',
  AFTER:
    'It is due after the key was released: a breach is recorded when nobody stated in time that it was done.',
};

const dutyEnforcement = ({ pointer, kind, enforcement, attester }: PlannedDuty): Enforced => ({
  pointer,
  enforcement,
  ...(enforcement !== 'TECHNICAL' && { attester }),
  note: DUTY_NOTES[kind],
});
