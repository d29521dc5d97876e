import { common, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { configOf, decode, decodeBlock, mspIn } from '../wire/index.js';

import { ChannelUnseen } from './errors.js';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** An organisation as the channel knows it. */
export interface ChannelOrganisation {
  readonly mspId: string;
  /** PEM. */
  readonly roots: readonly string[];
  readonly tlsRoots: readonly string[];
  /** Anchor peers of one that has peers, addresses of the orderers of one that orders. */
  readonly endpoints: readonly Endpoint[];
}

export interface Consenter extends Endpoint {
  /** PEM of what it shows in TLS; of its signing certificate on BFT alone. */
  readonly certificates: Readonly<{ server: string; client: string; identity?: string }>;
}

/** What the configuration of a channel says about who takes part and where. */
export interface ChannelView {
  readonly application: readonly ChannelOrganisation[];
  readonly ordering: readonly ChannelOrganisation[];
  /** Addresses of orderers of the channel as a whole, as networks before 3.0 have them. */
  readonly ordererAddresses: readonly Endpoint[];
  readonly consenters: readonly Consenter[];
}

type Group = common.ConfigGroup;

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

const valueOf = (group: Group, name: string): Uint8Array | undefined =>
  group.getValuesMap().get(name)?.getValue_asU8();

/** host:port; the last colon counts, since hosts may be IPv6. */
export function endpointOf(address: string): Endpoint {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

function addressesOf(group: Group, name: string): Endpoint[] {
  const value = valueOf(group, name);
  return value === undefined ? [] : decode(common.OrdererAddresses, value).getAddressesList().map(endpointOf);
}

function anchorsOf(group: Group): Endpoint[] {
  const value = valueOf(group, 'AnchorPeers');
  const anchors = value === undefined ? [] : decode(peer.AnchorPeers, value).getAnchorPeersList();
  return anchors.map((each) => ({ host: each.getHost(), port: each.getPort() }));
}

function membershipOf(group: Group): Pick<ChannelOrganisation, 'mspId' | 'roots' | 'tlsRoots'> {
  const config = mspIn(group) ?? new msp.FabricMSPConfig();
  return {
    mspId: config.getName(),
    roots: config.getRootCertsList_asU8().map(text),
    tlsRoots: config.getTlsRootCertsList_asU8().map(text),
  };
}

function organisationsOf(group: Group | undefined, endpoints: (group: Group) => Endpoint[]) {
  const organisations = [...(group?.getGroupsMap().entries() ?? [])].map(([, each]) => each);
  return organisations.map((each) => ({ ...membershipOf(each), endpoints: endpoints(each) }));
}

function bftConsenters(value: Uint8Array): Consenter[] {
  const consenters = decode(common.Orderers, value).getConsenterMappingList();
  return consenters.map((each) => ({
    host: each.getHost(),
    port: each.getPort(),
    certificates: {
      server: text(each.getServerTlsCert_asU8()),
      client: text(each.getClientTlsCert_asU8()),
      identity: text(each.getIdentity_asU8()),
    },
  }));
}

function raftConsenters(metadata: Uint8Array): Consenter[] {
  const consenters = decode(orderer.etcdraft.ConfigMetadata, metadata).getConsentersList();
  return consenters.map((each) => ({
    host: each.getHost(),
    port: each.getPort(),
    certificates: {
      server: text(each.getServerTlsCert_asU8()),
      client: text(each.getClientTlsCert_asU8()),
    },
  }));
}

/** Consenters of BFT are a value of their own; those of Raft are in the metadata (fabric:common/channelconfig/orderer.go). */
function consentersOf(group: Group): Consenter[] {
  const mapping = valueOf(group, 'Orderers');
  if (mapping !== undefined) return bftConsenters(mapping);
  const value = valueOf(group, 'ConsensusType');
  const consensus = value === undefined ? undefined : decode(orderer.ConsensusType, value);
  return consensus?.getType() === 'etcdraft' ? raftConsenters(consensus.getMetadata_asU8()) : [];
}

/** Reads the configuration block of a channel. @throws ChannelUnseen when it is none */
export function channelView(block: Uint8Array): ChannelView {
  const group = configOf(decodeBlock(block).envelopes)?.getChannelGroup();
  if (group === undefined) throw new ChannelUnseen('the block carries no channel configuration');
  const ordering = group.getGroupsMap().get('Orderer');
  return {
    application: organisationsOf(group.getGroupsMap().get('Application'), anchorsOf),
    ordering: organisationsOf(ordering, (each) => addressesOf(each, 'Endpoints')),
    ordererAddresses: addressesOf(group, 'OrdererAddresses'),
    consenters: ordering === undefined ? [] : consentersOf(ordering),
  };
}
