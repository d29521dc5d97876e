import { common, peer } from '@hyperledger/fabric-protos';
import {
  openActions,
  openChannelHeader,
  openEndorsedAction,
  openEnvelope,
  openPayload,
  openResponse,
  openSignatureHeader,
  proposalHash,
  type Action,
} from '../wire/index.js';
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

/** Runs `step`; whatever it throws becomes an InvalidTransaction, with `code` unless it is one already. */
export function orInvalid<T>(code: ValidationCode, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof InvalidTransaction) throw cause;
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
  const { payload, signature } = orInvalid(CODE.INVALID_OTHER_REASON, () => openEnvelope(envelope));
  const { header, channelHeader, signatureHeader, data } = orInvalid(CODE.BAD_PAYLOAD, () =>
    openPayload(payload),
  );
  if (header === undefined) throw new InvalidTransaction(CODE.BAD_COMMON_HEADER, 'no header');
  return orInvalid(CODE.BAD_COMMON_HEADER, () => ({
    envelope,
    payload,
    signature,
    ...openChannelHeader(channelHeader),
    ...openSignatureHeader(signatureHeader),
    channelHeader,
    data,
  }));
}

/**
 * Checks the headers of a transaction (Fabric core/common/validation/msgvalidation.go, validateCommonHeader).
 * @throws InvalidTransaction BAD_COMMON_HEADER
 */
export function checkHeaders({ type, epoch, nonce, creator }: Transaction): void {
  const refuse = (reason: string): never => {
    throw new InvalidTransaction(CODE.BAD_COMMON_HEADER, reason);
  };
  if (!KNOWN_TYPES.includes(type)) refuse(`invalid header type ${type}`);
  if (epoch !== 0) refuse(`invalid epoch ${epoch}`);
  if (nonce.length === 0) refuse('no nonce');
  if (creator.length === 0) refuse('no creator');
}

/** The endorsed action of an endorser transaction. */
export interface EndorsedAction {
  /** A serialized ChaincodeAction. */
  readonly extension: Uint8Array;
  /** What each endorser signed, with its signature. */
  readonly endorsements: readonly SignedBytes[];
}

const invalidEndorsement = (reason: string): InvalidTransaction =>
  new InvalidTransaction(CODE.INVALID_ENDORSER_TRANSACTION, reason);

function onlyAction(data: Uint8Array): Action {
  const actions = openActions(data);
  const [only] = actions;
  if (!only || actions.length > 1)
    throw invalidEndorsement(`one action per transaction, not ${actions.length}`);
  const { nonce, creator } = openSignatureHeader(only.header);
  if (nonce.length === 0 || creator.length === 0) throw invalidEndorsement('an empty action header');
  return only;
}

function openEndorsed({ data, channelHeader }: Transaction): EndorsedAction {
  const { header, payload } = onlyAction(data);
  const { response, proposalPayload, endorsements } = openEndorsedAction(payload);
  if (response === undefined) throw invalidEndorsement('no endorsed action');
  const { proposalHash: endorsed, extension } = openResponse(response);
  if (!proposalHash(channelHeader, header, proposalPayload).equals(endorsed))
    throw invalidEndorsement('the proposal hash does not match');
  const signed = endorsements.map(({ identity, signature }) => ({
    identity,
    data: Buffer.concat([response, identity]),
    signature,
  }));
  return { extension, endorsements: signed };
}

/**
 * Opens the action of an endorser transaction and checks that it carries the proposal that was endorsed
 * (msgvalidation.go, validateEndorserTransaction).
 * @throws InvalidTransaction INVALID_ENDORSER_TRANSACTION
 */
export function openAction(transaction: Transaction): EndorsedAction {
  return orInvalid(CODE.INVALID_ENDORSER_TRANSACTION, () => openEndorsed(transaction));
}
