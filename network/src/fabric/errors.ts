export type FabricErrorCode =
  /** Programs of Fabric are missing; `facts.missing` names them. Install them, or set FABRIC_BIN. */
  | 'BINARIES_MISSING'
  /** A command of Fabric failed; the message holds what it said. */
  | 'COMMAND_FAILED'
  /** The network did not do in time what it was waited for; the message says what. */
  | 'NOT_IN_TIME'
  /** The topology is of another ledger, or misses what is asked for. */
  | 'TOPOLOGY_UNSUITED';

/** What went wrong with a network of real Fabric. */
export class FabricError extends Error {
  override readonly name = 'FabricError';
  readonly code: FabricErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: FabricErrorCode,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }
}
