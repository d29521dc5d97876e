import type { CalendarTime, Span } from './lexical.js';

/** Modes of a rule: it permits, forbids, requires. */
export type RuleMode = 'Permission' | 'Prohibition' | 'Duty';

/** What a duty with a period counts from. */
export type Origin = 'use' | 'acceptance' | 'breach';

/** How a rule bears on one use. */
export type Bearing = 'carries' | 'applies' | 'doubtful' | 'lacksDuty' | 'idle';
/** Whether a duty is due: its own condition holds, does not, or cannot be told. */
export type Dueness = 'due' | 'notDue' | 'doubtful';

/** Which way a change goes. `narrower`: what it permits was permitted before; `wider`: the other way round. */
export type Direction = 'same' | 'narrower' | 'wider' | 'undetermined';

/** How sentences are put together. Parts that come from records arrive quoted. */
export interface Phrases {
  readonly and: (items: readonly string[]) => string;
  readonly or: (items: readonly string[]) => string;
  readonly calendarTime: (time: CalendarTime) => string;
  readonly span: (span: Span) => string;
  readonly runsFrom: (instant: string) => string;
  readonly withUnit: (value: string, unit: string) => string;
  readonly percent: (value: string) => string;
  /** Subject and predicate as one statement, without a full stop. */
  readonly statement: (subject: string, predicate: string) => string;
  readonly sentence: (statement: string) => string;
  /** A sentence that introduces what stands under it. */
  readonly introduction: (statement: string) => string;
  /** Several sentences in one line. */
  readonly paragraph: (sentences: readonly string[]) => string;
  /** A statement of a list: with a colon when something stands under it. */
  readonly item: (number: number, statement: string, hasParts: boolean) => string;

  readonly unknownAction: (quoted: string, object: string) => string;
  readonly anyAction: string;
  readonly theData: string;
  readonly anyData: string;
  readonly membersOf: (quoted: string) => string;
  readonly party: (quoted: string) => string;
  readonly anyParty: string;

  readonly rule: (mode: RuleMode, who: string | undefined, act: string) => string;
  readonly provided: (statement: string, condition: string) => string;
  readonly providedAll: (statement: string) => string;
  readonly manner: (mode: RuleMode) => string;
  readonly conditionsOfData: string;
  readonly conditionsOfParty: string;
  readonly named: (label: string, value: string) => string;
  readonly numbered: (number: string, sentence: string) => string;
  readonly dutyNumbered: (number: string, sentence: string) => string;
  readonly otherwise: (number: string) => string;
  readonly whenInfringed: string;
  readonly dueAt: (instant: string) => string;
  readonly dueAfter: (span: string, origin: Origin) => string;
  readonly recurs: (span: string) => string;
  readonly consentOf: (needed: number, parties: string) => string;

  readonly policyTitle: (type: string, uid: string | undefined) => string;
  readonly profiles: (list: string) => string;
  readonly closedWorld: string;
  /** How names stand for what is within them. */
  readonly containment: string;
}

/** How a decision is told. */
export interface DecisionPhrases {
  readonly allowed: (rules: string) => string;
  readonly denied: (code: string, reason: string) => string;
  readonly rule: (number: string) => string;
  readonly asked: string;
  readonly askedAction: (action: string) => string;
  readonly askedParty: (party: string | undefined) => string;
  readonly askedData: (data: string | undefined) => string;
  readonly decidedAt: (instant: string) => string;
  readonly notJudged: string;
  readonly bears: (number: string, mode: RuleMode, bearing: Bearing, act: string) => string;
  readonly noPremise: string;
  readonly met: (isMet: boolean, statement: string) => string;
  readonly known: (values: string, sources: string) => string;
  readonly nothingKnown: string;
  readonly fromRequest: string;
  readonly target: (isMet: boolean, asked: string | undefined, wanted: string) => string;
  readonly party: (isMet: boolean, asked: string | undefined, wanted: string) => string;
  readonly action: (isMet: boolean, asked: string, wanted: string) => string;
  /** What would have to be so, of data, party and action. */
  readonly needed: Readonly<Record<'Target' | 'Party' | 'Action', (wanted: string) => string>>;
  /** The same of data and parties that only their conditions name. */
  readonly neededConditions: Readonly<Record<'Target' | 'Party', string>>;
  readonly dutyState: (act: string, dueness: Dueness, performance: string, deontic: string) => string;
  readonly recordedIn: (source: string) => string;
  readonly remains: (number: string) => string;
  readonly decided: string;
  readonly whatChanges: string;
  /** A condition at which a permission fails; with what stands under it. */
  readonly failsAt: (number: string, statement: string, hasParts: boolean) => string;
  readonly wouldPermit: (number: string) => string;
  readonly forbids: (number: string, isDoubtful: boolean) => string;
  readonly perform: (number: string, act: string) => string;
  readonly noPermission: string;
  readonly facts: string;
  readonly noFacts: string;
  readonly fact: (key: string, digest: string | null) => string;
}

/** How two policies are compared. */
export interface ComparisonPhrases {
  readonly identical: string;
  readonly direction: Readonly<Record<Direction, string>>;
  /** The policy as a whole. */
  readonly overall: Readonly<Record<Direction, string>>;
  readonly beyond: string;
  readonly beyondIn: Readonly<Record<Beyond, string>>;
  readonly beyondRule: (number: string) => string;
  readonly added: (what: string) => string;
  readonly removed: (what: string) => string;
  readonly changedRule: (mode: RuleMode, before: string, after: string, direction: string) => string;
  readonly addedRule: (number: string, direction: string) => string;
  readonly removedRule: (number: string, direction: string) => string;
  readonly changed: (label: string, before: string, after: string) => string;
  /** A duty that both have, with what changed in it under it. */
  readonly within: (label: string, sentence: string) => string;
  readonly moved: string;
  readonly unstated: string;
  readonly labels: Readonly<Record<Label, string>>;
}

/** Where a policy may go beyond another one without one of its rules being the place. */
export const BEYOND = ['/conflict', '/permission', '/prohibition', '/obligation'] as const;
export type Beyond = (typeof BEYOND)[number];

export type Label =
  | 'type'
  | 'uid'
  | 'profile'
  | 'conflict'
  | 'action'
  | 'target'
  | 'assigner'
  | 'assignee'
  | 'constraint'
  | 'duty'
  | 'consequence'
  | 'remedy';
