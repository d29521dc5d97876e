import type { LogicalOperand, Operator, Value } from '../model/odrl/index.js';

/**
 * Compliance report on one policy, one attempt and one state of the world: the model of "ODRL Compliance Report"
 * (SolidLab, w3id.org/force/compliance-report) with JSON pointers into the policy instead of IRIs.
 */
export interface PolicyReport {
  /** Permissions, prohibitions and obligations, in this order, each as written. */
  readonly rules: readonly RuleReport[];
}

export type Satisfaction = 'Satisfied' | 'Unsatisfied';
export type Activation = 'Active' | 'Inactive';
export type AttemptState = 'Attempted' | 'NotAttempted';
export type Performance = 'Performed' | 'Unperformed' | 'Unknown';
export type Deontic = 'Fulfilled' | 'Violated' | 'NonSet';

export interface RuleReport {
  readonly kind: 'Permission' | 'Prohibition' | 'Duty';
  /** JSON pointer of the rule: `/permission/0`, `/permission/0/duty/1`, `/obligation/0/consequence/0`. */
  readonly rule: string;
  readonly attempt: AttemptState;
  /** In the order target, party, action, constraints. A rule that does not ask for one has no premise for it. */
  readonly premises: readonly PremiseReport[];
  /** The duties of a permission; the consequences of a duty; the remedies of a prohibition. */
  readonly conditions: readonly RuleReport[];
  readonly activation: Activation;
  readonly performance: Performance;
  readonly deontic: Deontic;
}

export type PremiseReport = SubjectPremise | ConstraintPremise | LogicalPremise;

interface Premise {
  /** JSON pointer: `/permission/0/target`, `/permission/0/constraint/2/and/0`. */
  readonly premise: string;
  readonly satisfaction: Satisfaction;
}

/** Target, party or action; refinements are premises of it. */
export interface SubjectPremise extends Premise {
  readonly kind: 'Target' | 'Party' | 'Action';
  readonly premises: readonly (ConstraintPremise | LogicalPremise)[];
}

export interface ConstraintPremise extends Premise {
  readonly kind: 'Constraint';
  readonly leftOperand: string;
  readonly operator: Operator;
  readonly rightOperand: readonly Value[];
  /** What was known of the left operand; empty when nothing was. */
  readonly known: readonly Value[];
  /** Ledger keys these came from. */
  readonly sources: readonly string[];
}

export interface LogicalPremise extends Premise {
  readonly kind: 'Logical';
  readonly operand: LogicalOperand;
  readonly premises: readonly (ConstraintPremise | LogicalPremise)[];
}
