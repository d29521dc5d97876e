import type { Digest, Fact, Json, Policy, Terms } from '@tallystick/chaincode/model';
import { face } from '../../feature/face.js';
import { Problem as Answered, ProblemError, problems, told } from '../../http/problem.js';
import type { ProblemType } from '../../http/problem-kind.js';
import { policyProblems } from './problems.js';

/** What routes ask about policies: to be read, judged before anybody signs them, compared, and explained afterwards. */

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];
export type InLanguages = Readonly<Record<Language, string>>;

export interface Problem {
  /** JSON pointer into the document. */
  readonly pointer: string;
  readonly reason: string;
}

interface Finding extends Problem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
}

/** What became of a document that somebody wants to sign. Nothing about it is an error of whoever asks. */
export interface Linted {
  /** Canonical form, and the digest of its canonical JSON; absent when the document cannot be read. */
  readonly canonical?: Policy;
  readonly digest?: Digest;
  /** What the ledger would refuse it for. */
  readonly problems: readonly Problem[];
  /** What is lawful and most likely not meant. */
  readonly findings: readonly Finding[];
  /** For each rule and constraint, how far the ledger can answer for it. */
  readonly enforcement: readonly Json[];
  readonly duties: readonly Json[];
  readonly rendering?: InLanguages;
  /** When it was to be compared with an earlier one. */
  readonly comparison?: Compared;
}

export interface Compared {
  /** Why one of the two cannot be read; pointers begin with `/before` or `/after`. */
  readonly problems: readonly Problem[];
  /** Where the later cannot be proven to keep within the earlier; pointers into the later. */
  readonly excess: readonly Problem[];
  /** `narrower`: nothing is permitted that was not; `wider`: all that was. Absent when one cannot be read. */
  readonly direction?: 'same' | 'narrower' | 'wider' | 'undetermined';
  readonly rendering?: InLanguages;
}

/** Why a use was allowed or denied, from the report made again of what the answer recorded. */
export interface Explained {
  readonly usageId: string;
  /** Number of the lease that was decided; absent for the answer. */
  readonly lease?: number;
  readonly language: Language;
  readonly outcome: 'ALLOWED' | 'DENIED';
  readonly code?: string;
  /** Digest of the report, equal to the one recorded; absent when the decision fell before the policy was asked. */
  readonly report?: Digest;
  readonly summary: string;
  readonly lines: readonly string[];
  readonly facts: readonly Fact[];
}

/** Where a duty stands: in the policy of a grant, or in one that is still to be offered. */
export type DutyPlace = { readonly pointer: string } & (
  | { readonly grant: string }
  | { readonly policy: Json }
);

/** A duty to make the version used from another one. */
export interface DutyInPolicy {
  readonly action: string;
  /** What a statement that it was done has to name. */
  readonly parameters: Digest;
  /** Values of the action's refinements, by left operand. */
  readonly refinements: Readonly<Record<string, string>>;
}

export type PolicyErrorCode =
  | 'NOT_FOUND'
  | 'NOT_ANSWERED'
  | 'REPORT_DIFFERS'
  | 'RULES_UNKNOWN'
  | 'DUTY_NOT_FOUND'
  | 'POLICY_TIMEOUT'
  | 'POLICIES_BUSY'
  | 'POLICY_UNENFORCEABLE';

const ofCode: Readonly<Record<PolicyErrorCode, ProblemType>> = {
  ...policyProblems,
  NOT_FOUND: problems.NOT_FOUND,
  RULES_UNKNOWN: problems.RULES_UNKNOWN,
  DUTY_NOT_FOUND: problems.DUTY_NOT_FOUND,
  POLICY_UNENFORCEABLE: problems.POLICY_UNENFORCEABLE,
};

/**
 * NOT_FOUND: no such use. NOT_ANSWERED: nobody has decided yet. REPORT_DIFFERS: the report made again has another digest than
 * the answer names, so that nothing said about it could be relied on. RULES_UNKNOWN: other rules decided than are known here.
 * DUTY_NOT_FOUND: the policy asks for no transformation there. POLICY_UNENFORCEABLE: the policy cannot be read. POLICY_TIMEOUT: it
 * takes longer than is allowed. POLICIES_BUSY: too many wait already.
 */
export class PolicyError extends ProblemError {
  override readonly name = 'PolicyError';
  readonly code: PolicyErrorCode;
  readonly details: Readonly<Record<string, Json>>;
  constructor(code: PolicyErrorCode, message: string, details: Readonly<Record<string, Json>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get problem(): Answered {
    return new Answered(ofCode[this.code], { cause: this, ...told(this.details) });
  }
}

/** Terms as a side writes them. */
export type WrittenTerms = Omit<Terms, 'enforced'> & { readonly enforced: Json };

/** Documents larger than `LIMITS.document` are refused (Refusal LIMIT_EXCEEDED); what takes too long, with a PolicyError. */
export interface Policies {
  lint(document: Json, before?: Json): Promise<Linted>;
  compare(before: Json, after: Json): Promise<Compared>;
  /** How the ledger digests terms, which is what both sides sign; `undefined` when it would refuse the policy. */
  termsDigest(terms: WrittenTerms): Promise<Digest | undefined>;
  /** Throws PolicyError. */
  dutyAt(place: DutyPlace): Promise<DutyInPolicy>;
  /** Throws PolicyError. */
  explain(usageId: string, language: Language, lease?: number): Promise<Explained>;
}

export const POLICIES = face<Policies>('policies');
