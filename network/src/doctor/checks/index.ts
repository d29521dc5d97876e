import type { Check } from '../check.js';
import { anchorPeers } from './anchor-peers.js';
import { binaries } from './binaries.js';
import { certificates } from './certificates.js';
import { chaincodeDefinition } from './chaincode-definition.js';
import { chaincodeServers } from './chaincode-servers.js';
import { clocks } from './clocks.js';
import { externalEndpoints } from './external-endpoints.js';
import { gateway } from './gateway.js';
import { heights } from './heights.js';
import { kubo } from './kubo.js';
import { membership } from './membership.js';
import { embeddedNode, nodes } from './nodes.js';
import { ordererEndpoints } from './orderer-endpoints.js';
import { ordererLeader } from './orderer-leader.js';
import { ordererParticipation } from './orderer-participation.js';
import { tls } from './tls.js';

/** Everything that is looked at. */
export const CHECKS: readonly Check[] = [
  binaries,
  nodes,
  embeddedNode,
  certificates,
  membership,
  tls,
  clocks,
  ordererLeader,
  ordererParticipation,
  ordererEndpoints,
  heights,
  anchorPeers,
  externalEndpoints,
  chaincodeDefinition,
  chaincodeServers,
  gateway,
  kubo,
];
