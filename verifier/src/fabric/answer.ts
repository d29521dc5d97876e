import { Message, textOf } from '../bytes/protobuf.js';
import type { Signatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { readBlock, type Block } from './block.js';
import { checkEndorsements, type Endorsed, type Endorsement } from './endorsement.js';
import type { ChannelConfig, Identity } from './identity.js';
import {
  checkTransactionId,
  functionOf,
  readProposal,
  type Proposal,
  type ProposalParts,
} from './proposal.js';
import { readResponse } from './response.js';
import { readPrepared } from './transaction.js';

/** What peers answered to a proposal that was never submitted, in the parts that an evidence file keeps. */
export interface AnswerParts extends ProposalParts {
  /** peer.ProposalResponsePayload. */
  readonly response: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/** An endorsed answer. `txId` is that of the question, not of a transaction on the ledger. */
export interface Answer extends Proposal, Endorsed {
  readonly function: string;
}

/** The system chaincode that answers questions about the ledger (fabric:core/scc/qscc/query.go). */
export const QUERY_CHAINCODE = 'qscc';

/**
 * Reads an endorsed answer; checks its form, no signature and no hash.
 * @throws Rejection MALFORMED, UNKNOWN_FIELD, DUPLICATE_FIELD, NOT_WELL_FORMED, WRONG_CHAINCODE
 */
export function readAnswer(parts: AnswerParts): Answer {
  const proposed = readProposal(parts);
  const response = readResponse(parts.response);
  rejectUnless(response.chaincodeId.name === proposed.chaincode, 'WRONG_CHAINCODE', {
    called: proposed.chaincode,
    answered: response.chaincodeId.name,
  });
  const { response: responsePayload, endorsements } = parts;
  return { ...proposed, ...response, responsePayload, endorsements, function: functionOf(proposed) };
}

/** The parts of an answer out of the envelope that a gateway's Endorse returns. @throws Rejection as `readTransaction` */
export function partsOfPrepared(envelope: Uint8Array): AnswerParts {
  const { channelHeader, signatureHeader, proposal, responsePayload, endorsements } = readPrepared(envelope);
  return { channelHeader, signatureHeader, proposal, response: responsePayload, endorsements };
}

function assertPeer({ mspId, role }: Identity, { organisations }: ChannelConfig): void {
  rejectUnless(organisations.includes(mspId), 'UNKNOWN_ORGANISATION', { mspId });
  rejectUnless(role === 'peer', 'ROLE_MISSING', { mspId, role: role ?? '' });
}

/**
 * Whose peers gave this answer: each signature holds, each signer is a peer of an organisation of the application. Who asked is not looked
 * at, since it vouches for nothing. @throws Rejection TRANSACTION_ID_DIFFERS, UNKNOWN_ORGANISATION, ROLE_MISSING and those of
 * `checkEndorsements`
 */
export async function checkAnswer(
  answer: Answer,
  config: ChannelConfig,
  signatures: Signatures,
): Promise<readonly Identity[]> {
  checkTransactionId(answer);
  const identities = await checkEndorsements(answer, config, signatures);
  for (const identity of identities) assertPeer(identity, config);
  return identities;
}

/** Who asked, where the configuration knows them; for people only. */
export async function askerOf({ creator }: Answer, config: ChannelConfig): Promise<Identity | undefined> {
  try {
    return await config.identify(creator);
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

/** The arguments behind the channel of a successful answer of qscc. */
function queryArguments(answer: Answer, name: string, count: number): string[] {
  const { chaincode, args, channel, response } = answer;
  rejectUnless(chaincode === QUERY_CHAINCODE, 'WRONG_CHAINCODE', { chaincode });
  rejectUnless(answer.function === name && args.length === count + 2, 'NOT_WELL_FORMED', {
    function: answer.function,
  });
  const [asked = '', ...rest] = args.slice(1).map(textOf);
  rejectUnless(asked === channel, 'WRONG_CHANNEL', { asked, channel });
  rejectUnless(response.status === 200, 'NOT_WELL_FORMED', { status: `${response.status}` });
  return rest;
}

/** What peers hold of a transaction (peer.ProcessedTransaction). */
export interface ProcessedTransaction {
  /** The id that was asked for. */
  readonly txId: string;
  readonly envelope: Uint8Array;
  /** peer.TxValidationCode; 0 is VALID. */
  readonly code: number;
}

/** What a `GetTransactionByID` was answered. @throws Rejection WRONG_CHAINCODE, WRONG_CHANNEL, NOT_WELL_FORMED, MALFORMED, ... */
export function processedTransaction(answer: Answer): ProcessedTransaction {
  const [txId = ''] = queryArguments(answer, 'GetTransactionByID', 1);
  const processed = Message.read(answer.response.payload, { fields: [1, 2] });
  return { txId, envelope: processed.bytes(1), code: Number(processed.number(2)) };
}

/** How long a ledger is, and its last header's hash (common.BlockchainInfo). */
export interface ChainInfo {
  readonly height: bigint;
  readonly currentBlockHash: Uint8Array;
  readonly previousBlockHash: Uint8Array;
}

/** What a `GetChainInfo` was answered. @throws Rejection as `processedTransaction` */
export function readChainInfo(answer: Answer): ChainInfo {
  queryArguments(answer, 'GetChainInfo', 0);
  const info = Message.read(answer.response.payload, { fields: [1, 2, 3, 4] });
  return { height: info.number(1), currentBlockHash: info.bytes(2), previousBlockHash: info.bytes(3) };
}

/** The block a `GetBlockByNumber` was answered with, with the flags and commit hash that these peers signed for. @throws Rejection */
export function answeredBlock(answer: Answer): Block {
  const [asked] = queryArguments(answer, 'GetBlockByNumber', 1);
  const block = readBlock(answer.response.payload);
  rejectUnless(`${block.number}` === asked, 'NOT_WELL_FORMED', {
    asked: asked ?? '',
    number: `${block.number}`,
  });
  return block;
}
