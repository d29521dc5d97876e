import { createHash, randomBytes } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { millisOf } from '@tallystick/chaincode/model';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import type { Proposed } from '../../network/src/embedded/endorsed-transaction.js';
import { newSignatureHeader } from '../../network/src/embedded/signer.js';
import { proposalHash } from '../../network/src/wire/index.js';
import type { Identity } from '../../network/src/identity/index.js';
import { serialized } from '../../network/test/embedded/space.js';

/** Messages of a proposal, to be changed. */
export interface ProposalChanges {
  readonly channelHeader?: (header: Uint8Array) => Uint8Array;
  readonly signatureHeader?: (header: Uint8Array) => Uint8Array;
  readonly payload?: (payload: Uint8Array) => Uint8Array;
}

/** A call, as its submitter proposes it. */
export interface Calling {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly string[];
  readonly time: string;
}

export function proposed(
  user: Identity,
  { channel, chaincode, args, time }: Calling,
  changes: ProposalChanges = {},
): Proposed {
  const id = new peer.ChaincodeID();
  id.setName(chaincode);
  const input = new peer.ChaincodeInput();
  input.setArgsList(args.map((each) => Buffer.from(each)));
  const spec = new peer.ChaincodeSpec();
  spec.setType(peer.ChaincodeSpec.Type.NODE);
  spec.setChaincodeId(id);
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  const creator = serialized(user.mspId, user.certificate);
  const signatureHeader = newSignatureHeader(creator);
  signatureHeader.setNonce(randomBytes(24));
  const txId = createHash('sha256').update(signatureHeader.getNonce_asU8()).update(creator).digest('hex');
  const header = new common.Header();
  header.setChannelHeader(changed(changes.channelHeader, channelHeader(id, { txId, channel, time })));
  header.setSignatureHeader(changed(changes.signatureHeader, signatureHeader.serializeBinary()));
  const recordedPayload = changed(changes.payload, payload.serializeBinary());
  const hash = proposalHash(
    header.getChannelHeader_asU8(),
    header.getSignatureHeader_asU8(),
    recordedPayload,
  );
  return { header, txId, chaincode, recordedPayload, hash };
}

export const changed = (
  change: ((bytes: Uint8Array) => Uint8Array) | undefined,
  bytes: Uint8Array,
): Uint8Array => (change ? change(bytes) : bytes);

function channelHeader(
  id: peer.ChaincodeID,
  { txId, channel, time }: { txId: string; channel: string; time: string },
): Uint8Array {
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(id);
  const header = new common.ChannelHeader();
  header.setType(common.HeaderType.ENDORSER_TRANSACTION);
  header.setChannelId(channel);
  header.setTxId(txId);
  header.setExtension$(extension.serializeBinary());
  const at = new timestamps.Timestamp();
  at.setSeconds(Math.floor(millisOf(time) / 1000));
  at.setNanos((millisOf(time) % 1000) * 1e6);
  header.setTimestamp(at);
  return header.serializeBinary();
}
