import { createHash, randomBytes } from 'node:crypto';
import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { dataHash, headerHash } from '@tallystick/network/wire';

/** A write as it may stand in a block. */
export interface SyntheticWrite {
  readonly key: string;
  /** `null`: a delete. */
  readonly value: string | Uint8Array | null;
}

/** A transaction to be put into a synthetic block. */
export interface SyntheticTransaction {
  readonly transaction: string;
  readonly argument: string;
  readonly result?: string;
  readonly writes: readonly SyntheticWrite[];
  /** Payload of the event; no event when absent. */
  readonly event?: string;
  /** Id in the channel header; the right one when absent. */
  readonly txId?: string;
  /** Validation flag; VALID when absent. */
  readonly code?: number;
  readonly chaincode?: string;
  /** That the writes are in; our chaincode's when absent. */
  readonly namespace?: string;
}

const CHAINCODE = 'tallystick';
const CHANNEL = 'ledger';
const START = Date.parse('2026-11-24T08:00:00.000Z');

function serializedIdentity({
  mspId,
  certificate,
}: Pick<EnrolledIdentity, 'mspId' | 'certificate'>): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate));
  return identity.serializeBinary();
}

function results(writes: readonly SyntheticWrite[], namespace: string): Uint8Array {
  const set = new ledger.rwset.kvrwset.KVRWSet();
  for (const { key, value } of writes) {
    const write = new ledger.rwset.kvrwset.KVWrite();
    write.setKey(key);
    if (value === null) write.setIsDelete(true);
    else write.setValue(Buffer.from(value as string));
    set.addWrites(write);
  }
  const other = new ledger.rwset.NsReadWriteSet();
  other.setNamespace('_lifecycle');
  const own = new ledger.rwset.NsReadWriteSet();
  own.setNamespace(namespace);
  own.setRwset(set.serializeBinary());
  const all = new ledger.rwset.TxReadWriteSet();
  all.setNsRwsetList([other, own]);
  return all.serializeBinary();
}

function invocation(chaincode: string, args: readonly string[]): Uint8Array {
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const input = new peer.ChaincodeInput();
  input.setArgsList(args.map((arg) => Buffer.from(arg)));
  const spec = new peer.ChaincodeSpec();
  spec.setChaincodeId(id);
  spec.setInput(input);
  const invocationSpec = new peer.ChaincodeInvocationSpec();
  invocationSpec.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocationSpec.serializeBinary());
  return payload.serializeBinary();
}

function eventOf(payload: string): Uint8Array {
  const event = new peer.ChaincodeEvent();
  event.setChaincodeId(CHAINCODE);
  event.setEventName('tallystick');
  event.setPayload(Buffer.from(payload));
  return event.serializeBinary();
}

function responsePayload(transaction: SyntheticTransaction): Uint8Array {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from(transaction.result ?? ''));
  const action = new peer.ChaincodeAction();
  action.setResults(results(transaction.writes, transaction.namespace ?? CHAINCODE));
  action.setResponse(response);
  if (transaction.event !== undefined) action.setEvents(eventOf(transaction.event));
  const payload = new peer.ProposalResponsePayload();
  payload.setProposalHash(randomBytes(32));
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

function endorsedTransaction(
  transaction: SyntheticTransaction,
  creator: Uint8Array,
  signatureHeader: Uint8Array,
  endorsers: number,
): Uint8Array {
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(responsePayload(transaction));
  for (let index = 0; index < endorsers; index += 1) {
    const endorsement = new peer.Endorsement();
    endorsement.setEndorser(creator);
    endorsement.setSignature(randomBytes(71));
    endorsed.addEndorsements(endorsement);
  }
  const payload = new peer.ChaincodeActionPayload();
  const args = [transaction.transaction, transaction.argument];
  payload.setChaincodeProposalPayload(invocation(transaction.chaincode ?? CHAINCODE, args));
  payload.setAction(endorsed);
  const action = new peer.TransactionAction();
  action.setHeader(signatureHeader);
  action.setPayload(payload.serializeBinary());
  const all = new peer.Transaction();
  all.setActionsList([action]);
  return all.serializeBinary();
}

