import { p256 } from '@noble/curves/nist.js';
import { common, ledger, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { isConfigBlock } from '../src/fabric/block.js';
import { checkEndorsements } from '../src/fabric/endorsement.js';
import type { NamespaceSet } from '../src/fabric/rwset.js';
import { checkCreator, readTransaction } from '../src/fabric/transaction.js';
import { message, reasonOf } from './fabric-parties.js';
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

const NONE = new Uint8Array();

function headerOf(payload: common.Payload): common.ChannelHeader {
  return common.ChannelHeader.deserializeBinary(payload.getHeader()?.getChannelHeader_asU8() ?? NONE);
}

function endorsedOf(payload: common.Payload): peer.ChaincodeEndorsedAction | undefined {
  const [action] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  return peer.ChaincodeActionPayload.deserializeBinary(action?.getPayload_asU8() ?? NONE).getAction();
}

function resultOf(endorsed: peer.ChaincodeEndorsedAction | undefined): peer.ChaincodeAction {
  const response = endorsed?.getProposalResponsePayload_asU8() ?? NONE;
  return peer.ChaincodeAction.deserializeBinary(
    peer.ProposalResponsePayload.deserializeBinary(response).getExtension_asU8(),
  );
}

/** Milliseconds, cut. */
function timeOf(header: common.ChannelHeader): number {
  const timestamp = header.getTimestamp();
  return (timestamp?.getSeconds() ?? 0) * 1000 + Math.floor((timestamp?.getNanos() ?? 0) / 1e6);
}

/** A namespace as Fabric's own messages read it. */
function oracleSet(set: ledger.rwset.NsReadWriteSet): unknown {
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
}

function ourSet({ reads, writes, metadataWrites, collections, ...rest }: NamespaceSet): unknown {
  return {
    ...rest,
    reads: reads.map(({ key, version }) => [key, version && Number(version.block), version?.index]),
    writes: writes.map(({ key, value }) => [key, value && Buffer.from(value).toString('hex')]),
    metadata: metadataWrites.map(({ key }) => key),
    collections: collections.map((each) => each.name),
  };
}

function checkAgainstOracle(envelope: Uint8Array): void {
  const read = readTransaction(envelope);
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(envelope).getPayload_asU8(),
  );
  const header = headerOf(payload);
  const endorsed = endorsedOf(payload);
  const result = resultOf(endorsed);
  expect(read.txId).to.equal(header.getTxId());
  expect(Date.parse(read.time)).to.equal(timeOf(header));
  expect(read.endorsements).to.have.length(endorsed?.getEndorsementsList().length ?? -1);
  expect(read.response.status).to.equal(result.getResponse()?.getStatus());
  expect(read.chaincodeId.version).to.equal(result.getChaincodeId()?.getVersion());
  const sets = ledger.rwset.TxReadWriteSet.deserializeBinary(result.getResults_asU8()).getNsRwsetList();
  expect(read.namespaces.map(ourSet)).to.deep.equal(sets.map(oracleSet));
}

describeRecorded('Transactions of recorded ledgers', function () {
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
      const blocks = blocksOf(name).filter((each) => !isConfigBlock(each));
      for (const envelope of blocks.flatMap(({ data }) => data)) checkAgainstOracle(envelope);
    });

    it(`${name}: is what was submitted, with the validation code it got`, () => {
      const { transactions } = read<{ transactions: Listed[] }>(name, 'transactions.json');
      const blocks = blocksOf(name);
      for (const listed of transactions.filter(({ block, fn }) => block !== undefined && fn !== undefined)) {
        const data = blocks[Number(listed.block)]?.data ?? [];
        const index = data.findIndex((each) => readTransaction(each).txId === listed.txId);
        const args = readTransaction(data[index] ?? NONE).args.map((arg) => Buffer.from(arg).toString());
        expect(args).to.deep.equal([listed.fn, ...(listed.args ?? [])]);
        expect(blocks[Number(listed.block)]?.metadata[2]?.[index]).to.equal(listed.code);
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

  it('with the other of the two signatures that ECDSA allows are refused', async () => {
    const blocks = blocksOf('bft');
    const chain = await configurationsOf(blocks);
    const good = readTransaction(blocks[5]?.data[0] ?? NONE);
    const { r, s } = p256.Signature.fromBytes(good.signature, 'der');
    const signature = new p256.Signature(r, p256.Point.CURVE().n - s).toBytes('der');
    const forged = readTransaction(message([1, good.payload], [2, signature]));
    const reason = await reasonOf(async () => checkCreator(forged, chain.newest, signatures));
    expect(reason).to.equal('HIGH_S');
  });
});
