import type { DenialCode } from '../../model/index.js';
import type { PremiseReport } from '../report.js';
import { OPERANDS } from '../vocabulary/index.js';

/** Where a permission drops out. The first stage at which none is left names the denial. */
export type Stage = keyof typeof CODES;

/** In order. A use that may not be made at all is not answered with a count, hence the quota last. */
const CODES = {
  action: 'ACTION',
  target: 'TARGET',
  party: 'RECIPIENT',
  purpose: 'PURPOSE',
  time: 'TIME_WINDOW',
  territory: 'TERRITORY',
  recipient: 'RECIPIENT',
  component: 'COMPONENT_PROFILE',
  constraint: 'CONSTRAINT',
  consent: 'CONSENT',
  duty: 'DUTY',
  quota: 'QUOTA',
} as const satisfies Record<string, DenialCode>;

const STAGES = Object.keys(CODES) as readonly Stage[];

/** Stage of the denial that the vocabulary gives an operand. */
const OF_OPERAND: Partial<Record<DenialCode, Stage>> = {
  TARGET: 'target',
  PURPOSE: 'purpose',
  TIME_WINDOW: 'time',
  TERRITORY: 'territory',
  RECIPIENT: 'recipient',
  COMPONENT_PROFILE: 'component',
  QUOTA: 'quota',
};

export const codeOf = (stage: Stage): DenialCode => CODES[stage];
export const isBefore = (left: Stage, right: Stage): boolean => STAGES.indexOf(left) < STAGES.indexOf(right);

/** Earliest of some stages; `undefined` of none. */
export const firstOf = (stages: readonly Stage[]): Stage | undefined =>
  STAGES.find((stage) => stages.includes(stage));

/** Latest of some stages; `undefined` of none. */
export const lastOf = (stages: readonly Stage[]): Stage | undefined =>
  STAGES.findLast((stage) => stages.includes(stage));

/** Stages at which a premise fails: none when it is satisfied. */
export function failureOf(premise: PremiseReport): readonly Stage[] {
  if (premise.satisfaction === 'Satisfied') return [];
  switch (premise.kind) {
    case 'Target':
      return ['target'];
    case 'Party':
      return ['party'];
    case 'Action':
      return ['action'];
    case 'Constraint':
      return [stageOf(premise.leftOperand)];
    case 'Logical':
      // Exactly one was to hold and more do: no part fails.
      return [firstOf(premise.premises.flatMap(failureOf)) ?? 'constraint'];
  }
}

function stageOf(leftOperand: string): Stage {
  const denial = OPERANDS.get(leftOperand)?.denial;
  return (denial && OF_OPERAND[denial]) ?? 'constraint';
}
