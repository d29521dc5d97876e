import { BinaryReader } from 'google-protobuf';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { answeredBy, type EndorsedBytes } from '../ledger/endorsed-bytes.js';

/** Place of a transaction on the ledger, as a read version names it. */
export interface Place {
  readonly block: bigint;
  readonly index: number;
}

/** A key that a transaction has read; without a place, nothing stood there. */
export interface Read {
  readonly namespace: string;
  readonly key: string;
  readonly at: Place | undefined;
}

const ENVELOPE = 1;
const VALIDATION_CODE = 2;

/** `peer.ProcessedTransaction` with the very bytes of its envelope, as its hash is taken over. */
export function processedOf(answer: Pick<EndorsedBytes, 'response'>): {
  readonly envelope: Uint8Array;
  readonly code: number;
} {
  const reader = new BinaryReader(answeredBy(answer));
  let envelope = new Uint8Array();
  let code = 0;
  while (reader.nextField()) {
    if (reader.getFieldNumber() === ENVELOPE) envelope = Uint8Array.from(reader.readBytes());
    else if (reader.getFieldNumber() === VALIDATION_CODE) code = reader.readInt32();
    else reader.skipField();
  }
  return { envelope, code };
}

/** The endorsed read set of a transaction, all namespaces. Throws on bytes that do not parse. */
export function readsOf(envelope: Uint8Array): readonly Read[] {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const made = peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? new Uint8Array());
  return readsIn(made.getAction()?.getProposalResponsePayload_asU8() ?? new Uint8Array());
}

/** The read set in a peer.ProposalResponsePayload. */
export function readsIn(response: Uint8Array): readonly Read[] {
  const extension = peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8();
  const results = peer.ChaincodeAction.deserializeBinary(extension).getResults_asU8();
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(results).getNsRwsetList();
  return sets.flatMap((set) =>
    ledger.rwset.kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8())
      .getReadsList()
      .map((read) => {
        const version = read.getVersion();
        const at = version && { block: BigInt(version.getBlockNum()), index: version.getTxNum() };
        return { namespace: set.getNamespace(), key: read.getKey(), at };
      }),
  );
}

/** Transaction id in the header of an envelope. */
export function txIdOf(envelope: Uint8Array): string {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return common.ChannelHeader.deserializeBinary(header).getTxId();
}
