import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { common, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { organisationDirectory, type Topology } from '@tallystick/network/topology';
import { channelGroup, genesisBlock } from '../../src/embedded/genesis.js';
import { readMspConfig } from '../../src/embedded/msp-directory.js';
import {
  HOST,
  ordererNodes,
  orderersOf,
  peersOf,
  tlsFiles,
  type OrdererNode,
} from '../../src/fabric/layout.js';

interface Serializable {
  serializeBinary(): Uint8Array;
}

export function setValue(group: common.ConfigGroup, name: string, message: Serializable): void {
  const value = new common.ConfigValue();
  value.setValue(message.serializeBinary());
  group.getValuesMap().set(name, value);
}

export function anchors(...ports: readonly number[]): peer.AnchorPeers {
  const all = new peer.AnchorPeers();
  for (const port of ports) {
    const each = new peer.AnchorPeer();
    each.setHost(HOST);
    each.setPort(port);
    all.addAnchorPeers(each);
  }
  return all;
}

export function addresses(...ports: readonly number[]): common.OrdererAddresses {
  const all = new common.OrdererAddresses();
  all.setAddressesList(ports.map((port) => `${HOST}:${port}`));
  return all;
}

/** An organisation of the channel, or the group above them. */
export function groupOf(root: common.ConfigGroup, ...path: readonly string[]): common.ConfigGroup {
  return path.reduce((group, name) => {
    const found = group.getGroupsMap().get(name);
    if (found === undefined) throw new Error(`${name} is no group`);
    return found;
  }, root);
}

async function bftConsenter(node: OrdererNode, id: number): Promise<common.Consenter> {
  const tls = await readFile(tlsFiles(node.identity).certificate);
  const consenter = new common.Consenter();
  consenter.setId(id);
  consenter.setHost(HOST);
  consenter.setPort(node.port);
  consenter.setMspId(node.mspId);
  consenter.setServerTlsCert(tls);
  consenter.setClientTlsCert(tls);
  consenter.setIdentity(await readFile(join(node.identity, 'msp/signcerts/cert.pem')));
  return consenter;
}

async function raftConsenter(node: OrdererNode): Promise<orderer.etcdraft.Consenter> {
  const tls = await readFile(tlsFiles(node.identity).certificate);
  const consenter = new orderer.etcdraft.Consenter();
  consenter.setHost(HOST);
  consenter.setPort(node.port);
  consenter.setServerTlsCert(tls);
  consenter.setClientTlsCert(tls);
  return consenter;
}

async function addConsenters(group: common.ConfigGroup, topology: Topology): Promise<void> {
  const nodes = ordererNodes(topology);
  const consensus = new orderer.ConsensusType();
  if (topology.ledger.kind === 'fabric-bft') {
    const mapping = new common.Orderers();
    mapping.setConsenterMappingList(await Promise.all(nodes.map((node, id) => bftConsenter(node, id + 1))));
    setValue(group, 'Orderers', mapping);
    consensus.setType('BFT');
  } else {
    const metadata = new orderer.etcdraft.ConfigMetadata();
    metadata.setConsentersList(await Promise.all(nodes.map(raftConsenter)));
    consensus.setType('etcdraft');
    consensus.setMetadata(metadata.serializeBinary());
  }
  setValue(group, 'ConsensusType', consensus);
}

function memberGroup(config: msp.FabricMSPConfig): common.ConfigGroup {
  const group = new common.ConfigGroup();
  const wrapped = new msp.MSPConfig();
  wrapped.setConfig(config.serializeBinary());
  setValue(group, 'MSP', wrapped);
  return group;
}

/** The newest configuration block of a topology's channel, as a peer gives it; `change` is made before it is written. */
export async function configBlock(
  topology: Topology,
  change: (group: common.ConfigGroup) => void = () => undefined,
): Promise<Buffer> {
  const configs = await Promise.all(
    topology.organisations.map(async (each) => {
      const directory = join(organisationDirectory(topology, each.mspId), 'msp');
      return { organisation: each, config: await readMspConfig(directory, each.mspId) };
    }),
  );
  const members = configs.filter(({ organisation }) => organisation.peers.length > 0);
  const ordering = configs.filter(({ organisation }) => organisation.orderers.length > 0);
  const [first] = ordering;
  if (first === undefined) throw new Error('somebody orders');
  const group = channelGroup({
    organisations: members.map(({ config }) => config),
    orderer: first.config,
    chaincode: topology.chaincode.name,
    batch: topology.batch,
  });
  for (const { organisation } of members) {
    const [port = 0] = peersOf(topology, organisation).map((each) => each.port);
    setValue(groupOf(group, 'Application', organisation.mspId), 'AnchorPeers', anchors(port));
  }
  for (const { organisation, config } of ordering) {
    const own = memberGroup(config);
    setValue(own, 'Endpoints', addresses(...orderersOf(topology, organisation).map(({ port }) => port)));
    groupOf(group, 'Orderer').getGroupsMap().set(organisation.mspId, own);
  }
  await addConsenters(groupOf(group, 'Orderer'), topology);
  change(group);
  return Buffer.from(genesisBlock(topology.channel, group));
}
