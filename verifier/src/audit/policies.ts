import { bytesToHex } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import { endorsementPolicy, LIFECYCLE } from '../fabric/definition.js';
import type { ChannelConfig, Identity, Policy } from '../fabric/identity.js';
import type { MetadataWrite, NamespaceSet, Write } from '../fabric/rwset.js';
import { readSignaturePolicy } from '../fabric/signature-policy.js';
import type { Transaction } from '../fabric/transaction.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { spaceOf, type Snapshot } from './world-state.js';

const OF_LIFECYCLE = '/Channel/Application/LifecycleEndorsement';
const IMPLICIT = '_implicit_org_';

/** Policies are read once for the bytes that state them, as long as a configuration is in force. */
const known = new WeakMap<ChannelConfig, Map<string, Policy>>();

function remembered(config: ChannelConfig, bytes: Uint8Array, read: () => Policy): Policy {
  const policies = known.get(config) ?? new Map<string, Policy>();
  known.set(config, policies);
  const name = bytesToHex(bytes);
  const policy = policies.get(name) ?? read();
  policies.set(name, policy);
  return policy;
}

/** The policies of a block's transactions: of chaincodes, of collections and of single keys, as they stood before the block. */
export class Policies {
  readonly #config: ChannelConfig;
  readonly #state: Snapshot;
  /** Keys whose own policy an earlier transaction of the block changes: nobody may write them in this block any more. */
  readonly #changed = new Set<string>();

  constructor(config: ChannelConfig, state: Snapshot) {
    this.#config = config;
    this.#state = state;
  }

  /**
   * That the endorsements are enough for everything the transaction writes (fabric:core/common/validation/statebased/v20.go).
   * @throws Rejection POLICY_NOT_SATISFIED, POLICY_UNKNOWN, DEFINITION_NOT_IN_FORCE, MALFORMED
   */
  check({ chaincode, namespaces }: Transaction, endorsers: readonly Identity[]): void {
    const sets = namespaces.filter((set) => set.namespace === chaincode || isWriting(set));
    for (const set of sets) this.#checkSet(set, endorsers);
    const isTouched = sets.some(({ namespace }) => namespace === chaincode);
    if (!isTouched) satisfy(this.#ofChaincode(chaincode), endorsers, chaincode);
    this.#noteChanges(namespaces);
  }

  #checkSet(set: NamespaceSet, endorsers: readonly Identity[]): void {
    const { namespace } = set;
    const needed = new Map<string, Policy>();
    const need = (name: string, find: () => Policy): void => {
      if (!needed.has(name)) needed.set(name, find());
    };
    const ofChaincode = (): Policy => this.#ofChaincode(namespace);
    this.#needKeys(spaceOf(namespace), namespace, set, need, ofChaincode);
    for (const each of set.collections) {
      const space = spaceOf(namespace, each.name);
      const ofCollection = this.#ofCollection(namespace, each.name);
      const [name, find] = ofCollection ? [space, () => ofCollection] : [namespace, ofChaincode];
      this.#needKeys(space, name, each, need, find);
    }
    if (needed.size === 0) need(namespace, ofChaincode);
    for (const [name, policy] of needed) satisfy(policy, endorsers, name);
  }

  /** A key with a policy of its own needs that one; the others share that of the chaincode or collection. */
  #needKeys(
    space: string,
    shared: string,
    written: Written,
    need: (name: string, find: () => Policy) => void,
    find: () => Policy,
  ): void {
    for (const key of keysOf(written)) {
      rejectUnless(!this.#changed.has(spaceOf(space, key)), 'POLICY_NOT_SATISFIED', {
        key,
        what: 'its policy changes in this block',
      });
      const own = this.#state.get(space, key)?.policy;
      if (own) need(`${space} ${key}`, () => remembered(this.#config, own, () => readSignaturePolicy(own)));
      else need(shared, find);
    }
  }

  #ofChaincode(namespace: string): Policy {
    if (namespace === LIFECYCLE) return this.#config.policy(OF_LIFECYCLE);
    const ValidationInfo = this.#field(namespace, 'ValidationInfo');
    rejectUnless(ValidationInfo !== undefined, 'DEFINITION_NOT_IN_FORCE', { chaincode: namespace });
    return remembered(this.#config, ValidationInfo, () => endorsementPolicy(ValidationInfo, this.#config));
  }

  /** `undefined` where a collection has no policy of its own. */
  #ofCollection(namespace: string, collection: string): Policy | undefined {
    if (collection.startsWith(IMPLICIT)) return this.#ofOrganisation(collection.slice(IMPLICIT.length));
    const field = this.#field(namespace, 'Collections');
    const policy = field && collectionPolicy(field, collection);
    return policy && remembered(this.#config, policy, () => applicationPolicy(policy, this.#config));
  }

  /** Of the implicit collection of an organisation: its own policy or, without one, any member (fabric:core/chaincode/lifecycle). */
  #ofOrganisation(mspId: string): Policy {
    try {
      return this.#config.policy(`/Channel/Application/${mspId}/Endorsement`);
    } catch (error) {
      if (!(error instanceof Rejection && error.code === 'POLICY_UNKNOWN')) throw error;
      return { isSatisfiedBy: (all) => all.some((each) => each.mspId === mspId) };
    }
  }

  #field(chaincode: string, field: string): Uint8Array | undefined {
    return this.#state.get(spaceOf(LIFECYCLE), `namespaces/fields/${chaincode}/${field}`)?.value;
  }

  #noteChanges(namespaces: readonly NamespaceSet[]): void {
    for (const { namespace, metadataWrites, collections } of namespaces) {
      for (const { key } of metadataWrites) this.#changed.add(spaceOf(spaceOf(namespace), key));
      for (const { name, metadataWrites: hashed } of collections)
        for (const { key } of hashed) this.#changed.add(spaceOf(spaceOf(namespace, name), key));
    }
  }
}

interface Written {
  readonly writes: readonly Write[];
  readonly metadataWrites: readonly MetadataWrite[];
}

const keysOf = ({ writes, metadataWrites }: Written): ReadonlySet<string> =>
  new Set([...writes, ...metadataWrites].map(({ key }) => key));

const isWriting = ({ writes, metadataWrites, collections }: NamespaceSet): boolean =>
  writes.length + metadataWrites.length > 0 || collections.some((each) => keysOf(each).size > 0);

function satisfy(policy: Policy, endorsers: readonly Identity[], name: string): void {
  rejectUnless(policy.isSatisfiedBy(endorsers), 'POLICY_NOT_SATISFIED', {
    policy: name.replaceAll('\u0000', ' '),
    endorsers: endorsers.map(({ mspId }) => mspId).join(' '),
  });
}

/** Of one collection, out of a definition's field: peer.ApplicationPolicy in peer.StaticCollectionConfig. */
function collectionPolicy(field: Uint8Array, collection: string): Uint8Array | undefined {
  const configs = Message.readKnown(Message.readKnown(field, { fields: [2] }).bytes(2), {
    fields: [],
    repeated: [1],
  }).repeated(1);
  const policies = configs
    .map((each) => Message.readKnown(Message.readKnown(each, { fields: [1] }).bytes(1), { fields: [1, 8] }))
    .filter((each) => each.text(1) === collection);
  const policy = policies[0]?.bytes(8) ?? new Uint8Array();
  return policy.length > 0 ? policy : undefined;
}

function applicationPolicy(bytes: Uint8Array, config: ChannelConfig): Policy {
  const policy = Message.read(bytes, { fields: [1, 2] });
  return policy.has(1) ? readSignaturePolicy(policy.bytes(1)) : config.policy(policy.text(2));
}
