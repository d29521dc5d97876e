import { existsSync, readFileSync } from 'node:fs';
import { common } from '@hyperledger/fabric-protos';
import { p256 } from '@noble/curves/nist.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { dataHash } from '@tallystick/network/wire';
import { assertFollows, newBlockDecoder, validationCodeName } from '../../src/ledger/block.js';
import { resultIn } from '../../src/ledger/envelope.js';
import { rawBlockOf } from '../../src/ledger/raw-block.js';
import { ChainBroken } from '../../src/ledger/port-errors.js';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { syntheticEnvelope } from './synthetic.js';
import { times } from '../../../test/sampling.js';

const DATA = new URL('../../../../shared/data/fabric-blocks/', import.meta.url);

interface Recorded {
  readonly label: string;
  readonly fn: string;
  readonly args: readonly string[];
  readonly txId: string;
  readonly code: number;
  readonly block: string;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, DATA), 'utf8'));

/** What the client that made the recording wrote down; entries without a place were made twice on purpose. */
function recordedTransactions(kind: string): Recorded[] {
  const { transactions } = read(`${kind}/transactions.json`) as { transactions: Partial<Recorded>[] };
  return transactions.filter(
    (entry): entry is Recorded => entry.block !== undefined && entry.code !== undefined,
  );
}

function recordedBlocks(kind: string): Uint8Array[] {
  const file = read(`${kind}/blocks-peer1.json`) as { blocks: { base64: string }[] };
  return file.blocks.map(({ base64 }) => Buffer.from(base64, 'base64'));
}

const parse = (bytes: Uint8Array): common.Block => common.Block.deserializeBinary(bytes);

for (const kind of ['bft', 'raft']) {
  describe(`blocks recorded on a real Fabric channel (${kind})`, () => {
    let raw: Uint8Array[] = [];
    let blocks: LedgerBlock[] = [];

    before(function () {
      if (!existsSync(DATA)) {
        console.log('      skipped: ../shared/data/fabric-blocks is not here');
        this.skip();
      }
      raw = recordedBlocks(kind);
      const decoder = newBlockDecoder();
      blocks = raw.map((bytes) => decoder.decode(parse(bytes)));
    });

    it('verify: every data hash matches and the headers form one chain', () => {
      expect(blocks.length).to.be.greaterThan(30);
      expect(blocks[0]!.previousHash).to.equal('');
      for (const [index, block] of blocks.entries()) {
        expect(block.number).to.equal(BigInt(index));
        if (index > 0) assertFollows(blocks[index - 1]!, block);
      }
    });

    it('give the ids, places and validation codes that the client saw', () => {
      const transactions = recordedTransactions(kind);
      const place = (block: bigint | string, txId: string): string => `${block.toString()}/${txId}`;
      const seen = new Map(
        blocks.flatMap((block) =>
          block.transactions.map((tx) => [place(block.number, tx.txId), tx] as const),
        ),
      );
      expect(transactions.length).to.be.greaterThan(20);
      for (const recorded of transactions) {
        const found = seen.get(place(recorded.block, recorded.txId));
        expect(found?.code, recorded.label).to.equal(validationCodeName(recorded.code));
      }
      const codes = new Set(transactions.map(({ code }) => code));
      expect([...codes].sort((a, b) => a - b)).to.include.members([0, 10, 11]);
    });

    it('give the submitter of each call with a verified signature, and the envelope as it stands', () => {
      const transactions = blocks.flatMap((block) => block.transactions);
      const creators = transactions.flatMap(({ creator }) => creator ?? []);
      expect(creators.length).to.be.greaterThan(20);
      for (const { mspId, certificate, signed } of creators) {
        expect(signed).to.equal(true);
        expect(certificate).to.match(/^-----BEGIN CERTIFICATE-----/);
        expect(mspId).to.match(/^Org\dMSP$/);
      }
      for (const [index, block] of blocks.entries()) {
        const envelopes = parse(raw[index]!).getData()!.getDataList_asU8();
        expect(block.transactions.map(({ envelope }) => envelope)).to.deep.equal(envelopes);
      }
    });

    it('give codes as numbers, which mean the same', () => {
      for (const { code, validation } of blocks.flatMap(({ transactions }) => transactions))
        expect(validationCodeName(validation)).to.equal(code);
    });

    it('give what Get returned', () => {
      const byId = new Map(blocks.flatMap((block) => block.transactions.map((tx) => [tx.txId, tx] as const)));
      const returned = recordedTransactions(kind).map(({ txId }) => resultIn(byId.get(txId)!.envelope));
      expect(returned.some((text) => text !== '')).to.equal(true);
    });

    it('are the same as the other peers delivered, up to the orderer signatures', () => {
      const peers = read(`${kind}/blocks-peers23.json`);
      const decoder = newBlockDecoder();
      const others = JSON.stringify(peers).match(/"base64":"[^"]+"/g) ?? [];
      expect(others.length).to.equal(2 * raw.length);
      const hashes = others.map(
        (text) => decoder.decode(parse(Buffer.from(text.slice(10, -1), 'base64'))).hash,
      );
      expect(new Set(hashes)).to.deep.equal(new Set(blocks.map(({ hash }) => hash)));
    });

    it('a flipped byte anywhere in the data breaks the block', () => {
      const decoder = newBlockDecoder();
      fc.assert(
        fc.property(
          fc.nat({ max: raw.length - 1 }),
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          (n, at, mask) => {
            const block = parse(raw[n]!);
            const data = block.getData()!;
            const list = data.getDataList_asU8().map((bytes) => Buffer.from(bytes));
            const victim = list[at % list.length]!;
            victim[at % victim.length]! ^= mask;
            data.setDataList(list);
            expect(() => decoder.decode(block)).to.throw(ChainBroken, 'does not match the header');
          },
        ),
        { numRuns: times(60) },
      );
    });

    it('a changed signature or certificate shows as not signed, not as an error', () => {
      const target = blocks.find((block) => block.transactions.some((tx) => tx.creator !== undefined))!;
      const block = parse(raw[Number(target.number)]!);
      const list = block
        .getData()!
        .getDataList_asU8()
        .map((bytes) => {
          const envelope = common.Envelope.deserializeBinary(bytes);
          const signature = Buffer.from(envelope.getSignature_asU8());
          signature[signature.length - 1]! ^= 1;
          envelope.setSignature(signature);
          return envelope.serializeBinary();
        });
      block.getData()!.setDataList(list);
      block.getHeader()!.setDataHash(dataHash(list));
      const decoded = newBlockDecoder().decode(block);
      expect(decoded.transactions.map((tx) => tx.creator!.signed)).to.deep.equal(list.map(() => false));
    });

    it('garbage in place of an envelope never stops the decoder, whatever the peer says of it', () => {
      const sample = parse(raw[raw.length - 1]!)
        .getData()!
        .getDataList_asU8()[0]!;
      const mutated = fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 40 })).map(([at, bytes]) => {
        const copy = Buffer.from(sample);
        copy.set(bytes.subarray(0, Math.max(0, copy.length - (at % copy.length))), at % copy.length);
        return new Uint8Array(copy);
      });
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (envelope) => {
          const block = blockOf([envelope, envelope], [255, 0]);
          const { transactions } = newBlockDecoder().decode(block);
          expect(transactions.map(({ code }) => code)).to.deep.equal(['INVALID_OTHER_REASON', 'VALID']);
          expect(resultIn(envelope)).to.be.a('string');
        }),
        { numRuns: times(300) },
      );
    });
  });
}

