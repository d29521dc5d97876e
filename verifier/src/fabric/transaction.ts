import { equalBytes } from '@noble/curves/utils.js';
import { Message } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { rejectUnless } from '../rejection.js';
import { readEndorsement, type Endorsed } from './endorsement.js';
import { readEnvelope, unusualTail } from './envelope.js';
import type { ChannelConfig, Identity } from './identity.js';
import { checkTransactionId, readProposal, type Proposal } from './proposal.js';
import { readResponse } from './response.js';

/** An endorser transaction. All byte fields are slices of its envelope, never made anew. */
export interface Transaction extends Proposal, Endorsed {
  readonly envelope: Uint8Array;
  /** common.Payload: what the creator signed. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

interface Action {
  readonly header: Uint8Array;
  readonly proposal: Uint8Array;
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly Uint8Array[];
}

/** The only peer.TransactionAction of a peer.Transaction. */
function readAction(data: Uint8Array): Action {
  const actions = Message.read(data, { fields: [], repeated: [1] }).repeated(1);
  const [only] = actions;
  rejectUnless(only !== undefined && actions.length === 1, 'NOT_WELL_FORMED', {
    actions: `${actions.length}`,
  });
  const action = Message.read(only, { fields: [1, 2] });
  const payload = Message.read(action.bytes(2), { fields: [1, 2] });
  const endorsed = Message.read(payload.bytes(2), { fields: [1], repeated: [2] });
  return {
    header: action.bytes(1),
    proposal: payload.bytes(1),
    responsePayload: endorsed.bytes(1),
    endorsements: endorsed.repeated(2),
  };
}

/** A transaction, or a prepared one that nobody has signed yet. */
function open(envelope: Uint8Array): Transaction {
  const { payload, signature, channelHeader, signatureHeader, data } = readEnvelope(envelope);
  const { header, proposal, responsePayload, endorsements } = readAction(data);
  rejectUnless(equalBytes(header, signatureHeader), 'NOT_WELL_FORMED', {
    what: 'an action of another header',
  });
  const proposed = readProposal({ channelHeader, signatureHeader, proposal });
  const response = readResponse(responsePayload);
  rejectUnless(response.chaincodeId.name === proposed.chaincode, 'WRONG_CHAINCODE', {
    called: proposed.chaincode,
    answered: response.chaincodeId.name,
  });
  return {
    ...proposed,
    ...response,
    envelope,
    payload,
    signature,
    responsePayload,
    endorsements: endorsements.map(readEndorsement),
  };
}

/**
 * Reads an endorser transaction from its common.Envelope; checks its form, no signature and no hash.
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, TRAILING_BYTES, NOT_WELL_FORMED, WRONG_CHAINCODE
 */
export function readTransaction(envelope: Uint8Array): Transaction {
  rejectUnless(unusualTail(envelope).length === 0, 'TRAILING_BYTES');
  return open(envelope);
}

/**
 * Who submitted: that the id is the hash of nonce and creator, and that the creator signed the payload.
 * @throws Rejection TRANSACTION_ID_DIFFERS, and those of `ChannelConfig.identify` and `Signatures.verifyCommitted`
 */
export async function checkCreator(
  transaction: Transaction,
  config: ChannelConfig,
  signatures: Signatures,
): Promise<Identity> {
  checkTransactionId(transaction);
  const identity = await config.identify(transaction.creator);
  await signatures.verifyCommitted(identity.certificate, transaction.payload, transaction.signature);
  return identity;
}
