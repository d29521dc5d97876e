import type { DenialCode } from '../../../model/index.js';
import type { LogicalOperand, PartyFunction, Policy } from '../../../model/odrl/index.js';
import type { Enforcement } from '../../duties/plan.js';
import type { Deontic, Performance } from '../../report.js';
import type { DutyKind, KnownAction } from '../../vocabulary/index.js';
import type { Language } from './language.js';
import type { ComparisonPhrases, DecisionPhrases, Phrases } from './phrases.js';
import type { Comparison, DutyOperand, ListOperator, Measure, OperandTerm } from './terms.js';

/** Why a use was denied, and what would have to be otherwise. */
interface DenialText {
  readonly reason: string;
  readonly change: string;
}

/** Values that have words of their own wherever they are written. */
export type ValueTerm = 'policyUsage' | 'encrypted' | 'anonymized' | 'personal-data';

/** States of an event, as its facts are typed. */
export const EVENT_STATES = ['tallystick:before', 'tallystick:during', 'tallystick:after'] as const;
export type EventState = (typeof EVENT_STATES)[number];

export type FunctionName = PartyFunction | 'assigner' | 'assignee';

/** Every text of one language. Records over closed lists: what has no text does not compile. */
export interface Catalogue {
  readonly language: Language;
  /** What is done, as it follows "it is permitted to"; `{}` stands for what it is done to. */
  readonly actions: Readonly<Record<KnownAction, string>>;
  /** What these are done to where the rule names no data. */
  readonly objects: Readonly<Partial<Record<KnownAction, string>>>;
  readonly operands: Readonly<Record<OperandTerm, string>>;
  readonly dutyOperands: Readonly<Record<DutyOperand, string>>;
  /** An operand that has no text. */
  readonly unknownOperand: (quoted: string) => string;
  /** `{}` stands for the value. */
  readonly comparisons: Readonly<Record<Measure, Readonly<Record<Comparison, string>>>>;
  /** By whether one value is listed, or several. */
  readonly lists: Readonly<Record<ListOperator, readonly [one: string, several: string]>>;
  readonly logical: Readonly<Record<LogicalOperand, string>>;
  readonly values: Readonly<Record<ValueTerm, string>>;
  readonly eventStates: Readonly<Record<EventState, string>>;
  readonly functions: Readonly<Record<FunctionName, string>>;
  readonly policyTypes: Readonly<Record<Policy['@type'], string>>;
  readonly conflicts: Readonly<Record<Policy['conflict'], string>>;
  readonly dutyKinds: Readonly<Record<DutyKind, string>>;
  readonly enforcements: Readonly<Record<Enforcement, string>>;
  readonly performances: Readonly<Record<Performance, string>>;
  readonly deontics: Readonly<Record<Deontic, string>>;
  readonly denials: Readonly<Record<DenialCode, DenialText>>;
  readonly phrases: Phrases;
  readonly decision: DecisionPhrases;
  readonly comparison: ComparisonPhrases;
}
