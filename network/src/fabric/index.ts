export { findBinaries, type Binaries } from './binaries.js';
export { FabricError, type FabricErrorCode } from './errors.js';
export { startFabricNetwork, type FabricNetwork, type FabricNetworkOptions } from './network.js';
export type { FabricNode, FabricNodeKind } from './supervised-node.js';
