import { gateway as gatewayProtos, peer as peerProtos } from '@hyperledger/fabric-protos';
import { decode, serializedIdentity } from '@tallystick/network/wire';
import type { EnrolledIdentity } from '../identities/index.js';
import { validationCodeName } from './block.js';
import type { Peer } from './connection.js';
import { resultIn } from './envelope.js';
import { isUnknownTransaction } from './fabric-failure.js';
import type { Outcome } from './port.js';

export interface OutcomeQuery {
  readonly peer: Peer;
  readonly reader: EnrolledIdentity;
  readonly channel: string;
  /** Unix milliseconds. */
  readonly deadline: number;
}

/** The question for the commit status of a transaction that this process may not have made, still to be signed. */
export function commitStatusRequest(reader: EnrolledIdentity, channel: string, txId: string): Uint8Array {
  const request = new gatewayProtos.CommitStatusRequest();
  request.setChannelId(channel);
  request.setTransactionId(txId);
  request.setIdentity(serializedIdentity(reader));
  const signed = new gatewayProtos.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return signed.serializeBinary();
}

async function processed(
  query: OutcomeQuery,
  txId: string,
): Promise<peerProtos.ProcessedTransaction | undefined> {
  const proposal = query.peer
    .gatewayOf(query.reader)
    .getNetwork(query.channel)
    .getContract('qscc')
    .newProposal('GetTransactionByID', {
      arguments: [query.channel, txId],
      endorsingOrganizations: [query.reader.mspId],
    });
  try {
    const bytes = await query.peer.evaluate(query.reader, proposal, query.deadline);
    return decode(peerProtos.ProcessedTransaction, bytes);
  } catch (error) {
    if (isUnknownTransaction(error)) return undefined;
    throw error;
  }
}

async function committedBlock(query: OutcomeQuery, txId: string): Promise<bigint> {
  const request = commitStatusRequest(query.reader, query.channel, txId);
  const commit = query.peer.gatewayOf(query.reader).newCommit(request);
  const { blockNumber } = await commit.getStatus({ deadline: query.deadline });
  return blockNumber;
}

/**
 * What one peer's ledger says about a transaction id. Two questions, because `qscc` answers at once that an id is in no
 * block but does not name the block, and the commit status names it but waits when there is none. Throws what fabric-gateway throws.
 */
export async function outcomeOf(query: OutcomeQuery, txId: string): Promise<Outcome> {
  const transaction = await processed(query, txId);
  if (transaction === undefined) return { state: 'UNKNOWN' };
  const blockNumber = await committedBlock(query, txId);
  const code = validationCodeName(transaction.getValidationcode());
  if (code !== 'VALID') return { state: 'INVALID', blockNumber, code };
  const envelope = transaction.getTransactionenvelope()?.serializeBinary() ?? new Uint8Array();
  return { state: 'VALID', blockNumber, result: resultIn(envelope) };
}
