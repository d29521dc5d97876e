import { join } from 'node:path';
import type { Topology } from '../topology/index.js';
import { HOST, ordererNodes, orderersOf, peersOf, publicMsp, tlsFiles, type OrdererNode } from './layout.js';
import { organisationDirectory } from '../topology/index.js';

/** Name of the one profile. */
export const PROFILE = 'Channel';

const MEBIBYTE = 1024 * 1024;

interface Policy {
  readonly Type: 'ImplicitMeta' | 'Signature';
  readonly Rule: string;
}

const implicit = (rule: string): Policy => ({ Type: 'ImplicitMeta', Rule: rule });
const anyOf = (mspId: string, ...roles: string[]): Policy => ({
  Type: 'Signature',
  Rule: `OR(${roles.map((role) => `'${mspId}.${role}'`).join(', ')})`,
});

const GROUP_POLICIES = {
  Readers: implicit('ANY Readers'),
  Writers: implicit('ANY Writers'),
  Admins: implicit('MAJORITY Admins'),
};

type Organisation = Topology['organisations'][number];

/** An organisation as the channel knows it; also the form in which one that joins later is added. */
function organisationEntry(topology: Topology, organisation: Organisation): object {
  const { mspId } = organisation;
  const orderers = orderersOf(topology, organisation);
  const peers = peersOf(topology, organisation);
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: publicMsp(organisationDirectory(topology, mspId)),
    Policies: {
      // Who orders blocks writes to the channel; peers read only.
      Readers: anyOf(mspId, 'admin', 'peer', 'orderer', 'client'),
      Writers: anyOf(mspId, 'admin', 'client', ...(orderers.length > 0 ? ['orderer'] : [])),
      Admins: anyOf(mspId, 'admin'),
      Endorsement: anyOf(mspId, 'peer'),
    },
    ...(orderers.length > 0 && { OrdererEndpoints: orderers.map(({ port }) => `${HOST}:${port}`) }),
    ...(peers.length > 0 && {
      AnchorPeers: peers.slice(0, 1).map(({ port }) => ({ Host: HOST, Port: port })),
    }),
  };
}

/*
 * Fabric's defaults wait 45 s for a new leader; with these it takes about six (measured), and a healthy leader on a busy
 * machine keeps its place. The batch time of BFT is RequestBatchMaxInterval: BatchTimeout is ignored there
 * (fabric:orderer/consensus/smartbft/util.go).
 */
const smartBft = ({ batch }: Topology): object => ({
  RequestBatchMaxInterval: `${Math.max(1, batch.timeoutMs)}ms`,
  RequestForwardTimeout: '1s',
  RequestComplainTimeout: '5s',
  RequestAutoRemoveTimeout: '3m',
  ViewChangeResendInterval: '2s',
  ViewChangeTimeout: '5s',
  LeaderHeartbeatTimeout: '10s',
  CollectTimeout: '1s',
  IncomingMessageBufferSize: 200,
  RequestPoolSize: 100_000,
  LeaderHeartbeatCount: 10,
});

function consenter({ mspId, port, identity }: OrdererNode, index: number): object {
  const { certificate } = tlsFiles(identity);
  return {
    ID: index + 1,
    Host: HOST,
    Port: port,
    MSPID: mspId,
    Identity: join(identity, 'msp/signcerts/cert.pem'),
    ClientTLSCert: certificate,
    ServerTLSCert: certificate,
  };
}

const raft = (topology: Topology): object => ({
  Consenters: ordererNodes(topology).map(({ port, identity }) => {
    const { certificate } = tlsFiles(identity);
    return { Host: HOST, Port: port, ClientTLSCert: certificate, ServerTLSCert: certificate };
  }),
  Options: {
    TickInterval: '100ms',
    ElectionTick: 10,
    HeartbeatTick: 1,
    MaxInflightBlocks: 5,
    SnapshotIntervalSize: '16 MB',
  },
});

function ordererGroup(topology: Topology): object {
  const { batch, ledger, organisations } = topology;
  const isBft = ledger.kind === 'fabric-bft';
  return {
    OrdererType: isBft ? 'BFT' : 'etcdraft',
    BatchTimeout: `${Math.max(1, batch.timeoutMs)}ms`,
    BatchSize: {
      MaxMessageCount: batch.maxMessages,
      AbsoluteMaxBytes: 10 * MEBIBYTE,
      PreferredMaxBytes: 2 * MEBIBYTE,
    },
    MaxChannels: 0,
    ...(isBft
      ? { SmartBFT: smartBft(topology), ConsenterMapping: ordererNodes(topology).map(consenter) }
      : { EtcdRaft: raft(topology) }),
    Organizations: organisations
      .filter(({ orderers }) => orderers.length > 0)
      .map((each) => organisationEntry(topology, each)),
    Policies: { ...GROUP_POLICIES, BlockValidation: implicit('ANY Writers') },
    Capabilities: { V2_0: true },
  };
}

const applicationGroup = (topology: Topology): object => ({
  Organizations: topology.organisations
    .filter(({ peers }) => peers.length > 0)
    .map((each) => organisationEntry(topology, each)),
  Policies: {
    ...GROUP_POLICIES,
    LifecycleEndorsement: implicit('MAJORITY Endorsement'),
    Endorsement: implicit('MAJORITY Endorsement'),
  },
  Capabilities: { V2_5: true },
});

/**
 * The content of `configtx.yaml` (fabric:sampleconfig/configtx.yaml) for a topology of real Fabric. BFT needs the channel
 * capability V3_0; without it a channel also works on Fabric 2.5.
 */
export const configtx = (topology: Topology): object => ({
  Profiles: {
    [PROFILE]: {
      Policies: GROUP_POLICIES,
      Capabilities: topology.ledger.kind === 'fabric-bft' ? { V3_0: true } : { V2_0: true },
      Orderer: ordererGroup(topology),
      Application: applicationGroup(topology),
    },
  },
});
