import { common } from '@hyperledger/fabric-protos';
import { dataHash, headerHash } from '../../src/ledger/block-hash.js';

/** So many blocks, each following from the one before it; `word` makes another chain. */
export function rawChain(length: number, word = 'envelope'): readonly Uint8Array[] {
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
    return block.serializeBinary();
  });
}
