import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { flagsOf, isConfigBlock } from '../src/fabric/block.js';
import { checkEndorsements } from '../src/fabric/endorsement.js';
import { checkCreator, readTransaction } from '../src/fabric/transaction.js';
import { reasonOf } from './fabric-parties.js';
import {
  blocksOf,
  configurationsOf,
  describeRecorded,
  read,
  RECORDED,
  signatures,
} from './fabric-recorded.js';

interface Listed {
  readonly txId: string;
  readonly fn?: string;
  readonly args?: readonly string[];
  readonly code: number;
  readonly block?: string;
}

function oracle(envelope: Uint8Array) {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(
    action?.getPayload_asU8() ?? new Uint8Array(),
  ).getAction();
  const response = peer.ProposalResponsePayload.deserializeBinary(
    endorsed?.getProposalResponsePayload_asU8() ?? new Uint8Array(),
  );
  const result = peer.ChaincodeAction.deserializeBinary(response.getExtension_asU8());
  return { header, endorsed, result };
}

describeRecorded('Transactions of recorded ledgers', function () {
  this.timeout(60_000);
  for (const name of RECORDED) {
    it(`${name}: every creator and every endorsement holds`, async () => {
      const blocks = blocksOf(name);
      const chain = await configurationsOf(blocks);
      let endorsements = 0;
      for (const block of blocks.filter((each) => !isConfigBlock(each)))
        for (const envelope of block.data) {
          const read = readTransaction(envelope);
          const inForce = chain.inForceAt(block.number);
          await checkCreator(read, inForce, signatures);
          endorsements += (await checkEndorsements(read, inForce, signatures)).length;
        }
      expect(endorsements).to.equal(name === 'bft' ? 91 : 81);
    });

    it(`${name}: is read as Fabric's own messages read it`, () => {
      for (const block of blocksOf(name).filter((each) => !isConfigBlock(each)))
        for (const envelope of block.data) {
          const read = readTransaction(envelope);
          const { header, endorsed, result } = oracle(envelope);
          expect(read.txId).to.equal(header.getTxId());
          expect(Date.parse(read.time)).to.equal(
            (header.getTimestamp()?.getSeconds() ?? 0) * 1000 +
              Math.floor((header.getTimestamp()?.getNanos() ?? 0) / 1e6),
          );
          expect(read.endorsements).to.have.length(endorsed?.getEndorsementsList().length ?? -1);
          expect(read.response.status).to.equal(result.getResponse()?.getStatus());
          expect(read.chaincodeId.version).to.equal(result.getChaincodeId()?.getVersion());
          const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(
            result.getResults_asU8(),
          ).getNsRwsetList();
          expect(
            read.namespaces.map(
              ({ namespace, reads, writes, metadataWrites, hasRangeQueries, collections }) => ({
                namespace,
                reads: reads.map(({ key, version }) => [
                  key,
                  version && Number(version.block),
                  version?.index,
                ]),
                writes: writes.map(({ key, value }) => [key, value && Buffer.from(value).toString('hex')]),
                metadata: metadataWrites.map(({ key }) => key),
                hasRangeQueries,
                collections: collections.map((each) => each.name),
              }),
            ),
          ).to.deep.equal(
            sets.map((set) => {
              const kv = ledger.rwset.kvrwset.KVRWSet.deserializeBinary(set.getRwset_asU8());
              return {
                namespace: set.getNamespace(),
                reads: kv.getReadsList().map((each) => {
                  const version = each.getVersion();
                  return [each.getKey(), version ? version.getBlockNum() : null, version?.getTxNum()];
                }),
                writes: kv
                  .getWritesList()
                  .map((each) => [
                    each.getKey(),
                    each.getIsDelete() ? null : Buffer.from(each.getValue_asU8()).toString('hex'),
                  ]),
                metadata: kv.getMetadataWritesList().map((each) => each.getKey()),
                hasRangeQueries: kv.getRangeQueriesInfoList().length > 0,
                collections: set.getCollectionHashedRwsetList().map((each) => each.getCollectionName()),
              };
            }),
          );
        }
    });

    it(`${name}: is what was submitted, with the validation code it got`, () => {
      const { transactions } = read<{ transactions: Listed[] }>(name, 'transactions.json');
      const blocks = blocksOf(name);
      for (const listed of transactions.filter(({ block, fn }) => block !== undefined && fn !== undefined)) {
        const block = blocks[Number(listed.block)];
        const index = block?.data.findIndex((each) => readTransaction(each).txId === listed.txId) ?? -1;
        const envelope = block?.data[index];
        if (!block || !envelope) throw new Error(`${listed.txId} is not there`);
        const args = readTransaction(envelope).args.map((arg) => Buffer.from(arg).toString());
        expect(args).to.deep.equal([listed.fn, ...(listed.args ?? [])]);
        expect(flagsOf(block)[index]).to.equal(listed.code);
      }
    });
  }

  it('are refused under the configuration of another ledger', async () => {
    const [, raft] = await Promise.all(RECORDED.map(async (name) => configurationsOf(blocksOf(name))));
    const envelope = blocksOf('bft')[5]?.data[0] ?? new Uint8Array();
    const reason = await reasonOf(async () => {
      if (raft) await checkCreator(readTransaction(envelope), raft.newest, signatures);
    });
    expect(reason).to.equal('CHAIN_BROKEN');
  });
});
