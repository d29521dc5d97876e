import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import type { SignedBytes } from './policy.js';

export const CODE = peer.TxValidationCode;
export type ValidationCode = peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap];

/** A transaction that cannot become valid, with Fabric's code for the reason. */
export class InvalidTransaction extends Error {
  readonly code: ValidationCode;

  constructor(code: ValidationCode, reason: string) {
    super(reason);
    this.name = 'InvalidTransaction';
    this.code = code;
  }
}

/** Runs `step`; whatever it throws becomes an InvalidTransaction with `code`. */
export function orInvalid<T>(code: ValidationCode, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    throw new InvalidTransaction(code, String(cause));
  }
}

/** An envelope whose headers are readable. Byte fields are the bytes that were hashed and signed. */
export interface Transaction {
  readonly envelope: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly type: number;
  readonly epoch: number;
  readonly channelId: string;
  readonly txId: string;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  readonly channelHeader: Uint8Array;
  readonly extension: Uint8Array;
  readonly data: Uint8Array;
}

const KNOWN_TYPES: readonly number[] = [
  common.HeaderType.ENDORSER_TRANSACTION,
  common.HeaderType.CONFIG_UPDATE,
  common.HeaderType.CONFIG,
];

/**
 * Reads an envelope as far as its headers, whatever they say.
 * @throws InvalidTransaction INVALID_OTHER_REASON, BAD_PAYLOAD, BAD_COMMON_HEADER
 */
export function readTransaction(envelope: Uint8Array): Transaction {
  const outer = orInvalid(CODE.INVALID_OTHER_REASON, () => common.Envelope.deserializeBinary(envelope));
  const payload = outer.getPayload_asU8();
  const opened = orInvalid(CODE.BAD_PAYLOAD, () => common.Payload.deserializeBinary(payload));
  return orInvalid(CODE.BAD_COMMON_HEADER, () => {
    const header = opened.getHeader();
    if (!header) throw new Error('no header');
    const channel = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const signature = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
    return {
      envelope,
      payload,
      signature: outer.getSignature_asU8(),
      type: channel.getType(),
      epoch: channel.getEpoch(),
      channelId: channel.getChannelId(),
      txId: channel.getTxId(),
      creator: signature.getCreator_asU8(),
      nonce: signature.getNonce_asU8(),
      channelHeader: header.getChannelHeader_asU8(),
      extension: channel.getExtension_asU8(),
      data: opened.getData_asU8(),
    };
  });
}

/**
 * Checks the headers of a transaction (Fabric core/common/validation/msgvalidation.go, validateCommonHeader).
 * @throws InvalidTransaction BAD_COMMON_HEADER
 */
export function checkHeaders({ type, epoch, nonce, creator }: Transaction): void {
  orInvalid(CODE.BAD_COMMON_HEADER, () => {
    if (!KNOWN_TYPES.includes(type)) throw new Error(`invalid header type ${type}`);
    if (epoch !== 0) throw new Error(`invalid epoch ${epoch}`);
    if (nonce.length === 0) throw new Error('no nonce');
    if (creator.length === 0) throw new Error('no creator');
  });
}

/** A transaction id is the hex SHA-256 of nonce and creator (protoutil/proputils.go, ComputeTxID). */
export function transactionId(nonce: Uint8Array, creator: Uint8Array): string {
  return createHash('sha256').update(nonce).update(creator).digest('hex');
}

/** What endorsers signed: the hash of headers and of the proposal payload without its transient part. */
export function proposalHash(
  channelHeader: Uint8Array,
  signatureHeader: Uint8Array,
  payload: Uint8Array,
): Buffer {
  return createHash('sha256').update(channelHeader).update(signatureHeader).update(payload).digest();
}

/** The endorsed action of an endorser transaction. */
export interface EndorsedAction {
  /** A serialized ChaincodeAction. */
  readonly extension: Uint8Array;
  /** What each endorser signed, with its signature. */
  readonly endorsements: readonly SignedBytes[];
}

function onlyAction(data: Uint8Array): peer.TransactionAction {
  const actions = peer.Transaction.deserializeBinary(data).getActionsList();
  const [only] = actions;
  if (!only || actions.length > 1) throw new Error(`one action per transaction, not ${actions.length}`);
  const header = common.SignatureHeader.deserializeBinary(only.getHeader_asU8());
  if (header.getNonce().length === 0 || header.getCreator().length === 0)
    throw new Error('an empty action header');
  return only;
}

function openEndorsed(transaction: Transaction): EndorsedAction {
  const outer = onlyAction(transaction.data);
  const payload = peer.ChaincodeActionPayload.deserializeBinary(outer.getPayload_asU8());
  const endorsed = payload.getAction();
  if (!endorsed) throw new Error('no endorsed action');
  const response = endorsed.getProposalResponsePayload_asU8();
  const opened = peer.ProposalResponsePayload.deserializeBinary(response);
  const proposal = payload.getChaincodeProposalPayload_asU8();
  const hash = proposalHash(transaction.channelHeader, outer.getHeader_asU8(), proposal);
  if (!hash.equals(opened.getProposalHash_asU8())) throw new Error('the proposal hash does not match');
  const endorsements = endorsed.getEndorsementsList().map((endorsement) => {
    const identity = endorsement.getEndorser_asU8();
    return {
      identity,
      data: Buffer.concat([response, identity]),
      signature: endorsement.getSignature_asU8(),
    };
  });
  return { extension: opened.getExtension_asU8(), endorsements };
}

/**
 * Opens the action of an endorser transaction and checks that it carries the proposal that was endorsed
 * (msgvalidation.go, validateEndorserTransaction).
 * @throws InvalidTransaction INVALID_ENDORSER_TRANSACTION
 */
export function openAction(transaction: Transaction): EndorsedAction {
  return orInvalid(CODE.INVALID_ENDORSER_TRANSACTION, () => openEndorsed(transaction));
}