/** The payload of a prepared transaction over a client's proposal, as a peer's Gateway assembles it. */
export function transactionOver(proposalBytes: Uint8Array, result: string): Uint8Array {
  const proposal = peer.Proposal.deserializeBinary(proposalBytes);
  const endorsed = new peer.ChaincodeEndorsedAction();
  endorsed.setProposalResponsePayload(responsePayload({ transaction: '', argument: '', result, writes: [] }));
  const proposed = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  proposed.clearTransientmapMap();
  const action = new peer.ChaincodeActionPayload();
  action.setChaincodeProposalPayload(proposed.serializeBinary());
  action.setAction(endorsed);
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const transactionAction = new peer.TransactionAction();
  transactionAction.setHeader(header.getSignatureHeader_asU8());
  transactionAction.setPayload(action.serializeBinary());
  const transaction = new peer.Transaction();
  transaction.setActionsList([transactionAction]);
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(transaction.serializeBinary());
  return payload.serializeBinary();
}

function channelHeader(txId: string, at: number, chaincode: string): Uint8Array {
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.ENDORSER_TRANSACTION);
  header.setChannelId(CHANNEL);
  header.setTxId(txId);
  header.setTimestamp(timestamps.Timestamp.fromDate(new Date(at)));
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(id);
  header.setExtension$(extension.serializeBinary());
  return header.serializeBinary();
}

/** The commit of a definition of our chaincode: the field that its version stands in. */
export function syntheticDefinition(version: string): SyntheticTransaction {
  const info = new peer.lifecycle.ChaincodeEndorsementInfo();
  info.setVersion(version);
  info.setEndorsementPlugin('escc');
  const field = new peer.lifecycle.StateData();
  field.setBytes(info.serializeBinary());
  const key = `namespaces/fields/${CHAINCODE}/EndorsementInfo`;
  return {
    ...{ transaction: 'CommitChaincodeDefinition', argument: '', chaincode: '_lifecycle' },
    ...{ namespace: '_lifecycle', writes: [{ key, value: field.serializeBinary() }] },
  };
}

/** A signed endorser transaction as it stands in a block; endorsements are for size only. */
export function syntheticEnvelope(
  identity: Pick<EnrolledIdentity, 'mspId' | 'certificate' | 'sign'>,
  transaction: SyntheticTransaction,
  at = START,
  endorsers = 2,
): Uint8Array {
  const creator = serializedIdentity(identity);
  const nonce = randomBytes(24);
  const { chaincode = CHAINCODE } = transaction;
  const txId = transaction.txId ?? createHash('sha256').update(nonce).update(creator).digest('hex');
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(creator);
  signatureHeader.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channelHeader(txId, at, chaincode));
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(endorsedTransaction(transaction, creator, signatureHeader.serializeBinary(), endorsers));
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  envelope.setSignature(identity.sign(envelope.getPayload_asU8()));
  return envelope.serializeBinary();
}

/** A block over envelopes, with a header that matches and points back. */
export function syntheticBlock(
  number: bigint,
  previousHash: Uint8Array,
  envelopes: readonly Uint8Array[],
  flags: readonly number[],
): { readonly block: common.Block; readonly hash: Uint8Array } {
  const fields = { number, previousHash, dataHash: dataHash(envelopes) };
  const header = new common.BlockHeader();
  header.setNumber(Number(number));
  header.setPreviousHash(previousHash);
  header.setDataHash(fields.dataHash);
  const data = new common.BlockData();
  data.setDataList([...envelopes]);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([new Uint8Array(), new Uint8Array(), Uint8Array.from(flags)]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(data);
  block.setMetadata(metadata);
  return { block, hash: headerHash(fields) };
}
