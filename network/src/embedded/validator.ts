import { common, peer } from '@hyperledger/fabric-protos';
import { updatesOf, type BlockUpdates, type Update } from './commit-hash.js';
import { definedPolicy, LIFECYCLE } from './lifecycle.js';
import { POLICY, type ChannelConfig } from './channel-config.js';
import { validSigners, type Policy } from './policy.js';
import {
  chaincodeIn,
  decode,
  decodeReadWriteSet,
  openChaincodeAction,
  sameVersion,
  transactionId,
  type ChaincodeAction,
  type NamespaceSet,
  type Version,
} from '../wire/index.js';
import {
  checkHeaders,
  CODE,
  InvalidTransaction,
  openAction,
  readTransaction,
  orInvalid,
  type EndorsedAction,
  type Transaction,
  type ValidationCode,
} from './transaction.js';

/** Committed state, as validation sees it: everything up to the block before. */
export interface LedgerView {
  hasTransaction(txId: string): boolean;
  get(namespace: string, key: string): { readonly value: Uint8Array; readonly version: Version } | undefined;
}

export interface ValidationContext {
  readonly channelId: string;
  readonly config: ChannelConfig;
  readonly ledger: LedgerView;
  /**
   * Given when the blocks of a foreign ledger are replayed: what its peers said of a transaction that uses what this
   * validator does not judge (ranges, private data, key-level policies), or nothing to judge it here. The node itself
   * gives none, so such a transaction is INVALID_OTHER_REASON.
   */
  readonly foreignVerdict?: (txId: string, index: number) => ValidationCode | undefined;
}

export interface ValidatedTransaction {
  /** Empty where the envelope has none, as in configuration transactions. */
  readonly txId: string;
  readonly code: ValidationCode;
}

export interface ValidatedBlock {
  readonly transactions: readonly ValidatedTransaction[];
  /** One validation code a byte: TRANSACTIONS_FILTER. */
  readonly flags: Uint8Array;
  readonly updates: BlockUpdates;
}

interface Candidate {
  readonly txId: string;
  code: ValidationCode;
  readonly sets: readonly NamespaceSet[];
  readonly isForeign: boolean;
}

function checkCreator(transaction: Transaction, { channelId, config }: ValidationContext): void {
  const creator =
    transaction.channelId === channelId ? config.identities.find(transaction.creator) : undefined;
  if (
    !creator ||
    creator.problem !== undefined ||
    !creator.verify(transaction.payload, transaction.signature)
  )
    throw new InvalidTransaction(
      CODE.BAD_CREATOR_SIGNATURE,
      creator?.problem ?? 'unknown creator or wrong signature',
    );
}

/** The chaincode a transaction is for; proposal and result must name the same. */
function chaincodeOf(proposed: string | undefined, { chaincode: executed }: ChaincodeAction): string {
  if (proposed === undefined || !executed)
    throw new InvalidTransaction(CODE.INVALID_OTHER_REASON, 'no chaincode id');
  if (proposed === '' || proposed !== executed.name || executed.version === '')
    throw new InvalidTransaction(CODE.INVALID_CHAINCODE, 'inconsistent chaincode id');
  return proposed;
}

function checkEvent({ event }: ChaincodeAction, chaincode: string): void {
  if (event.length === 0) return;
  const named = orInvalid(CODE.INVALID_OTHER_REASON, () => decode(peer.ChaincodeEvent, event));
  if (named.getChaincodeId() !== chaincode)
    throw new InvalidTransaction(CODE.INVALID_OTHER_REASON, 'an event of another chaincode');
}

interface Effects {
  readonly chaincode: string;
  readonly sets: readonly NamespaceSet[];
}

/** What the endorsers say the transaction does (plugindispatcher/dispatcher.go, Dispatch). */
function effectsOf(transaction: Transaction, endorsed: EndorsedAction): Effects {
  const proposed = orInvalid(CODE.BAD_HEADER_EXTENSION, () => chaincodeIn(transaction.extension));
  const action = orInvalid(CODE.BAD_RESPONSE_PAYLOAD, () => openChaincodeAction(endorsed.extension));
  const sets = orInvalid(CODE.BAD_RWSET, () => decodeReadWriteSet(action.results));
  const chaincode = chaincodeOf(proposed, action);
  checkEvent(action, chaincode);
  if (new Set(sets.map((set) => set.namespace)).size !== sets.length)
    throw new InvalidTransaction(CODE.ILLEGAL_WRITESET, 'a namespace appears twice');
  return { chaincode, sets };
}

function usesUnsupported(set: NamespaceSet): boolean {
  return set.hasRanges || set.metadataWrites.length > 0 || set.collections.length > 0;
}

/** The policy that writes to `namespace` must satisfy: from the chaincode definition in committed state. */
function policyOf(namespace: string, { config, ledger }: ValidationContext): Policy {
  if (namespace === LIFECYCLE) return config.policy(POLICY.lifecycle);
  const policy = definedPolicy(namespace, config, (key) => ledger.get(LIFECYCLE, key)?.value);
  if (!policy)
    throw new InvalidTransaction(CODE.INVALID_CHAINCODE, `${namespace} is not defined on the channel`);
  return policy;
}

function checkEndorsements(
  { chaincode, sets }: Effects,
  { endorsements }: EndorsedAction,
  context: ValidationContext,
): void {
  const signers = validSigners(endorsements, context.config.identities);
  const written = sets.filter((set) => set.writes.length > 0).map((set) => set.namespace);
  for (const namespace of new Set([chaincode, ...written]))
    if (!policyOf(namespace, context)(signers))
      throw new InvalidTransaction(
        CODE.ENDORSEMENT_POLICY_FAILURE,
        `the policy of ${namespace} is not satisfied`,
      );
}

