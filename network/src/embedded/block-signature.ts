import { common } from '@hyperledger/fabric-protos';
import { type BlockHeader, headerBytes } from '../wire/index.js';
import { newSignatureHeader, type Signer } from './signer.js';

/** The two metadata entries that the ordering side writes. */
export interface OrdererMetadata {
  readonly signatures: Uint8Array;
  readonly lastConfig: Uint8Array;
}

/**
 * Signs a block as a Raft orderer does (orderer/common/multichannel/blockwriter.go): over the metadata value with the
 * number of the config block in force, the signature header and the block header.
 */
export function signBlock(header: BlockHeader, lastConfig: number, orderer: Signer): OrdererMetadata {
  const config = new common.LastConfig();
  config.setIndex(lastConfig);
  const value = new common.OrdererBlockMetadata();
  value.setLastConfig(config);
  const metadata = new common.Metadata();
  metadata.setValue(value.serializeBinary());
  const signatureHeader = newSignatureHeader(orderer.identity).serializeBinary();
  const signature = new common.MetadataSignature();
  signature.setSignatureHeader(signatureHeader);
  signature.setSignature(
    orderer.sign(Buffer.concat([metadata.getValue_asU8(), signatureHeader, headerBytes(header)])),
  );
  metadata.addSignatures(signature);
  const last = new common.Metadata();
  last.setValue(config.serializeBinary());
  return { signatures: metadata.serializeBinary(), lastConfig: last.serializeBinary() };
}
