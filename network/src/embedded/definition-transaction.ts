import { common, peer } from '@hyperledger/fabric-protos';
import { endorse, prepareTransaction, responsePayload, type Proposed } from './endorsed-transaction.js';
import { definitionWrites, fieldKey, LIFECYCLE, type ChaincodeDefinition } from './lifecycle.js';
import { encodeReadWriteSet, proposalHash, transactionId, type Version } from '../wire/index.js';
import { newSignatureHeader, type Signer } from './signer.js';
import { timestampNow } from './timestamp.js';

function chaincodeId(): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(LIFECYCLE);
  return id;
}

function commitArguments(definition: ChaincodeDefinition): Uint8Array {
  const args = new peer.lifecycle.CommitChaincodeDefinitionArgs();
  args.setSequence(definition.sequence);
  args.setName(definition.name);
  args.setVersion(definition.version);
  args.setEndorsementPlugin('escc');
  args.setValidationPlugin('vscc');
  args.setValidationParameter(definition.policy);
  return args.serializeBinary();
}

function proposalPayload(definition: ChaincodeDefinition): Uint8Array {
  const input = new peer.ChaincodeInput();
  input.setArgsList([Buffer.from('CommitChaincodeDefinition'), commitArguments(definition)]);
  const spec = new peer.ChaincodeSpec();
  spec.setChaincodeId(chaincodeId());
  spec.setInput(input);
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  return payload.serializeBinary();
}

function propose(channel: string, definition: ChaincodeDefinition, creator: Signer): Proposed {
  const signature = newSignatureHeader(creator.identity);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId());
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.ENDORSER_TRANSACTION);
  channelHeader.setTimestamp(timestampNow());
  channelHeader.setChannelId(channel);
  const txId = transactionId(signature.getNonce_asU8(), creator.identity);
  channelHeader.setTxId(txId);
  channelHeader.setExtension$(extension.serializeBinary());
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  const recordedPayload = proposalPayload(definition);
  const hash = proposalHash(
    header.getChannelHeader_asU8(),
    header.getSignatureHeader_asU8(),
    recordedPayload,
  );
  return { header, txId, chaincode: LIFECYCLE, recordedPayload, hash };
}

/** Reads the committed version of a key of the lifecycle namespace. */
export type DefinitionState = (key: string) => { value: Uint8Array; version: Version } | undefined;

function simulate(definition: ChaincodeDefinition, state: DefinitionState): Uint8Array {
  const read = [fieldKey(definition.name, 'Sequence'), `namespaces/metadata/${definition.name}`];
  // An upgrade writes only what changed, as in Fabric.
  const changed = [...definitionWrites(definition)].filter(([key, value]) => {
    const before = state(key)?.value;
    return before === undefined || Buffer.compare(before, value) !== 0;
  });
  const access = {
    reads: new Map(read.map((key) => [key, state(key)?.version])),
    writes: new Map<string, Uint8Array | undefined>(changed),
  };
  return encodeReadWriteSet(new Map([[LIFECYCLE, access]]));
}

/**
 * A transaction that commits a chaincode definition as `peer lifecycle chaincode commit` does, endorsed by all peers.
 * Fabric's approvals per organisation are missing: with one operator they would be one party's signatures again.
 */
export function definitionTransaction(
  channel: string,
  definition: ChaincodeDefinition,
  state: DefinitionState,
  peers: readonly [Signer, ...Signer[]],
): Uint8Array {
  const [creator] = peers;
  const proposal = propose(channel, definition, creator);
  const response = new peer.Response();
  response.setStatus(200);
  const executed = { response, event: undefined, results: simulate(definition, state), version: 'syscc' };
  const payload = responsePayload(proposal, executed);
  const envelope = prepareTransaction(
    proposal,
    payload,
    peers.map((signer) => endorse(payload, signer)),
  );
  envelope.setSignature(creator.sign(envelope.getPayload_asU8()));
  return envelope.serializeBinary();
}
