export { defaultTopology, type DefaultTopologyOptions } from './default-topology.js';
export { embeddedNodeConfig, peerAddresses } from './embedded-node.js';
export { TopologyError, type TopologyProblem } from './errors.js';
export { createIdentities, organisationDirectory } from './identities.js';
export type { LedgerKind, SignaturePolicy, Topology, TopologyInput, TopologyOrganisation } from './schema.js';
export { parseTopology } from './topology.js';
