import type { EvidenceSubject } from '@tallystick/chaincode/model';
import type { Step } from './checklist.js';
import type { Rejection } from './rejection.js';

/**
 * VERIFIED: every required step passed. FAILED: at least one step failed. INCOMPLETE: nothing failed, but a required step could not be
 * evaluated.
 */
export type Outcome = 'VERIFIED' | 'FAILED' | 'INCOMPLETE';

/** Process exit codes of the command line tool, by outcome. 4: the trust file or a parameter cannot be used. */
export const EXIT_CODES: Readonly<Record<Outcome, number>> = { VERIFIED: 0, FAILED: 1, INCOMPLETE: 3 };

/** Up to which block the answer holds. */
export interface AsOf {
  readonly height: number;
  /** SHA-256 of the DER header of that block. */
  readonly block: string;
  /** By when as many witnesses as are needed had signed, by their own clocks; absent where they are fewer. */
  readonly at?: string;
}

/** A witness whose signature counts. */
export interface CountedWitness {
  readonly mspId: string;
  /** SHA-256 of its certificate, hex. */
  readonly fingerprint: string;
  readonly signedAt: string;
  /** Newest block that its own peer had then; absent where it does not say. */
  readonly newest?: number;
}

/** A party of the subject, as the ledger knows it. */
export interface Party {
  readonly role: 'provider' | 'consumer' | 'custodian' | 'holder' | 'registrar' | 'assessor';
  readonly participant: string;
  readonly legalName?: string;
  readonly mspId?: string;
  readonly identifiers?: Readonly<Record<string, string>>;
}

/** A transaction that concerns the subject, in the order of the ledger. */
export interface TimelineEntry {
  readonly txId: string;
  readonly transaction: string;
  /** Chosen by the submitter. */
  readonly time: string;
  readonly block: string;
  readonly mspId: string;
  /** `CORRECTED`: its endorsers wrote something else than the rules give; what the rules give counts. */
  readonly verdict: 'REPLAYED' | 'CORRECTED';
  /** Keys of its effective writes that are shown. */
  readonly keys: readonly string[];
}

/** What was decided about a use, as recorded. */
export interface DecisionSummary {
  readonly state: string;
  readonly outcome?: string;
  readonly code?: string;
  readonly action?: string;
  readonly purpose?: string;
  readonly at?: string;
  readonly rules: string;
  /** SHA-256 of the compliance report on the grant's policy; absent when the decision fell before the policy was asked. */
  readonly report?: string;
  /** Keys and value digests that the decision looked at. */
  readonly facts: readonly { readonly key: string; readonly value: string | null }[];
}

/** Bounds of the time of the answer that independent parties signed for. */
export interface TimeInterval {
  readonly notBefore?: { readonly at: string; readonly by: readonly string[] };
  readonly notAfter?: { readonly at: string; readonly by: readonly string[] };
}

/** The whole answer of the verifier: what CLI, page and report show alike. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly subject: EvidenceSubject | undefined;
  readonly profile: 'compact' | 'full' | undefined;
  readonly channel: string | undefined;
  /** Absent where checking did not come so far. */
  readonly asOf: AsOf | undefined;
  /** Whether nothing that comes later can change the state of the subject. */
  readonly isFinal: boolean;
  readonly witnesses: readonly CountedWitness[];
  readonly steps: readonly Step[];
  readonly parties: readonly Party[];
  readonly timeline: readonly TimelineEntry[];
  readonly decision: DecisionSummary | undefined;
  readonly time: TimeInterval;
  /** Record texts (canonical JSON) by ledger key, as evidenced: what the report shows of the grant, the version and so on. */
  readonly records: Readonly<Record<string, string>>;
  /** Contents of sealed fields that were disclosed with the file, by the digest that stands on the ledger. */
  readonly disclosed: Readonly<Record<string, unknown>>;
  /** SHA-256 of the evidence file, `sha256:...`. */
  readonly fileDigest: string;
}

/** Of a file that is larger than anybody may ask a reader to read: nothing is known of it, not its digest either. */
export const notTakenIn = ({ code: reason, facts }: Rejection): Verdict => ({
  outcome: 'FAILED',
  subject: undefined,
  profile: undefined,
  channel: undefined,
  asOf: undefined,
  isFinal: false,
  witnesses: [],
  steps: [{ code: 'file.form', subject: '', result: 'fail', reason, facts }],
  parties: [],
  timeline: [],
  decision: undefined,
  time: {},
  records: {},
  disclosed: {},
  fileDigest: '',
});

/** Limits that hold for every evidence file, whatever passed; their texts are in the report's catalogue. */
export const NOT_PROVEN = [
  'truth-before-chaining',
  'legal-ownership',
  'actual-use',
  'other-copies',
  'holds-and-disputes',
  'which-human',
  'valuation-inputs',
  'exact-time',
  'which-software',
] as const;
export type NotProven = (typeof NOT_PROVEN)[number];
