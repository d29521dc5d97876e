import { Message } from '../bytes/protobuf.js';
import { rejectUnless } from '../rejection.js';
import type { ChannelConfig, Policy } from './identity.js';
import { functionOf } from './proposal.js';
import type { NamespaceSet, Version } from './rwset.js';
import { readSignaturePolicy } from './signature-policy.js';
import type { Transaction } from './transaction.js';

/** The namespace of chaincode definitions (fabric:core/chaincode/lifecycle). */
export const LIFECYCLE = '_lifecycle';

const FIELDS = ['EndorsementInfo', 'ValidationInfo', 'Collections'] as const;
type FieldName = (typeof FIELDS)[number];

/** What organisations agreed on for a chaincode. */
export interface Definition {
  readonly chaincode: string;
  /** One more with each agreement. */
  readonly sequence: bigint;
  /** Of the chaincode, as the organisations named it. */
  readonly version: string;
  /** Fields as StateData holds them; a later definition writes only those that differ. */
  readonly fields: Readonly<Record<FieldName, Uint8Array>>;
}

function keyOf(chaincode: string, field: string): string {
  return `namespaces/fields/${chaincode}/${field}`;
}

function lifecycleSet({ namespaces }: Pick<Transaction, 'namespaces'>): NamespaceSet | undefined {
  return namespaces.find(({ namespace }) => namespace === LIFECYCLE);
}

/** lifecycle.StateData: a oneof of number, bytes and text. */
function stateData(bytes: Uint8Array): Message {
  return Message.read(bytes, { fields: [1, 2, 3] });
}

function assertCommit(transaction: Transaction): void {
  const { chaincode, txId } = transaction;
  rejectUnless(chaincode === LIFECYCLE, 'WRONG_CHAINCODE', { txId, chaincode });
  const name = functionOf(transaction);
  rejectUnless(name === 'CommitChaincodeDefinition', 'DEFINITION_NOT_IN_FORCE', { txId, function: name });
}

function writtenField(set: NamespaceSet | undefined, key: string): Uint8Array | undefined {
  return set?.writes.find((write) => write.key === key)?.value ?? undefined;
}

/**
 * The definition that a transaction of `_lifecycle` commits; `before` is the one it follows. That the transaction is valid, and that no
 * other came between, is for others to show. @throws Rejection WRONG_CHAINCODE, DEFINITION_NOT_IN_FORCE, SEQUENCE_BROKEN, MALFORMED, ...
 */
export function readDefinition(transaction: Transaction, chaincode: string, before?: Definition): Definition {
  assertCommit(transaction);
  const set = lifecycleSet(transaction);
  const written = writtenField(set, keyOf(chaincode, 'Sequence'));
  rejectUnless(written !== undefined, 'DEFINITION_NOT_IN_FORCE', { txId: transaction.txId, chaincode });
  const sequence = stateData(written).number(1);
  rejectUnless(sequence === (before?.sequence ?? 0n) + 1n, 'SEQUENCE_BROKEN', {
    chaincode,
    sequence: `${sequence}`,
  });
  const field = (name: FieldName): Uint8Array => {
    const value = writtenField(set, keyOf(chaincode, name)) ?? before?.fields[name];
    rejectUnless(value !== undefined, 'DEFINITION_NOT_IN_FORCE', { chaincode, missing: name });
    return value;
  };
  const [EndorsementInfo, ValidationInfo, Collections] = FIELDS.map(field) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const endorsement = Message.read(stateData(EndorsementInfo).bytes(2), { fields: [1, 2, 3] });
  const fields = { EndorsementInfo, ValidationInfo, Collections };
  return { chaincode, sequence, version: endorsement.text(1), fields };
}

/**
 * Which endorsements a definition asks for (peer.ApplicationPolicy): a policy of its own, or one of the channel by its path.
 * @throws Rejection POLICY_UNKNOWN, MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD
 */
export function endorsementPolicy({ fields }: Definition, config: ChannelConfig): Policy {
  const validation = Message.read(stateData(fields.ValidationInfo).bytes(2), { fields: [1, 2] });
  const plugin = validation.text(1);
  rejectUnless(plugin === 'vscc', 'POLICY_UNKNOWN', { plugin });
  const policy = Message.read(validation.bytes(2), { fields: [1, 2] });
  rejectUnless(policy.has(1) !== policy.has(2), 'POLICY_UNKNOWN', { what: 'not one policy' });
  return policy.has(1) ? readSignaturePolicy(policy.bytes(1)) : config.policy(policy.text(2));
}

/**
 * The version of the definition that endorsers had before them: peers read the Sequence of a chaincode whenever they run it, so the read
 * set binds the transaction to it. `undefined` when it was not read, `null` when there was no definition.
 */
export function sequenceRead(
  transaction: Pick<Transaction, 'namespaces'>,
  chaincode: string,
): Version | null | undefined {
  const key = keyOf(chaincode, 'Sequence');
  return lifecycleSet(transaction)?.reads.find((read) => read.key === key)?.version;
}
