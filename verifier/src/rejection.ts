/** Facts of a rejection, for people and reports: short texts, never secrets. */
export type Facts = Readonly<Record<string, string>>;

/** Why a check failed, from a closed list with one meaning each (README, "Reasons"). */
export const REASONS = [
  // form
  'MALFORMED',
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
  'TOO_FEW_ORGANISATIONS',
  'ENVELOPE_DIFFERS',
  'FLAGS_DIFFER',
  // meaning
  'SUBJECT_MISSING',
  'POSITION_DIFFERS',
  'POSITION_NOT_PROVEN',
  'READ_NOT_EVIDENCED',
  'FACT_DIFFERS',
  'RULES_UNKNOWN',
  'RULES_REFUSE',
  'WRITES_DIFFER',
  'CONSTITUTION_DIFFERS',
  'OPENING_DIFFERS',
  'OPENING_MISSING',
  'PAYLOAD_DIFFERS',
  'STATED_NOT_ALLOWED',
  'NOT_GIVEN',
  'UNUSED_MATERIAL',
  // time and custody
  'TOKEN_INVALID',
  'AUTHORITY_NOT_TRUSTED',
  'TIME_OUTSIDE',
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
