/** Facts of a rejection, for people and reports: short texts, never secrets. */
export type Facts = Readonly<Record<string, string>>;

/** Why a check failed, from a closed list with one meaning each (SPECIFICATION.md, "Steps"). */
export const REASONS = [
  // form
  'MALFORMED',
  'NOT_CANONICAL',
  'TOO_LARGE',
  'UNKNOWN_FIELD',
  'DUPLICATE_FIELD',
  'TRAILING_BYTES',
  'NOT_WELL_FORMED',
  // signatures and certificates
  'SIGNATURE_MALFORMED',
  'SIGNATURE_INVALID',
  'HIGH_S',
  'ALGORITHM_NOT_ACCEPTED',
  'CERTIFICATE_MALFORMED',
  'UNKNOWN_ORGANISATION',
  'CHAIN_BROKEN',
  'REVOKED',
  'EXPIRED',
  'ROLE_MISSING',
  'KEY_COMPROMISED',
  'COMPROMISE_UNDECIDED',
  // ledger
  'GENESIS_DIFFERS',
  'WRONG_CHANNEL',
  'WRONG_CHAINCODE',
  'DATA_HASH_DIFFERS',
  'COMMIT_HASH_DIFFERS',
  'PREVIOUS_HASH_DIFFERS',
  'QUORUM_MISSING',
  'SEQUENCE_BROKEN',
  'CONFIG_NOT_IN_FORCE',
  'SINGLE_OPERATOR',
  'CONSENSUS_UNKNOWN',
  'TRANSACTION_ID_DIFFERS',
  'PROPOSAL_HASH_DIFFERS',
  'POLICY_NOT_SATISFIED',
  'POLICY_UNKNOWN',
  'DEFINITION_NOT_IN_FORCE',
  'PACKAGE_NOT_ACCEPTED',
  'NOT_VALID',
  'NOT_EFFECTIVE',
  'ENVELOPE_DIFFERS',
  'FLAGS_DIFFER',
  // checkpoints and their witnesses
  'CHECKPOINT_DIFFERS',
  'PROOF_INVALID',
  'TOO_FEW_WITNESSES',
  'WITNESS_NOT_NAMED',
  'ROOT_DIFFERS',
  'REPLAYED_TOO_LATE',
  // meaning
  'SUBJECT_MISSING',
  'PART_MISSING',
  'PARTY_DIFFERS',
  'READ_NOT_EVIDENCED',
  'FACT_DIFFERS',
  'RULES_UNKNOWN',
  'RULES_REFUSE',
  'WRITES_DIFFER',
  'CONSTITUTION_DIFFERS',
  'OPENING_DIFFERS',
  'OPENING_MISSING',
  'PAYLOAD_DIFFERS',
  'NOT_GIVEN',
  'UNUSED_MATERIAL',
  // time and custody
  'TOKEN_INVALID',
  'AUTHORITY_NOT_TRUSTED',
  'TOKEN_NOT_SUPPORTED',
  'TIME_OUTSIDE',
  'INTERVAL_EMPTY',
  'CUSTODY_DIFFERS',
  'STATEMENT_DIFFERS',
] as const;
export type Reason = (typeof REASONS)[number];

/** A check that failed. Everything the verifier refuses is one of these. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly code: Reason;
  readonly facts: Facts;

  constructor(code: Reason, facts: Facts = {}, options?: ErrorOptions) {
    super([code, ...Object.entries(facts).map(([name, value]) => `${name}=${value}`)].join(' '), options);
    this.code = code;
    this.facts = facts;
  }
}

/** @throws Rejection unless the condition holds */
export function rejectUnless(condition: boolean, code: Reason, facts?: Facts): asserts condition {
  if (!condition) throw new Rejection(code, facts);
}

/** A check that cannot be made with what is at hand; nothing was found to be wrong. */
export class NotEvaluated extends Error {
  override readonly name = 'NotEvaluated';
  readonly code: Reason;
  readonly facts: Facts;

  constructor(code: Reason, facts: Facts = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.facts = facts;
  }
}

/** @throws NotEvaluated unless the condition holds */
export function evaluableIf(condition: boolean, code: Reason, facts?: Facts): asserts condition {
  if (!condition) throw new NotEvaluated(code, facts);
}