/** Everything that can be judged without the other transactions of the block, in Fabric's order. */
function judge(transaction: Transaction, index: number, context: ValidationContext): Candidate {
  checkCreator(transaction, context);
  const { txId } = transaction;
  if (transaction.type === common.HeaderType.CONFIG)
    return { txId, code: CODE.VALID, sets: [], isForeign: false };
  if (transaction.type !== common.HeaderType.ENDORSER_TRANSACTION)
    throw new InvalidTransaction(CODE.UNSUPPORTED_TX_PAYLOAD, 'not an endorser transaction');
  if (txId !== transactionId(transaction.nonce, transaction.creator))
    throw new InvalidTransaction(
      CODE.BAD_PROPOSAL_TXID,
      'the transaction id is not the hash of nonce and creator',
    );
  const endorsed = openAction(transaction);
  if (context.ledger.hasTransaction(txId))
    throw new InvalidTransaction(CODE.DUPLICATE_TXID, 'already on the ledger');
  const effects = effectsOf(transaction, endorsed);
  const { sets } = effects;
  const verdict = context.foreignVerdict?.(txId, index);
  if (verdict !== undefined) return { txId, code: verdict, sets, isForeign: true };
  if (sets.some(usesUnsupported))
    throw new InvalidTransaction(
      CODE.INVALID_OTHER_REASON,
      'unsupported by the embedded node: ranges or private data',
    );
  checkEndorsements(effects, endorsed, context);
  return { txId, code: CODE.VALID, sets, isForeign: false };
}

function judgeEnvelope(envelope: Uint8Array, index: number, context: ValidationContext): Candidate {
  let txId = '';
  try {
    const transaction = readTransaction(envelope);
    // A transaction that is invalid for whatever reason has used up its id.
    txId = transaction.txId;
    checkHeaders(transaction);
    return judge(transaction, index, context);
  } catch (cause) {
    if (!(cause instanceof InvalidTransaction)) throw cause;
    return { txId, code: cause.code, sets: [], isForeign: false };
  }
}

function markDuplicates(candidates: readonly Candidate[]): void {
  const seen = new Set<string>();
  for (const candidate of candidates) {
    if (candidate.code !== CODE.VALID || candidate.txId === '') continue;
    if (seen.has(candidate.txId)) candidate.code = CODE.DUPLICATE_TXID;
    seen.add(candidate.txId);
  }
}

/** True when a key read was written since: by an earlier valid transaction of this block, or by an earlier block. */
function hasConflict(sets: readonly NamespaceSet[], updates: BlockUpdates, ledger: LedgerView): boolean {
  return sets.some(({ namespace, reads }) =>
    reads.some(
      ({ key, version }) =>
        updates.get(namespace)?.keys.has(key) === true ||
        !sameVersion(ledger.get(namespace, key)?.version, version),
    ),
  );
}

/** A metadata write renews the version of an existing key and is nothing on a missing one. */
function applyMetadata(
  set: NamespaceSet,
  updates: Map<string, Update>,
  version: Version,
  ledger: LedgerView,
): void {
  for (const key of set.metadataWrites) {
    if (set.writes.some((write) => write.key === key)) continue;
    const latest = updates.has(key) ? updates.get(key)?.value : ledger.get(set.namespace, key)?.value;
    if (latest) updates.set(key, { value: latest, version });
  }
}

function apply(
  sets: readonly NamespaceSet[],
  updates: BlockUpdates,
  version: Version,
  ledger: LedgerView,
): void {
  for (const set of sets) {
    const hasWrites = set.writes.length + set.metadataWrites.length > 0;
    const hashed = set.collections.filter(({ writes }) => writes.length > 0);
    if (!hasWrites && hashed.length === 0) continue;
    const { keys, collections } = updatesOf(updates, set.namespace);
    for (const { key, value } of set.writes) keys.set(key, { value, version });
    applyMetadata(set, keys, version, ledger);
    for (const { name, writes } of hashed) {
      const known = collections.get(name) ?? new Map<string, Update>();
      for (const { key, value } of writes) known.set(key, { value, version });
      collections.set(name, known);
    }
  }
}

/**
 * Validates the transactions of block `number` as a Fabric 2.x/3.x peer does: form, creator, id, duplicates and
 * endorsement policy of each (core/committer/txvalidator/v20), then conflicts in block order against committed state
 * and the earlier valid transactions of the block (core/ledger/kvledger/txmgmt/validation).
 */
export function validateBlock(
  number: number,
  envelopes: readonly Uint8Array[],
  context: ValidationContext,
): ValidatedBlock {
  const candidates = envelopes.map((envelope, index) => judgeEnvelope(envelope, index, context));
  markDuplicates(candidates);
  const updates: BlockUpdates = new Map();
  candidates.forEach((candidate, transaction) => {
    if (candidate.code !== CODE.VALID) return;
    if (!candidate.isForeign && hasConflict(candidate.sets, updates, context.ledger))
      candidate.code = CODE.MVCC_READ_CONFLICT;
    else apply(candidate.sets, updates, { block: number, transaction }, context.ledger);
  });
  return {
    transactions: candidates.map(({ txId, code }) => ({ txId, code })),
    flags: Uint8Array.from(candidates, ({ code }) => code),
    updates,
  };
}
