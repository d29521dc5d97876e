import { equalBytes } from '@noble/curves/utils.js';
import { sha256Hex } from '@tallystick/chaincode/model';
import { BoundedMap } from '../bytes/bounded-map.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { parseCommittedPem, type Certificate } from '../x509/certificate.js';
import { capabilitiesOf, mspVersionOf, type MspVersion } from './capabilities.js';
import { readGroup, type ConfigGroup } from './config-groups.js';
import { readOrdering } from './consenters.js';
import type { ChannelConfig, Identity, Ordering, Policy } from './identity.js';
import { readMsp, type Msp } from './msp.js';
import { policyAt } from './policy.js';

const REMEMBERED_IDENTITIES = 4096;
const REMEMBERED_POLICIES = 64;
const REMEMBERED_CONFIGS = 32;
const EMPTY_GROUP: ConfigGroup = { groups: new Map(), values: new Map(), policies: new Map() };

const groupAt = (channel: ConfigGroup, name: string): ConfigGroup => channel.groups.get(name) ?? EMPTY_GROUP;

function mspConfigs({ groups }: ConfigGroup): Uint8Array[] {
  return [...groups.values()].map(({ values }) => {
    const config = values.get('MSP');
    rejectUnless(config !== undefined, 'MALFORMED', { what: 'an organisation without an MSP' });
    return config;
  });
}

/** Organisations of a channel by MSP id; one that orders and endorses has to be configured alike in both places. */
class Members {
  readonly #known = new Map<string, { readonly config: Uint8Array; readonly msp: Msp }>();
  readonly #signatures: Signatures;
  readonly #version: MspVersion;

  constructor(signatures: Signatures, version: MspVersion) {
    this.#signatures = signatures;
    this.#version = version;
  }

  /** @returns the MSP ids of the group. @throws Rejection MALFORMED, DUPLICATE_FIELD, ALGORITHM_NOT_ACCEPTED */
  add(group: ConfigGroup): string[] {
    const ids = mspConfigs(group).map((config) => this.#add(config));
    rejectUnless(new Set(ids).size === ids.length, 'DUPLICATE_FIELD', {
      what: 'one MSP of two organisations',
    });
    return ids;
  }

  find(mspId: string): Msp | undefined {
    return this.#known.get(mspId)?.msp;
  }

  /** @throws Rejection UNKNOWN_ORGANISATION */
  get(mspId: string): Msp {
    const known = this.#known.get(mspId);
    if (known === undefined) throw new Rejection('UNKNOWN_ORGANISATION', { organisation: mspId });
    return known.msp;
  }

  #add(config: Uint8Array): string {
    const msp = readMsp(config, this.#signatures, this.#version);
    const known = this.#known.get(msp.id);
    const isAlike = known === undefined || equalBytes(known.config, config);
    rejectUnless(isAlike, 'MALFORMED', { what: `two configurations of ${msp.id}` });
    if (known === undefined) this.#known.set(msp.id, { config, msp });
    return msp.id;
  }
}

class BytesConfig implements ChannelConfig {
  readonly sequence: bigint;
  readonly ordering: Ordering;
  readonly organisations: readonly string[];
  readonly orderers: readonly string[];
  readonly #channel: ConfigGroup;
  readonly #members: Members;
  readonly #identities = new BoundedMap<Promise<Identity>>(REMEMBERED_IDENTITIES);
  readonly #policies = new BoundedMap<Policy>(REMEMBERED_POLICIES);

  constructor(sequence: bigint, channel: ConfigGroup, signatures: Signatures) {
    const ordererGroup = groupAt(channel, 'Orderer');
    this.#channel = channel;
    this.#members = new Members(signatures, mspVersionOf(capabilitiesOf(channel)));
    this.sequence = sequence;
    this.organisations = this.#members.add(groupAt(channel, 'Application'));
    this.orderers = this.#members.add(ordererGroup);
    this.ordering = readOrdering(ordererGroup);
  }

  identify(serialized: Uint8Array): Promise<Identity> {
    return this.#identities.getOr(sha256Hex(serialized), () => this.#identify(serialized));
  }

  identifyIn(mspId: string, certificate: Certificate): Promise<Identity> {
    return this.#identities.getOr(`${mspId} ${certificate.fingerprint}`, async () =>
      this.#members.get(mspId).identify(certificate),
    );
  }

  rootsOf(mspId: string): readonly string[] | undefined {
    return this.#members.find(mspId)?.roots();
  }

  policy(path: string): Policy {
    return this.#policies.getOr(path, () => policyAt(this.#channel, path));
  }

  async #identify(serialized: Uint8Array): Promise<Identity> {
    const identity = Message.read(serialized, { fields: [1, 2] });
    const mspId = identity.text(1);
    this.#members.get(mspId);
    return this.identifyIn(mspId, parseCommittedPem(identity.bytes(2)));
  }
}

/**
 * What a common.Config sets in force. Whether it is in force, that is whether the block that carries it is good, is not judged here.
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, TOO_LARGE, ALGORITHM_NOT_ACCEPTED
 */
export function readConfig(config: Uint8Array, signatures: Signatures): ChannelConfig {
  const remembered = configurations.get(signatures) ?? new BoundedMap<ChannelConfig>(REMEMBERED_CONFIGS);
  configurations.set(signatures, remembered);
  return remembered.getOr(sha256Hex(config), () => read(config, signatures));
}

/** Configurations, one file after another: who is who in them follows from their bytes and from how signatures are checked. */
const configurations = new WeakMap<Signatures, BoundedMap<ChannelConfig>>();

function read(config: Uint8Array, signatures: Signatures): ChannelConfig {
  const message = Message.read(config, { fields: [1, 2] });
  return new BytesConfig(message.number(1), readGroup(message.bytes(2)), signatures);
}
