import { createHash } from 'node:crypto';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import { certificateText, mspConfigLines } from './msp-description.js';
import { decode, type MessageType } from '../wire/index.js';

interface Message {
  serializeBinary(): Uint8Array;
}

type Describe = (bytes: Uint8Array) => string[];

const opaque: Describe = (bytes) => [
  `${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`,
];

/** Describes a message; one that decoding does not show whole is named by its digest as well, so that no change goes unseen. */
const described =
  <T extends Message>(type: MessageType<T>, lines: (message: T) => string[]): Describe =>
  (bytes) => {
    const message = decode(type, bytes);
    const isWhole = message.serializeBinary().length === bytes.length;
    return [
      ...lines(message),
      ...(isWhole ? [] : opaque(bytes).map((line) => `not all of it is known here: ${line}`)),
    ];
  };

const keysOf = (
  map: { keys(): Iterable<string> } | { forEach(visit: (value: unknown, key: string) => void): void },
): string[] => {
  const keys: string[] = [];
  (map as { forEach(visit: (value: unknown, key: string) => void): void }).forEach((_, key) =>
    keys.push(key),
  );
  return keys.sort();
};

function consenterLines(consenter: common.Consenter): string[] {
  const who = `Orderer ${consenter.getId()}: ${consenter.getMspId()} at ${consenter.getHost()}:${consenter.getPort()}`;
  return [
    who,
    ...(
      [
        ['signs as', consenter.getIdentity_asU8()],
        ['TLS as server', consenter.getServerTlsCert_asU8()],
        ['TLS as client', consenter.getClientTlsCert_asU8()],
      ] as const
    ).map(([what, pem]) => `${who}, ${what}: ${certificateText(pem)}`),
  ];
}

const optionLines = (options: object): string[] =>
  Object.entries(options).map(([name, value]) => `${name}: ${String(value)}`);

function raftLines(raft: orderer.etcdraft.ConfigMetadata): string[] {
  const consenters = raft.getConsentersList().flatMap((each) => {
    const who = `Orderer at ${each.getHost()}:${each.getPort()}`;
    return [
      `${who}, TLS as server: ${certificateText(each.getServerTlsCert_asU8())}`,
      `${who}, TLS as client: ${certificateText(each.getClientTlsCert_asU8())}`,
    ];
  });
  return [...consenters, ...optionLines(raft.getOptions()?.toObject() ?? {})];
}

/** Options of the ways of ordering that are known here. */
const CONSENSUS: Readonly<Record<string, Describe>> = {
  BFT: described(orderer.smartbft.Options, (options) => optionLines(options.toObject())),
  etcdraft: described(orderer.etcdraft.ConfigMetadata, raftLines),
};

function consensusLines(consensus: orderer.ConsensusType): string[] {
  const type = consensus.getType();
  const state = Object.entries(orderer.ConsensusType.State).find(([, each]) => each === consensus.getState());
  const describe = Object.hasOwn(CONSENSUS, type) ? CONSENSUS[type] : undefined;
  return [
    `${type}, ${state?.[0] ?? `unknown state ${consensus.getState()}`}`,
    ...(describe ?? opaque)(consensus.getMetadata_asU8()),
  ];
}

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  MSP: mspConfigLines,
  AnchorPeers: described(peer.AnchorPeers, (value) =>
    value.getAnchorPeersList().map((each) => `Anchor peer: ${each.getHost()}:${each.getPort()}`),
  ),
  Endpoints: described(common.OrdererAddresses, (value) =>
    value.getAddressesList().map((each) => `Orderer endpoint: ${each}`),
  ),
  OrdererAddresses: described(common.OrdererAddresses, (value) =>
    value.getAddressesList().map((each) => `Orderer endpoint: ${each}`),
  ),
  Capabilities: described(common.Capabilities, (value) => [
    `Capabilities: ${keysOf(value.getCapabilitiesMap()).join(', ')}`,
  ]),
  HashingAlgorithm: described(common.HashingAlgorithm, (value) => [value.getName()]),
  BlockDataHashingStructure: described(common.BlockDataHashingStructure, (value) => [
    `width ${value.getWidth()}`,
  ]),
  Consortium: described(common.Consortium, (value) => [value.getName()]),
  Orderers: described(common.Orderers, (value) => value.getConsenterMappingList().flatMap(consenterLines)),
  ConsensusType: described(orderer.ConsensusType, consensusLines),
  BatchSize: described(orderer.BatchSize, (value) => [
    `${value.getMaxMessageCount()} messages, at most ${value.getAbsoluteMaxBytes()} bytes, preferably ${value.getPreferredMaxBytes()}`,
  ]),
  BatchTimeout: described(orderer.BatchTimeout, (value) => [value.getTimeout()]),
  ChannelRestrictions: described(orderer.ChannelRestrictions, (value) => [
    `at most ${value.getMaxCount()} channels`,
  ]),
  ACLs: described(peer.ACLs, (value) =>
    keysOf(value.getAclsMap()).map(
      (name) => `${name}: ${value.getAclsMap().get(name)?.getPolicyRef() ?? ''}`,
    ),
  ),
};

/** Configuration can hold any character, and a terminal obeys some. */
export const printable = (line: string): string =>
  line.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);

/** A value of a channel's configuration in lines to read; of one that is not known, its digest. */
export function valueLines(name: string, bytes: Uint8Array): string[] {
  const describe = Object.hasOwn(DESCRIPTIONS, name) ? DESCRIPTIONS[name] : undefined;
  try {
    return (describe ?? opaque)(bytes).map(printable);
  } catch {
    return opaque(bytes);
  }
}
