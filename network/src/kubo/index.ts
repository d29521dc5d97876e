export { cachedIpfs, findIpfs, KUBO_VERSION, requireIpfs } from './binary.js';
export { KuboError, type KuboErrorCode } from './errors.js';
export { kuboFindings, settingFindings, type KuboFinding } from './findings.js';
export { kuboProcess, startKubo, type RunningKubo } from './node.js';
export {
  apiOf,
  prepareKubo,
  privateConfig,
  swarmAddress,
  type KuboNode,
  type KuboPeer,
} from './repository.js';
export { privateSettings, type KuboConfig, type Setting } from './settings.js';
export { isSwarmKey, keepSwarmKey, newSwarmKey } from './swarm-key.js';
