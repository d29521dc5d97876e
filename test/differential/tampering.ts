import { randomBytes } from 'node:crypto';
import { common, msp, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Author } from './client.js';
import type { Tampering } from './program.js';
import { GARBAGE } from './proposal.js';

/** The layers of an endorsed transaction, to be changed and put together again. */
interface Layers {
  readonly payload: common.Payload;
  readonly channel: common.ChannelHeader;
  readonly signature: common.SignatureHeader;
  readonly transaction: peer.Transaction;
  readonly action: peer.ChaincodeActionPayload;
  readonly endorsed: peer.ChaincodeEndorsedAction;
}

function opened(envelope: common.Envelope): Layers {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = payload.getHeader();
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  const [only] = transaction.getActionsList();
  if (!header || !only) throw new Error('a prepared transaction has a header and an action');
  const action = peer.ChaincodeActionPayload.deserializeBinary(only.getPayload_asU8());
  const endorsed = action.getAction();
  if (!endorsed) throw new Error('a prepared transaction has an endorsed action');
  return {
    payload,
    channel: common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8()),
    signature: common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8()),
    transaction,
    action,
    endorsed,
  };
}

function closed({ payload, channel, signature, transaction, action }: Layers): common.Envelope {
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  payload.setHeader(header);
  const [only] = transaction.getActionsList();
  only?.setPayload(action.serializeBinary());
  payload.setData(transaction.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope;
}

function first<T>([only]: readonly T[]): T {
  if (only === undefined) throw new Error('an endorsed transaction has an endorsement');
  return only;
}

function changeResponse({ endorsed }: Layers): void {
  const payload = peer.ProposalResponsePayload.deserializeBinary(endorsed.getProposalResponsePayload_asU8());
  const action = peer.ChaincodeAction.deserializeBinary(payload.getExtension_asU8());
  const response = action.getResponse() ?? new peer.Response();
  response.setMessage('changed after the endorsement');
  action.setResponse(response);
  payload.setExtension$(action.serializeBinary());
  endorsed.setProposalResponsePayload(payload.serializeBinary());
}

async function endorseAsClient({ endorsed }: Layers, author: Author): Promise<void> {
  const endorsement = new peer.Endorsement();
  endorsement.setEndorser(author.creator);
  const payload = endorsed.getProposalResponsePayload_asU8();
  endorsement.setSignature(await author.sign(Buffer.concat([payload, author.creator])));
  endorsed.setEndorsementsList([first(endorsed.getEndorsementsList()), endorsement]);
}

function spoilEndorsement({ endorsed }: Layers): void {
  const endorsement = first(endorsed.getEndorsementsList());
  const spoilt = new peer.Endorsement();
  spoilt.setEndorser(endorsement.getEndorser_asU8());
  spoilt.setSignature(GARBAGE);
  endorsed.setEndorsementsList([spoilt, endorsement]);
}

function garbageCreator({ signature }: Layers): void {
  const identity = new msp.SerializedIdentity();
  identity.setMspid('Org1MSP');
  identity.setIdBytes(GARBAGE);
  signature.setCreator(identity.serializeBinary());
}

type Change = (layers: Layers, author: Author) => unknown;

/** What changes the transaction itself; the others change the signature. */
const CHANGES: Partial<Record<Tampering, Change>> = {
  'one endorsement': ({ endorsed }) => endorsed.setEndorsementsList([first(endorsed.getEndorsementsList())]),
  'no endorsement': ({ endorsed }) => endorsed.setEndorsementsList([]),
  'one endorsement twice'({ endorsed }) {
    const only = first(endorsed.getEndorsementsList());
    endorsed.setEndorsementsList([only, only]);
  },
  'endorsement of garbage': spoilEndorsement,
  'endorsed by a client': endorseAsClient,
  'response changed': changeResponse,
  'transaction id changed': ({ channel }) => channel.setTxId('00'.repeat(32)),
  'nonce changed': ({ signature }) => signature.setNonce(randomBytes(24)),
  'channel changed': ({ channel }) => channel.setChannelId('another'),
  'epoch changed': ({ channel }) => channel.setEpoch(1),
  'proposal payload changed': ({ action }) => action.setChaincodeProposalPayload(GARBAGE),
  'action twice'({ transaction }) {
    const only = first(transaction.getActionsList());
    transaction.setActionsList([only, only]);
  },
  'extension of garbage': ({ channel }) => channel.setExtension$(GARBAGE),
  'creator of garbage': garbageCreator,
  // Peers judge the time when they endorse; afterwards it is bound by the proposal hash.
  'timestamp changed': ({ channel }) =>
    channel.setTimestamp(timestamps.Timestamp.fromDate(new Date(Date.now() - 3_600_000))),
};

async function signatureFor(
  tampering: Tampering | undefined,
  payload: Uint8Array,
  author: Author,
  other: Author,
): Promise<Uint8Array> {
  if (tampering === 'signature of garbage') return GARBAGE;
  if (tampering === 'no signature') return new Uint8Array();
  if (tampering === 'signature of other bytes') return author.sign(GARBAGE);
  return (tampering === 'signed by another' ? other : author).sign(payload);
}

/** The transaction as its client signs it, but for the tampering that is asked for. `other` signs in the client's place. */
export async function sealed(
  prepared: common.Envelope,
  author: Author,
  other: Author,
  tampering?: Tampering,
): Promise<common.Envelope> {
  let envelope = prepared;
  const change = tampering === undefined ? undefined : CHANGES[tampering];
  if (change) {
    const layers = opened(prepared);
    await change(layers, author);
    envelope = closed(layers);
  }
  if (tampering === 'data of garbage') {
    const { payload } = opened(prepared);
    payload.setData(GARBAGE);
    envelope = new common.Envelope();
    envelope.setPayload(payload.serializeBinary());
  }
  envelope.setSignature(await signatureFor(tampering, envelope.getPayload_asU8(), author, other));
  return envelope;
}
