import { common, peer } from '@hyperledger/fabric-protos';
import type { ChannelConfig } from './channel-config.js';
import { compileSignaturePolicy, type Policy } from './policy.js';
import { decode } from '../wire/index.js';

const { StateData, StateMetadata, ChaincodeEndorsementInfo, ChaincodeValidationInfo } = peer.lifecycle;

/** The namespace in which Fabric keeps chaincode definitions. */
export const LIFECYCLE = '_lifecycle';

const FIELDS = ['Sequence', 'EndorsementInfo', 'ValidationInfo', 'Collections'] as const;
type Field = (typeof FIELDS)[number];

/** What organisations agreed on about a chaincode. */
export interface ChaincodeDefinition {
  readonly name: string;
  readonly version: string;
  readonly sequence: number;
  /** Serialized ApplicationPolicy. */
  readonly policy: Uint8Array;
}

/** Reads a key of the lifecycle namespace from committed state. */
export type LifecycleState = (key: string) => Uint8Array | undefined;

/** The key of one field of a definition; `Sequence` is the one that every transaction reads. */
export function fieldKey(name: string, field: Field): string {
  return `namespaces/fields/${name}/${field}`;
}

function bytesField(bytes: Uint8Array): Uint8Array {
  const data = new StateData();
  data.setBytes(bytes);
  return data.serializeBinary();
}

function endorsementInfo(version: string): Uint8Array {
  const info = new ChaincodeEndorsementInfo();
  info.setVersion(version);
  info.setEndorsementPlugin('escc');
  return info.serializeBinary();
}

function validationInfo(policy: Uint8Array): Uint8Array {
  const info = new ChaincodeValidationInfo();
  info.setValidationPlugin('vscc');
  info.setValidationParameter(policy);
  return info.serializeBinary();
}

function metadata(): Uint8Array {
  const described = new StateMetadata();
  described.setDatatype('ChaincodeDefinition');
  described.setFieldsList([...FIELDS]);
  return described.serializeBinary();
}

/** The writes by which Fabric commits a definition (core/chaincode/lifecycle/serializer.go). */
export function definitionWrites(definition: ChaincodeDefinition): Map<string, Uint8Array> {
  const { name } = definition;
  const sequence = new StateData();
  sequence.setInt64(definition.sequence);
  return new Map([
    [fieldKey(name, 'Sequence'), sequence.serializeBinary()],
    [fieldKey(name, 'EndorsementInfo'), bytesField(endorsementInfo(definition.version))],
    [fieldKey(name, 'ValidationInfo'), bytesField(validationInfo(definition.policy))],
    [fieldKey(name, 'Collections'), bytesField(new Uint8Array())],
    [`namespaces/metadata/${name}`, metadata()],
  ]);
}

/** The committed definition of `name`, or nothing when there is none. */
export function readDefinition(name: string, state: LifecycleState): ChaincodeDefinition | undefined {
  const sequence = state(fieldKey(name, 'Sequence'));
  const endorsement = state(fieldKey(name, 'EndorsementInfo'));
  const validation = state(fieldKey(name, 'ValidationInfo'));
  if (!sequence || !endorsement || !validation) return undefined;
  const bytesOf = (data: Uint8Array): Uint8Array => decode(StateData, data).getBytes_asU8();
  return {
    name,
    version: decode(ChaincodeEndorsementInfo, bytesOf(endorsement)).getVersion(),
    sequence: decode(StateData, sequence).getInt64(),
    policy: decode(ChaincodeValidationInfo, bytesOf(validation)).getValidationParameter_asU8(),
  };
}

/** The compiled form of an ApplicationPolicy: an explicit signature policy, or a policy of the channel by its path. */
export function applicationPolicy(bytes: Uint8Array, config: ChannelConfig): Policy {
  const policy = decode(peer.ApplicationPolicy, bytes);
  const explicit = policy.getSignaturePolicy();
  return explicit
    ? compileSignaturePolicy(explicit)
    : config.policy(policy.getChannelConfigPolicyReference());
}

// A policy is compiled once per configuration and definition; validation asks for it with every transaction.
const compiled = new WeakMap<ChannelConfig, Map<string, Policy>>();

/** The endorsement policy of chaincode `name` as its committed definition states it, or nothing when undefined. */
export function definedPolicy(
  name: string,
  config: ChannelConfig,
  state: LifecycleState,
): Policy | undefined {
  const stored = state(fieldKey(name, 'ValidationInfo'));
  if (!stored) return undefined;
  const known = compiled.get(config) ?? new Map<string, Policy>();
  compiled.set(config, known);
  const key = Buffer.from(stored).toString('latin1');
  const info = (): Uint8Array =>
    decode(ChaincodeValidationInfo, decode(StateData, stored).getBytes_asU8()).getValidationParameter_asU8();
  const policy = known.get(key) ?? applicationPolicy(info(), config);
  known.set(key, policy);
  return policy;
}

/** The ApplicationPolicy that points at the channel's default: a majority of organisations. */
export function channelDefaultPolicy(path: string): Uint8Array {
  const policy = new peer.ApplicationPolicy();
  policy.setChannelConfigPolicyReference(path);
  return policy.serializeBinary();
}

/** The ApplicationPolicy that carries an explicit signature policy. */
export function explicitPolicy(envelope: common.SignaturePolicyEnvelope): Uint8Array {
  const policy = new peer.ApplicationPolicy();
  policy.setSignaturePolicy(envelope);
  return policy.serializeBinary();
}