/** A block 7 around envelopes and flags; the header matches the data. */
function blockOf(envelopes: Uint8Array[], flags: number[]): common.Block {
  const block = new common.Block();
  const header = new common.BlockHeader();
  header.setNumber(7);
  header.setPreviousHash(new Uint8Array(32));
  header.setDataHash(dataHash(envelopes));
  block.setHeader(header);
  const data = new common.BlockData();
  data.setDataList(envelopes);
  block.setData(data);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([new Uint8Array(), new Uint8Array(), Uint8Array.from(flags)]);
  block.setMetadata(metadata);
  return block;
}

describe('the signature of a submitter', () => {
  it('counts in its low-S spelling only: Fabric takes no other, so a high-S one was not taken by any peer', async () => {
    const identity = await newTestIdentity('submitter');
    const transaction = { transaction: 'grants:Accept', argument: '{}', writes: [] };
    const low = syntheticEnvelope(identity, transaction);
    const envelope = common.Envelope.deserializeBinary(low);
    const { r, s } = p256.Signature.fromBytes(envelope.getSignature_asU8(), 'der');
    envelope.setSignature(new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('der'));
    const { transactions } = newBlockDecoder().decode(blockOf([low, envelope.serializeBinary()], [0, 0]));
    expect(transactions.map((each) => each.creator!.signed)).to.deep.equal([true, false]);
  });
});

describe('a block that does not add up', () => {
  const broken = (block: common.Block, message: string): void => {
    expect(() => newBlockDecoder().decode(block)).to.throw(ChainBroken, message);
  };

  it('fewer or more validation flags than transactions', () => {
    broken(blockOf([Uint8Array.of(1)], []), '0 validation flags for 1 transactions');
    broken(blockOf([Uint8Array.of(1)], [11, 11]), '2 validation flags for 1 transactions');
  });

  it('data of another header, no header, and one that is longer than any', () => {
    const other = blockOf([Uint8Array.of(1)], [0]);
    other.getHeader()?.setDataHash(new Uint8Array(32));
    broken(other, 'the data does not match the header');
    broken(new common.Block(), 'a block without a header');
    const long = blockOf([Uint8Array.of(1)], [0]);
    long.getHeader()?.setPreviousHash(new Uint8Array(200));
    broken(long, 'longer than SHA-256');
    expect(() => rawBlockOf(Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f))).to.throw(ChainBroken);
  });

  it('a gap, a repeat, and a header that points elsewhere', () => {
    const previous = { number: 6n, hash: 'ab' };
    const next = { number: 7n, hash: 'cd', previousHash: 'ab', transactions: [] };
    assertFollows(previous, next);
    expect(() => assertFollows(previous, { ...next, number: 8n })).to.throw(ChainBroken, 'expected block 7');
    expect(() => assertFollows(previous, { ...next, number: 6n })).to.throw(ChainBroken, 'expected block 7');
    expect(() => assertFollows(previous, { ...next, previousHash: 'ac' })).to.throw(
      ChainBroken,
      'point back',
    );
  });
});
