import { randomBytes } from 'node:crypto';
import { common, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { dataHash, encodeBlock, transactionId } from '../wire/index.js';
import { anyRoleOf, type RoleName } from './signature-policy.js';
import { newSignatureHeader, type Signer } from './signer.js';
import { timestampNow } from './timestamp.js';

/**
 * The consensus type in the genesis block. It is no Fabric consensus: it says that one operator orders, endorses for
 * everybody and validates, so that no verifier can take this ledger for a shared one.
 */
export const SINGLE_OPERATOR = 'tallystick-embedded-single-operator';

/** Everything the channel configuration is made of. */
export interface ChannelSpec {
  readonly organisations: readonly msp.FabricMSPConfig[];
  readonly orderer: msp.FabricMSPConfig;
  /** Name of the one chaincode of the channel. */
  readonly chaincode: string;
  readonly batch: { readonly timeoutMs: number; readonly maxMessages: number };
}

export const ABSOLUTE_MAX_BYTES = 10 * 1024 * 1024;
export const PREFERRED_MAX_BYTES = 2 * 1024 * 1024;

interface Serializable {
  serializeBinary(): Uint8Array;
}

function addValue(group: common.ConfigGroup, name: string, message: Serializable): void {
  const value = new common.ConfigValue();
  value.setValue(message.serializeBinary());
  value.setModPolicy('Admins');
  group.getValuesMap().set(name, value);
}

function addPolicy(group: common.ConfigGroup, name: string, type: 1 | 3, message: Serializable): void {
  const policy = new common.Policy();
  policy.setType(type);
  policy.setValue(message.serializeBinary());
  const configured = new common.ConfigPolicy();
  configured.setPolicy(policy);
  configured.setModPolicy('Admins');
  group.getPoliciesMap().set(name, configured);
}

function addRoles(group: common.ConfigGroup, name: string, mspId: string, roles: readonly RoleName[]): void {
  addPolicy(group, name, common.Policy.PolicyType.SIGNATURE, anyRoleOf(mspId, roles));
}

function addImplicit(group: common.ConfigGroup, name: string, rule: 'ANY' | 'MAJORITY', below: string): void {
  const policy = new common.ImplicitMetaPolicy();
  policy.setRule(common.ImplicitMetaPolicy.Rule[rule]);
  policy.setSubPolicy(below);
  addPolicy(group, name, common.Policy.PolicyType.IMPLICIT_META, policy);
}

function addMembership(group: common.ConfigGroup): void {
  addImplicit(group, 'Admins', 'MAJORITY', 'Admins');
  addImplicit(group, 'Readers', 'ANY', 'Readers');
  addImplicit(group, 'Writers', 'ANY', 'Writers');
}

function addCapability(group: common.ConfigGroup, name: string): void {
  const capabilities = new common.Capabilities();
  capabilities.getCapabilitiesMap().set(name, new common.Capability());
  addValue(group, 'Capabilities', capabilities);
}

function newGroup(): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setModPolicy('Admins');
  return group;
}

function organisationGroup(config: msp.FabricMSPConfig): common.ConfigGroup {
  const group = newGroup();
  const wrapped = new msp.MSPConfig();
  wrapped.setConfig(config.serializeBinary());
  addValue(group, 'MSP', wrapped);
  return group;
}

function peerOrganisation(config: msp.FabricMSPConfig): common.ConfigGroup {
  const group = organisationGroup(config);
  const id = config.getName();
  addRoles(group, 'Admins', id, ['admin']);
  addRoles(group, 'Endorsement', id, ['peer']);
  addRoles(group, 'Readers', id, ['admin', 'peer', 'client']);
  addRoles(group, 'Writers', id, ['admin', 'client']);
  return group;
}

function ordererOrganisation(config: msp.FabricMSPConfig): common.ConfigGroup {
  const group = organisationGroup(config);
  addRoles(group, 'Admins', config.getName(), ['admin']);
  addRoles(group, 'Readers', config.getName(), ['member']);
  addRoles(group, 'Writers', config.getName(), ['member']);
  return group;
}

