export { findBinaries, type Binaries } from './binaries.js';
export { FabricError, type FabricErrorCode } from './errors.js';
export {
  startFabricNetwork,
  type FabricNetwork,
  type FabricNetworkOptions,
  type FabricNode,
  type FabricNodeKind,
} from './network.js';
