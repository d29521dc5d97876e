import { common } from '@hyperledger/fabric-protos';
import { dataHash, headerHash } from '@tallystick/network/wire';

/** Metadata as an orderer signs it, without the signatures. */
export function signed(lastConfig: number): common.BlockMetadata {
  const config = new common.LastConfig();
  config.setIndex(lastConfig);
  const value = new common.OrdererBlockMetadata();
  value.setLastConfig(config);
  const signatures = new common.Metadata();
  signatures.setValue(value.serializeBinary());
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([signatures.serializeBinary()]);
  return metadata;
}

/**
 * So many blocks, each following from the one before it; `word` makes another chain. `configs`: which of them bring a new
 * configuration.
 */
export function rawChain(
  length: number,
  word = 'envelope',
  configs: readonly number[] = [0],
): readonly Uint8Array[] {
  let previousHash: Uint8Array = new Uint8Array();
  return Array.from({ length }, (_, number) => {
    const envelopes = [Buffer.from(`${word} ${number} ${'.'.repeat(number * 20)}`)];
    const header = new common.BlockHeader();
    header.setNumber(number);
    header.setPreviousHash(previousHash);
    header.setDataHash(dataHash(envelopes));
    previousHash = headerHash({ number: BigInt(number), previousHash, dataHash: dataHash(envelopes) });
    const data = new common.BlockData();
    data.setDataList(envelopes);
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    block.setMetadata(signed(configs.findLast((config) => config <= number) ?? 0));
    return block.serializeBinary();
  });
}
