import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { newFabricLedger } from '../../src/ledger/fabric-ledger.js';
import { ChainBroken, LedgerClosed } from '../../src/ledger/port-errors.js';
import type { Ledger, LedgerBlock } from '../../src/ledger/port.js';
import { newTestIdentity } from '../identities/certificates.js';
import { startFakePeer, type FakePeer } from './fake-peer.js';
import { syntheticEnvelope } from './synthetic.js';

describe('blocks as the own peer delivers them', () => {
  let identity: EnrolledIdentity;
  let peer: FakePeer;
  let ledger: Ledger;
  let disconnects: unknown[] = [];
  let abort: AbortController;
  /** What the latest reader has taken. */
  let taken: LedgerBlock[] = [];

  before(async () => {
    identity = await newTestIdentity('reader');
  });
  beforeEach(async () => {
    peer = await startFakePeer();
    disconnects = [];
    abort = new AbortController();
    ledger = newFabricLedger({
      peers: [{ address: peer.address }],
      channel: 'ledger',
      chaincode: 'tallystick',
      identities: new Map([['reader', identity]]),
      reader: 'reader',
      onDisconnect: (error) => void disconnects.push(error),
    });
  });
  afterEach(() => {
    abort.abort();
    ledger.close();
    peer.close();
  });

  function append(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const writes = [{ key: `grant/${peer.chain.length}`, value: '{}' }];
      const transaction = { transaction: 'grants:Offer', argument: '{}', writes };
      peer.appendBlock([syntheticEnvelope(identity, transaction)], [0]);
    }
  }

  /** Reads until so many blocks have come, or the stream ends. */
  async function take(from: bigint, count: number): Promise<LedgerBlock[]> {
    const blocks: LedgerBlock[] = [];
    taken = blocks;
    for await (const block of ledger.blocks(from, abort.signal)) {
      blocks.push(block);
      if (blocks.length === count) break;
    }
    return blocks;
  }

  const numbers = (blocks: readonly LedgerBlock[]): number[] => blocks.map(({ number }) => Number(number));

  it('come decoded, from a number on, and new ones as they are made', async () => {
    append(3);
    const taking = take(1n, 4);
    await delay(30);
    append(2);
    const blocks = await taking;
    expect(numbers(blocks)).to.deep.equal([1, 2, 3, 4]);
    const [transaction] = blocks[0]!.transactions;
    expect(transaction!.creator).to.deep.equal({
      mspId: 'Org1MSP',
      certificate: identity.certificate,
      signed: true,
    });
  });

  it('go on without gap or repeat after the stream broke, even in the middle', async () => {
    append(4);
    peer.committedUpTo = 1;
    const taking = take(0n, 6);
    while (taken.length < 2) await delay(5);
    peer.dropStreams();
    peer.committedUpTo = undefined;
    append(2);
    expect(numbers(await taking)).to.deep.equal([0, 1, 2, 3, 4, 5]);
    expect(disconnects).to.have.length.greaterThan(0);
  });

  const broken = async (message: string): Promise<void> => {
    const numbersTaken: number[] = [];
    let failure: unknown;
    try {
      for await (const { number } of ledger.blocks(0n, abort.signal)) numbersTaken.push(Number(number));
    } catch (error) {
      failure = error;
    }
    expect(failure).to.be.instanceOf(ChainBroken);
    expect(String(failure)).to.contain(message);
    expect(numbersTaken).to.deep.equal([0, 1]);
  };

  it('stop at a block whose data was changed', async () => {
    append(4);
    peer.tamper = (block) => {
      if (block.getHeader()?.getNumber() === 2) block.getData()!.setDataList([Uint8Array.of(1)]);
      return block;
    };
    await broken('the data does not match');
  });

  it('stop at a block that points elsewhere', async () => {
    append(4);
    peer.tamper = (block) => {
      if (block.getHeader()?.getNumber() === 2) block.getHeader()!.setPreviousHash(new Uint8Array(32));
      return block;
    };
    await broken('point back');
  });

  it('stop at a gap', async () => {
    append(4);
    peer.tamper = (block) => {
      if (block.getHeader()?.getNumber() === 2) block.getHeader()!.setNumber(3);
      return block;
    };
    await broken('expected block 2');
  });

  it('stop when the first is not the one asked for', async () => {
    append(2);
    peer.tamper = (block) => {
      block.getHeader()!.setNumber(block.getHeader()!.getNumber() + 1);
      return block;
    };
    const error = await take(0n, 1).catch((reason: unknown) => reason);
    expect(String(error)).to.contain('expected block 0');
  });

  it('end quietly when the reader stops, or the ledger is closed', async () => {
    append(1);
    const taking = take(0n, 5);
    while (taken.length === 0) await delay(5);
    abort.abort();
    expect(numbers(await taking)).to.deep.equal([0]);
    abort = new AbortController();
    const again = take(0n, 5);
    while (taken.length === 0) await delay(5);
    ledger.close();
    expect(numbers(await again)).to.deep.equal([0]);
    expect(() => ledger.blocks(0n, abort.signal)).to.throw(LedgerClosed);
  });

  it('a peer that cannot be reached is tried again and again, more slowly each time', async () => {
    peer.close();
    const taking = take(0n, 1);
    while (disconnects.length < 3) await delay(10);
    abort.abort();
    expect(await taking).to.deep.equal([]);
  });
});
