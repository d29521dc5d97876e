import { concatBytes } from '@noble/hashes/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { StepCode } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import { isConfigBlock, type Block } from '../fabric/block.js';
import { checkProposalHash, type Endorsement } from '../fabric/endorsement.js';
import { readEnvelope } from '../fabric/envelope.js';
import { distinct, type ChannelConfig, type Identity } from '../fabric/identity.js';
import { checkTransactionId } from '../fabric/proposal.js';
import type { Transaction } from '../fabric/transaction.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { identify } from './committed-identity.js';
import { claimedId, readCommitted } from './committed.js';
import { CODE } from './validation-codes.js';

/** Why a transaction cannot be valid. */
export interface Refusal {
  readonly step: StepCode;
  readonly rejection: Rejection;
  /** Fabric's code for it, where only one is possible. */
  readonly code?: number;
}

/** A transaction as far as it can be judged by itself and the configuration in force: no state is looked at. */
export interface Examined {
  /** As it claims; empty where it has none. An id is used up even by a transaction that is invalid. */
  readonly txId: string;
  /** Absent for configurations and for what cannot be read. */
  readonly transaction?: Transaction;
  readonly isConfig: boolean;
  /** Those whose endorsement holds, each once. */
  readonly endorsers: readonly Identity[];
  readonly refusal?: Refusal;
}

/** What transactions of a block are examined under. */
export interface Examining {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly signatures: Signatures;
}

/** Every transaction of a block. The signatures of all of them are checked at once. */
export function examineTransactions(block: Block, examining: Examining): Promise<readonly Examined[]> {
  const isConfig = isConfigBlock(block);
  return Promise.all(
    block.data.map((envelope) =>
      isConfig ? examineConfig(envelope, examining) : examine(envelope, examining),
    ),
  );
}

async function examine(envelope: Uint8Array, examining: Examining): Promise<Examined> {
  const unread = { txId: claimedId(envelope), isConfig: false, endorsers: [] };
  const read = attempt('transaction.form', () => readOf(envelope, examining));
  if ('refusal' in read) return { ...unread, refusal: read.refusal };
  const transaction = read.value;
  const [refusal, endorsers] = await Promise.all([
    creatorRefusal(transaction, examining),
    endorsersOf(transaction, examining),
  ]);
  return { ...unread, transaction, endorsers, ...(refusal && { refusal }) };
}

function readOf(envelope: Uint8Array, { channel }: Examining): Transaction {
  const transaction = readCommitted(envelope);
  rejectUnless(transaction.channel === channel, 'WRONG_CHANNEL', { channel: transaction.channel });
  checkProposalHash(transaction);
  return transaction;
}

function attempt<T>(step: StepCode, work: () => T): { value: T } | { refusal: Refusal } {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { refusal: { step, rejection: error } };
  }
}

async function creatorRefusal(
  transaction: Transaction,
  { config, signatures }: Examining,
): Promise<Refusal | undefined> {
  try {
    checkTransactionId(transaction);
    const { certificate } = await identify(config, transaction.creator);
    await signatures.verifyCommitted(certificate, transaction.payload, transaction.signature);
    return undefined;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const refusal = { step: 'transaction.creator', rejection: error } as const;
    // Fabric looks at the signature before the id: with a wrong id, either code may stand there.
    return error.code === 'TRANSACTION_ID_DIFFERS'
      ? refusal
      : { ...refusal, code: CODE.BAD_CREATOR_SIGNATURE };
  }
}

/**
 * Fabric passes over endorsements that do not hold and judges the policy by the rest; of an endorser that stands there twice, however
 * spelled, it looks at the first alone (fabric:common/policies/policy.go, SignatureSetToValidIdentities).
 */
async function endorsersOf(transaction: Transaction, examining: Examining): Promise<readonly Identity[]> {
  const known = await Promise.all(
    transaction.endorsements.map(async ({ endorser, signature }) => {
      const identity = await held(() => identify(examining.config, endorser));
      return identity ? [{ identity, endorser, signature }] : [];
    }),
  );
  const named = known.flat();
  const first = distinct(named.map(({ identity }) => identity));
  const found = await Promise.all(
    first.map(async (identity) => {
      const made = named.find((each) => isSame(each.identity, identity));
      return made && held(() => endorsed(transaction, { ...made, identity }, examining));
    }),
  );
  return found.filter((each) => each !== undefined);
}

const isSame = (a: Identity, b: Identity): boolean =>
  a.mspId === b.mspId && a.certificate.fingerprint === b.certificate.fingerprint;

async function endorsed(
  { responsePayload }: Transaction,
  { identity, endorser, signature }: Endorsement & { readonly identity: Identity },
  { signatures }: Examining,
): Promise<Identity> {
  await signatures.verifyCommitted(identity.certificate, concatBytes(responsePayload, endorser), signature);
  return identity;
}

/** What a check gives; `undefined` when it fails. */
async function held<T>(check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

/** A configuration is signed by the orderer that made it; that the orderers agree on it is for the configuration chain to check. */
async function examineConfig(envelope: Uint8Array, { config, signatures }: Examining): Promise<Examined> {
  const examined = { txId: claimedId(envelope), isConfig: true, endorsers: [] };
  try {
    const { payload, signature, signatureHeader } = readEnvelope(envelope);
    const creator = Message.read(signatureHeader, { fields: [1, 2] }).bytes(1);
    const { certificate } = await config.identify(creator);
    await signatures.verifyCommitted(certificate, payload, signature);
    return examined;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return { ...examined, refusal: { step: 'transaction.creator', rejection: error } };
  }
}
