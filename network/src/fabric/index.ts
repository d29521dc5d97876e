export { findBinaries, type Binaries } from './binaries.js';
export { FabricError, type FabricErrorCode } from './errors.js';
export * from './membership.js';
export {
  startFabricNetwork,
  type DeployedChaincode,
  type FabricNetwork,
  type FabricNetworkOptions,
} from './network.js';
export type { FabricNode, FabricNodeKind } from './supervised-node.js';
export type { UpgradeRequest } from './upgrade.js';
