/** What can go wrong with the node as a whole. A transaction's fate is a Fabric validation code or a gRPC status instead. */
export type EmbeddedNodeCode =
  | 'CONFIG_INVALID'
  | 'MSP_INVALID'
  | 'IDENTITY_UNREADABLE'
  | 'POLICY_INVALID'
  | 'STORE_MISMATCH'
  | 'STORE_DAMAGED'
  | 'DEFINITION_REFUSED'
  | 'LISTEN_FAILED'
  | 'CHAINCODE_FAILED'
  | 'STOPPING';

/** An error of the node itself, with a closed `code` and a message an operator can act on. */
export class EmbeddedNodeError extends Error {
  readonly code: EmbeddedNodeCode;

  constructor(code: EmbeddedNodeCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedNodeError';
    this.code = code;
  }
}

/** The message of anything thrown; for texts that must name the cause. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
