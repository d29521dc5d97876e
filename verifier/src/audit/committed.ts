import type { Endorsement } from '../fabric/endorsement.js';
import type { EndorsedResponse } from '../fabric/response.js';
import type { Transaction } from '../fabric/transaction.js';
import { anyText, readHeader, type EnvelopeHeader } from '../fold/envelope.js';
import { shape, Unreadable } from '../fold/wire.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { namespacesIn, read } from './committed-sets.js';

/**
 * Endorser transactions as peers read them when they validate and commit (fabric:core/common/validation/msgvalidation.go and
 * core/committer/txvalidator/v20): leniently, as the fold does. An odd one that every peer takes must not stop who recomputes their flags.
 */

const PAIR = shape({ 1: 'bytes', 2: 'bytes' });
const LIST = shape({ 1: 'list' });
const CHANNEL_HEADER = shape({ 1: 'number', 4: 'string', 5: 'string', 6: 'number', 7: 'bytes' });
const PAYLOAD = shape({ 1: 'message', 2: 'bytes' });
const ACTION_PAYLOAD = shape({ 1: 'bytes', 2: 'message' });
const ENDORSED_ACTION = shape({ 1: 'bytes', 2: 'list' });
const INVOCATION = shape({ 1: 'message' });
const SPEC = shape({ 2: 'message', 3: 'message' });
const INPUT = shape({ 1: 'list' });
const CHAINCODE_ACTION = shape({ 1: 'bytes', 2: 'bytes', 3: 'message', 4: 'message' });
const RESPONSE = shape({ 1: 'number', 2: 'string', 3: 'bytes' });
const CHAINCODE_ID = shape({ 1: 'string', 2: 'string', 3: 'string' });
const EVENT = shape({ 1: 'string', 2: 'string', 3: 'string', 4: 'bytes' });
const IDENTITY = shape({ 1: 'string', 2: 'bytes' });

/** @throws Rejection MALFORMED, NOT_WELL_FORMED, WRONG_CHAINCODE */
export function readCommitted(envelope: Uint8Array): Transaction {
  try {
    return transactionIn(envelope);
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new Rejection('MALFORMED', { what: cause.message }, { cause });
  }
}

/** The id in a channel header, however the rest looks; empty where none can be found. */
export function claimedId(envelope: Uint8Array): string {
  try {
    const header = read(read(read(envelope, PAIR).bytes(1), PAYLOAD).list(1), PAIR);
    return read(header.bytes(1), CHANNEL_HEADER).text(5);
  } catch (error) {
    if (error instanceof Unreadable) return '';
    throw error;
  }
}

function transactionIn(envelope: Uint8Array): Transaction {
  const header = readHeader(envelope, new Set());
  rejectUnless(header.kind === 'ENDORSER_TRANSACTION', 'NOT_WELL_FORMED', {
    what: 'no endorser transaction',
  });
  const outer = read(envelope, PAIR);
  const payload = read(outer.bytes(1), PAYLOAD);
  const channelHeader = read(payload.list(1), PAIR).bytes(1);
  const noEpoch = read(channelHeader, CHANNEL_HEADER).number(6) === 0n;
  rejectUnless(noEpoch, 'NOT_WELL_FORMED', { what: 'an epoch' });
  const { actionHeader, proposal, responsePayload, endorsements } = actionIn(header.data);
  const response = responseIn(responsePayload);
  assertNames(header, response);
  return {
    envelope,
    payload: outer.bytes(1),
    signature: outer.bytes(2),
    channelHeader,
    signatureHeader: actionHeader,
    proposal,
    responsePayload,
    endorsements,
    ...response,
    ...submittedBy(header.signatureHeader),
    txId: header.txId,
    channel: header.channel,
    time: header.time ?? '',
    chaincode: header.chaincode,
    args: argsIn(proposal),
  };
}

/** fabric:core/committer/txvalidator/v20/plugindispatcher/dispatcher.go. What the call itself names, no peer looks at here. */
function assertNames({ chaincode }: EnvelopeHeader, { chaincodeId, events }: EndorsedResponse): void {
  const { name, version } = chaincodeId;
  rejectUnless(chaincode !== '' && name === chaincode, 'WRONG_CHAINCODE', {
    called: chaincode,
    answered: name,
  });
  rejectUnless(version !== '', 'NOT_WELL_FORMED', { what: 'no version of the chaincode' });
  const event = events.length > 0 ? read(events, EVENT).text(1) : chaincode;
  rejectUnless(event === chaincode, 'WRONG_CHAINCODE', { called: chaincode, event });
}

function submittedBy(signatureHeader: Uint8Array): Pick<Transaction, 'creator' | 'nonce' | 'submitter'> {
  const header = read(signatureHeader, PAIR);
  const [creator, nonce] = [header.bytes(1), header.bytes(2)];
  rejectUnless(creator.length > 0 && nonce.length > 0, 'NOT_WELL_FORMED', { what: 'no creator or no nonce' });
  return { creator, nonce, submitter: submitterIn(creator) };
}

/** A creator that nobody can read is no member: `identify` says so. */
function submitterIn(creator: Uint8Array): Transaction['submitter'] {
  try {
    const identity = read(creator, IDENTITY);
    return { mspId: identity.text(1), certificate: anyText(identity.bytes(2)) };
  } catch (error) {
    if (error instanceof Unreadable) return { mspId: '', certificate: '' };
    throw error;
  }
}

interface ActionParts {
  readonly actionHeader: Uint8Array;
  readonly proposal: Uint8Array;
  readonly responsePayload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

function actionIn(data: Uint8Array): ActionParts {
  const actions = read(data, LIST).list(1);
  const [only] = actions;
  rejectUnless(only !== undefined && actions.length === 1, 'NOT_WELL_FORMED', {
    actions: `${actions.length}`,
  });
  const action = read(only, PAIR);
  submittedBy(action.bytes(1));
  const payload = read(action.bytes(2), ACTION_PAYLOAD);
  const endorsed = read(payload.list(2), ENDORSED_ACTION);
  const endorsements = endorsed.list(2).map((bytes) => {
    const endorsement = read(bytes, PAIR);
    return { endorser: endorsement.bytes(1), signature: endorsement.bytes(2) };
  });
  return {
    actionHeader: action.bytes(1),
    proposal: payload.bytes(1),
    responsePayload: endorsed.bytes(1),
    endorsements,
  };
}

function responseIn(responsePayload: Uint8Array): EndorsedResponse {
  const payload = read(responsePayload, PAIR);
  const action = read(payload.bytes(2), CHAINCODE_ACTION);
  const response = read(action.list(3), RESPONSE);
  const id = read(action.list(4), CHAINCODE_ID);
  return {
    proposalHash: payload.bytes(1),
    response: { status: response.int32(1), message: response.text(2), payload: response.bytes(3) },
    chaincodeId: { name: id.text(2), version: id.text(3) },
    namespaces: namespacesIn(action.bytes(1)),
    events: action.bytes(2),
  };
}

/** No peer reads them when it commits: what cannot be read has none. */
function argsIn(proposal: Uint8Array): readonly Uint8Array[] {
  try {
    const spec = read(read(read(proposal, shape({ 1: 'bytes' })).bytes(1), INVOCATION).list(1), SPEC);
    return read(spec.list(3), INPUT).list(1);
  } catch (error) {
    if (error instanceof Unreadable) return [];
    throw error;
  }
}
