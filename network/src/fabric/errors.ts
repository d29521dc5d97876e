import { CodedError } from '../coded-error.js';

export type FabricErrorCode =
  /** Programs of Fabric are missing; `facts.missing` names them. Install them, or set FABRIC_BIN. */
  | 'BINARIES_MISSING'
  /** A command of Fabric failed; the message holds what it said. */
  | 'COMMAND_FAILED'
  /** A bundle cannot be read, or the deployed one is gone or changed. Name another, or restore the file. */
  | 'CHAINCODE_UNFIT'
  /** The network did not do in time what it was waited for; the message says what. */
  | 'NOT_IN_TIME'
  /** The network is being stopped. */
  | 'STOPPED'
  /** The topology is of another ledger, or misses what is asked for. */
  | 'TOPOLOGY_UNSUITED'
  /** Another version of the chaincode is being deployed. Wait for it. */
  | 'UPGRADE_UNDER_WAY'
  /** The version is deployed with another bundle. A version means one bundle for ever: choose another. */
  | 'VERSION_TAKEN';

/** What went wrong with a network of real Fabric. */
export class FabricError extends CodedError<FabricErrorCode> {
  override readonly name = 'FabricError';
}
