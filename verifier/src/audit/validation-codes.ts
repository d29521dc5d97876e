/** peer.TxValidationCode, the codes that something here depends on (fabric-protos peer/transaction.proto). */
export const CODE = {
  VALID: 0,
  BAD_CREATOR_SIGNATURE: 4,
  DUPLICATE_TXID: 9,
  ENDORSEMENT_POLICY_FAILURE: 10,
  MVCC_READ_CONFLICT: 11,
  PHANTOM_READ_CONFLICT: 12,
  /** Ours, where no code of Fabric follows: INVALID_OTHER_REASON. */
  UNKNOWN: 255,
} as const;

const NAMES = [
  'VALID',
  'NIL_ENVELOPE',
  'BAD_PAYLOAD',
  'BAD_COMMON_HEADER',
  'BAD_CREATOR_SIGNATURE',
  'INVALID_ENDORSER_TRANSACTION',
  'INVALID_CONFIG_TRANSACTION',
  'UNSUPPORTED_TX_PAYLOAD',
  'BAD_PROPOSAL_TXID',
  'DUPLICATE_TXID',
  'ENDORSEMENT_POLICY_FAILURE',
  'MVCC_READ_CONFLICT',
  'PHANTOM_READ_CONFLICT',
  'UNKNOWN_TX_TYPE',
  'TARGET_CHAIN_NOT_FOUND',
  'MARSHAL_TX_ERROR',
  'NIL_TXACTION',
  'EXPIRED_CHAINCODE',
  'CHAINCODE_VERSION_CONFLICT',
  'BAD_HEADER_EXTENSION',
  'BAD_CHANNEL_HEADER',
  'BAD_RESPONSE_PAYLOAD',
  'BAD_RWSET',
  'ILLEGAL_WRITESET',
  'INVALID_WRITESET',
  'INVALID_CHAINCODE',
] as const;

/** Fabric's name of a validation code. */
export function codeName(code: number): string {
  return NAMES[code] ?? (code === 254 ? 'NOT_VALIDATED' : code === 255 ? 'INVALID_OTHER_REASON' : `${code}`);
}