function applicationGroup(organisations: readonly msp.FabricMSPConfig[]): common.ConfigGroup {
  const group = newGroup();
  addCapability(group, 'V2_5');
  addMembership(group);
  addImplicit(group, 'Endorsement', 'MAJORITY', 'Endorsement');
  addImplicit(group, 'LifecycleEndorsement', 'MAJORITY', 'Endorsement');
  for (const config of organisations) group.getGroupsMap().set(config.getName(), peerOrganisation(config));
  return group;
}

function addBatch(group: common.ConfigGroup, batch: ChannelSpec['batch']): void {
  const size = new orderer.BatchSize();
  size.setMaxMessageCount(batch.maxMessages);
  size.setAbsoluteMaxBytes(ABSOLUTE_MAX_BYTES);
  size.setPreferredMaxBytes(PREFERRED_MAX_BYTES);
  addValue(group, 'BatchSize', size);
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout(`${batch.timeoutMs}ms`);
  addValue(group, 'BatchTimeout', timeout);
}

function ordererGroup(spec: ChannelSpec): common.ConfigGroup {
  const group = newGroup();
  addBatch(group, spec.batch);
  addCapability(group, 'V2_0');
  const consensus = new orderer.ConsensusType();
  consensus.setType(SINGLE_OPERATOR);
  consensus.setMetadata(Buffer.from(JSON.stringify({ operators: 1, chaincode: spec.chaincode })));
  addValue(group, 'ConsensusType', consensus);
  addMembership(group);
  addImplicit(group, 'BlockValidation', 'ANY', 'Writers');
  group.getGroupsMap().set(spec.orderer.getName(), ordererOrganisation(spec.orderer));
  return group;
}

/** The channel configuration; equal specs give equal bytes. */
export function channelGroup(spec: ChannelSpec): common.ConfigGroup {
  const group = newGroup();
  const hashing = new common.HashingAlgorithm();
  hashing.setName('SHA256');
  addValue(group, 'HashingAlgorithm', hashing);
  const width = new common.BlockDataHashingStructure();
  width.setWidth(0xffffffff);
  addValue(group, 'BlockDataHashingStructure', width);
  addCapability(group, 'V2_0');
  addMembership(group);
  group.getGroupsMap().set('Application', applicationGroup(spec.organisations));
  group.getGroupsMap().set('Orderer', ordererGroup(spec));
  return group;
}

function configPayload(
  channel: string,
  config: common.Config,
  signature: common.SignatureHeader,
  txId: string,
): Uint8Array {
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.CONFIG);
  channelHeader.setVersion(1);
  channelHeader.setTimestamp(timestampNow());
  channelHeader.setChannelId(channel);
  channelHeader.setTxId(txId);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  return payload.serializeBinary();
}

/** A later configuration: a CONFIG transaction without id, signed by the orderer, as Fabric has it. */
export function configEnvelope(channel: string, config: common.Config, orderer: Signer): Uint8Array {
  const payload = configPayload(channel, config, newSignatureHeader(orderer.identity), '');
  const envelope = new common.Envelope();
  envelope.setPayload(payload);
  envelope.setSignature(orderer.sign(payload));
  return envelope.serializeBinary();
}

/** The genesis block: an unsigned config transaction, as configtxgen makes it, with peer metadata. */
export function genesisBlock(channel: string, group: common.ConfigGroup): Uint8Array {
  const config = new common.Config();
  config.setChannelGroup(group);
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setNonce(randomBytes(24));
  const envelope = new common.Envelope();
  const txId = transactionId(signatureHeader.getNonce_asU8(), new Uint8Array());
  envelope.setPayload(configPayload(channel, config, signatureHeader, txId));
  const envelopes = [envelope.serializeBinary()];
  const none = new Uint8Array();
  const header = { number: 0, previousHash: none, dataHash: dataHash(envelopes) };
  const flags = Uint8Array.of(peer.TxValidationCode.VALID);
  return encodeBlock(header, envelopes, { signatures: none, lastConfig: none, flags, commitHash: none });
}
