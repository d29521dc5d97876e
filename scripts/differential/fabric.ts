import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFabricNetwork } from '@tallystick/network/fabric';
import { memberDirectory, readIdentity, tlsRootFile } from '@tallystick/network/identity';
import { freePorts } from '@tallystick/network/processes';
import { organisationDirectory, parseTopology, type Topology } from '@tallystick/network/topology';
import { bundleChaincode, CHAINCODE } from '../../test/differential/bundle.js';
import { newOutsiders } from '../../test/differential/identities.js';
import type { PeerAccess, RunningLedger, SigningIdentity } from '../../test/differential/ledger.js';
import { ORGANISATIONS, type MspId } from '../../test/differential/program.js';

/** The release that the recordings are made with. */
export const FABRIC_VERSION = '3.1.5';

type FabricKind = 'fabric-bft' | 'fabric-raft';

const ORDERERS: Readonly<Record<FabricKind, number>> = { 'fabric-bft': 4, 'fabric-raft': 1 };
const PORTS_EACH = 3;
/** Long enough for the transactions of many programs to be submitted into one block. */
const BATCH_MS = 1000;

async function topologyOf(kind: FabricKind, dataDir: string, bundle: string): Promise<Topology> {
  const ports = await freePorts(PORTS_EACH * (ORGANISATIONS.length + ORDERERS[kind]));
  const three = (index: number): number[] => ports.slice(PORTS_EACH * index, PORTS_EACH * (index + 1));
  const members = ORGANISATIONS.map((mspId, index) => {
    const [port, chaincodePort, operationsPort] = three(index);
    return {
      mspId,
      name: mspId,
      domain: `${mspId.toLowerCase()}.example`,
      peers: [{ name: 'peer0', port, chaincodePort, operationsPort }],
      orderers: [],
      users: [
        { name: 'user', ou: 'client' },
        { name: 'admin', ou: 'admin' },
      ],
    };
  });
  const orderers = Array.from({ length: ORDERERS[kind] }, (_, index) => {
    const [port, adminPort, operationsPort] = three(ORGANISATIONS.length + index);
    return {
      mspId: `Orderer${index + 1}MSP`,
      name: `Orderer ${index + 1}`,
      domain: `orderer${index + 1}.example`,
      peers: [],
      orderers: [{ name: 'orderer0', port, adminPort, operationsPort }],
      users: [],
    };
  });
  return parseTopology({
    dataDir,
    ledger: { kind },
    singleOperator: false,
    organisations: [...members, ...orderers],
    channel: 'ledger',
    chaincode: { ...CHAINCODE, bundle },
    endorsement: 'MAJORITY',
    batch: { timeoutMs: BATCH_MS, maxMessages: 5000 },
    tls: true,
  });
}

async function accessTo(topology: Topology, mspId: MspId): Promise<PeerAccess> {
  const port = topology.organisations.find((each) => each.mspId === mspId)?.peers[0]?.port ?? 0;
  const root = tlsRootFile(organisationDirectory(topology, mspId));
  return { address: `127.0.0.1:${port}`, tlsRoots: await readFile(root, 'utf8'), serverName: 'localhost' };
}

function clientOf(topology: Topology, mspId: MspId): Promise<SigningIdentity> {
  const directory = memberDirectory(organisationDirectory(topology, mspId), 'client', 'user');
  return readIdentity(join(directory, 'msp'), mspId);
}

/**
 * A fresh network of Fabric's own processes with the test chaincode: three organisations with a peer each, and four BFT
 * orderers or one Raft orderer. Its directory is gone after `stop`.
 * @throws FabricError, for example when the binaries are missing
 */
export async function startFabricLedger(kind: FabricKind): Promise<RunningLedger> {
  const dataDir = await mkdtemp(join(tmpdir(), `differential-${kind}-`));
  const topology = await topologyOf(kind, dataDir, await bundleChaincode(dataDir));
  const network = await startFabricNetwork(topology);
  const [Org1MSP, Org2MSP, Org3MSP] = await Promise.all([
    clientOf(topology, 'Org1MSP'),
    clientOf(topology, 'Org2MSP'),
    clientOf(topology, 'Org3MSP'),
  ]);
  return {
    channel: topology.channel,
    chaincode: CHAINCODE.name,
    peers: {
      Org1MSP: await accessTo(topology, 'Org1MSP'),
      Org2MSP: await accessTo(topology, 'Org2MSP'),
      Org3MSP: await accessTo(topology, 'Org3MSP'),
    },
    identities: { Org1MSP, Org2MSP, Org3MSP, ...(await newOutsiders(dataDir, Org1MSP)) },
    isCutWhenIdle: false,
    ...(kind === 'fabric-bft' && { dropsDuplicatesAfterMs: 3 * BATCH_MS }),
    async stop() {
      await network.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
