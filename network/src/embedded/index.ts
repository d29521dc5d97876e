export { EmbeddedNodeError, type EmbeddedNodeCode } from './errors.js';
export {
  checkConfig,
  readConfig,
  type EmbeddedNodeConfig,
  type EmbeddedNodeConfigInput,
  type EndorsementRule,
} from './config.js';
export { SINGLE_OPERATOR } from './genesis.js';
export { newLog, type Log } from './log.js';
export { startNode, type EmbeddedNode, type StartOptions } from './node.js';
