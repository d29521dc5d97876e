import { join } from 'node:path';
import type { Topology } from '../topology/index.js';
import { address, HOST, tlsFiles, type PeerNode } from './layout.js';

const MEBIBYTE = 1024 * 1024;
/**
 * Of what a peer receives, a proposal is handed to the chaincode with its arguments twice. Where that exceeds what the peer can send, the
 * stream of the chaincode ends for everybody. Blocks and envelopes are at most 10 MB.
 */
const MAX_RECEIVED = 32 * MEBIBYTE;
const MAX_SENT = 100 * MEBIBYTE;

/*
 * With Fabric's own timers the Gateway finds no endorsers for 25 s after a start, with these for half a second (measured).
 * Blocks come from the orderers alone: dissemination by gossip is deprecated and off.
 */
const gossip = (peer: PeerNode): object => ({
  bootstrap: address(peer.port),
  endpoint: address(peer.port),
  // Without it, organisations never see each other's peers.
  externalEndpoint: address(peer.port),
  orgLeader: true,
  useLeaderElection: false,
  membershipTrackerInterval: '1s',
  maxBlockCountToStore: 10,
  maxPropagationBurstLatency: '10ms',
  maxPropagationBurstSize: 10,
  propagateIterations: 1,
  propagatePeerNum: 3,
  pullInterval: '4s',
  pullPeerNum: 3,
  requestStateInfoInterval: '500ms',
  publishStateInfoInterval: '500ms',
  publishCertPeriod: '1s',
  dialTimeout: '3s',
  connTimeout: '2s',
  recvBuffSize: 20,
  sendBuffSize: 200,
  digestWaitTime: '1s',
  requestWaitTime: '1500ms',
  responseWaitTime: '2s',
  aliveTimeInterval: '1s',
  aliveExpirationTimeout: '10s',
  reconnectInterval: '1s',
  maxConnectionAttempts: 120,
  msgExpirationFactor: 20,
  election: {
    startupGracePeriod: '15s',
    membershipSampleInterval: '1s',
    leaderAliveThreshold: '10s',
    leaderElectionDuration: '5s',
  },
  pvtData: {
    pullRetryThreshold: '60s',
    transientstoreMaxBlockRetention: 1000,
    pushAckTimeout: '3s',
    btlPullMargin: 10,
    reconcileBatchSize: 10,
    reconcileSleepInterval: '1m',
    reconciliationEnabled: false,
    implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
  },
  state: {
    enabled: false,
    checkInterval: '10s',
    responseTimeout: '3s',
    batchSize: 10,
    blockBufferSize: 20,
    maxRetries: 3,
  },
});

function peerSection(topology: Topology, peer: PeerNode): object {
  const { certificate, key, root } = tlsFiles(peer.identity);
  return {
    id: peer.name,
    networkId: topology.channel,
    listenAddress: address(peer.port),
    address: address(peer.port),
    // Nobody comes there: chaincode runs as a service, which the peer calls. Any free port will do.
    chaincodeListenAddress: `${HOST}:0`,
    localMspId: peer.mspId,
    localMspType: 'bccsp',
    mspConfigPath: join(peer.identity, 'msp'),
    fileSystemPath: join(peer.directory, 'data'),
    BCCSP: { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } },
    tls: {
      enabled: true,
      clientAuthRequired: false,
      cert: { file: certificate },
      key: { file: key },
      rootcert: { file: root },
    },
    gateway: { enabled: true, endorsementTimeout: '30s', broadcastTimeout: '30s', dialTimeout: '5s' },
    keepalive: {
      interval: '7200s',
      timeout: '20s',
      // Below the clients' interval, else their pings are taken for an attack now and then, and the connection is closed.
      minInterval: '10s',
      client: { interval: '60s', timeout: '20s' },
      deliveryClient: { interval: '60s', timeout: '20s' },
    },
    gossip: gossip(peer),
    authentication: { timewindow: '15m' },
    client: { connTimeout: '3s' },
    deliveryclient: {
      blockGossipEnabled: false,
      // A peer never gives up its orderers, and asks again soon: a network comes back by itself.
      reconnectTotalTimeThreshold: '87600h',
      reConnectBackoffThreshold: '5s',
      minimalReconnectInterval: '100ms',
      connTimeout: '3s',
      blockCensorshipTimeoutKey: '30s',
      policy: 'cluster',
    },
    handlers: {
      authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }, { name: 'TimeWindowCheck' }],
      decorators: [{ name: 'DefaultDecorator' }],
      endorsers: { escc: { name: 'DefaultEndorsement' } },
      validators: { vscc: { name: 'DefaultValidation' } },
    },
    discovery: {
      enabled: true,
      authCacheEnabled: true,
      authCacheMaxSize: 1000,
      authCachePurgeRetentionRatio: 0.75,
      orgMembersAllowedAccess: false,
    },
    limits: { concurrency: { endorserService: 2500, deliverService: 2500, gatewayService: 500 } },
    maxRecvMsgSize: MAX_RECEIVED,
    maxSendMsgSize: MAX_SENT,
  };
}

/**
 * The content of a peer's `core.yaml` (fabric:sampleconfig/core.yaml says what each key means). No Docker: chaincode runs as a
 * service that `builder` describes, and an empty `vm.endpoint` must stand in the file, since an empty variable counts as none.
 */
export const peerConfig = (topology: Topology, peer: PeerNode, builder: string): object => ({
  peer: peerSection(topology, peer),
  vm: { endpoint: '' },
  chaincode: {
    externalBuilders: [
      { name: 'tallystick-ccaas', path: builder, propagateEnvironment: ['FABRIC_CFG_PATH'] },
    ],
    installTimeout: '60s',
    startuptimeout: '60s',
    executetimeout: '30s',
    mode: 'net',
    keepalive: 0,
    system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
    logging: { level: 'warning', shim: 'warning' },
    runtimeParams: {
      useWriteBatch: true,
      maxSizeWriteBatch: 1000,
      useGetMultipleKeys: true,
      maxSizeGetMultipleKeys: 1000,
    },
  },
  ledger: {
    state: { stateDatabase: 'goleveldb', totalQueryLimit: 100_000 },
    history: { enableHistoryDatabase: false },
    pvtdataStore: {
      collElgProcMaxDbBatchSize: 5000,
      collElgProcDbBatchesInterval: 1000,
      deprioritizedDataReconcilerInterval: '60m',
      purgeInterval: 100,
      purgedKeyAuditLogging: true,
    },
    snapshots: { rootDir: join(peer.directory, 'data/snapshots') },
  },
  operations: { listenAddress: address(peer.operationsPort), tls: { enabled: false } },
  metrics: { provider: 'prometheus' },
});
