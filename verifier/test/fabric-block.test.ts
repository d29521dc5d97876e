import { common } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import {
  checkBlockData,
  headerBytes,
  headerHash,
  isConfigBlock,
  readBlock,
  type BlockHeader,
} from '../src/fabric/block.js';
import { bftQuorum, checkOrderers } from '../src/fabric/orderers.js';
import {
  bftSignatures,
  blockOf,
  concat,
  configuration,
  message,
  party,
  plainSignatures,
  raftSignatures,
  reasonOf,
  transaction,
  type Party,
} from './fabric-parties.js';

const creator = party('Org1MSP', 'client');
const peer = party('Org1MSP', 'peer');
const envelopes = [1, 2, 3].map((value) => transaction(creator, [peer], { args: ['Put', `k${value}`] }));
const block = blockOf(7n, envelopes);

describe('A block', () => {
  it('is read from its protobuf', () => {
    const data = message(...envelopes.map((each) => [1, each] as const));
    const metadata = message([1, 'signatures'], [1, ''], [1, Uint8Array.of(0, 0, 11)], [1, ''], [1, '']);
    const bytes = message(
      [1, message([1, 7n], [2, block.previousHash], [3, block.dataHash])],
      [2, data],
      [3, metadata],
    );
    const read = readBlock(bytes);
    expect({ ...read, metadata: [] }).to.deep.equal(block);
    expect(read.metadata.map(({ length }) => length)).to.deep.equal([10, 0, 3, 0, 0]);
  });

  it('with a header field twice is refused', async () => {
    const header = message([1, 7n], [3, block.dataHash], [3, block.dataHash]);
    expect(await reasonOf(() => readBlock(message([1, header])))).to.equal('DUPLICATE_FIELD');
  });

  const numbers: [bigint, string][] = [
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [256n, '02020100'],
    [1n << 63n, '0209008000000000000000'],
  ];
  for (const [number, der] of numbers)
    it(`numbered ${number} has a DER header`, () => {
      const header = { number, previousHash: new Uint8Array(), dataHash: Uint8Array.of(9) };
      expect(Buffer.from(headerBytes(header)).toString('hex').slice(4)).to.equal(`${der}04000401` + '09');
    });

  it('has the hash that its number, predecessor and data give', () => {
    expect(headerHash(block)).to.not.deep.equal(headerHash({ ...block, number: 8n }));
    expect(headerHash(block)).to.not.deep.equal(headerHash({ ...block, previousHash: block.dataHash }));
  });

  it('is refused when a transaction is missing, changed, or out of order', async () => {
    const [a = new Uint8Array(), b = new Uint8Array(), c = new Uint8Array()] = envelopes;
    for (const data of [
      [a, b],
      [a, c, b],
      [a, b, c, c],
      [a, b, c.slice(1)],
    ])
      expect(await reasonOf(() => checkBlockData({ ...block, data }))).to.equal('DATA_HASH_DIFFERS');
  });

  it('is refused when the same bytes are cut at another place', async () => {
    const [a = new Uint8Array(), b = new Uint8Array(), ...rest] = envelopes;
    const both = concat(a, b);
    for (let cut = 1; cut < both.length; cut += 1) {
      if (cut === a.length) continue;
      const data = [both.slice(0, cut), both.slice(cut), ...rest];
      const reason = await reasonOf(() => checkBlockData({ ...block, data }));
      expect(reason).to.be.oneOf(['NOT_WELL_FORMED', 'MALFORMED']);
    }
    expect(await reasonOf(() => checkBlockData({ ...block, data: [both, ...rest] }))).to.equal(
      'NOT_WELL_FORMED',
    );
    const padded = [a, new Uint8Array(), b, ...rest];
    expect(await reasonOf(() => checkBlockData({ ...block, data: padded }))).to.equal('NOT_WELL_FORMED');
  });

  it('says which envelopes have unknown fields behind the signature', () => {
    const [a = new Uint8Array(), b = new Uint8Array()] = envelopes;
    const odd = blockOf(7n, [a, concat(b, message([5, 'odd']))]);
    expect(checkBlockData(odd).unusual).to.deep.equal([1]);
    expect(checkBlockData(block).unusual).to.deep.equal([]);
  });

  it('without transactions is refused', async () => {
    expect(await reasonOf(() => checkBlockData(blockOf(7n, [])))).to.equal('NOT_WELL_FORMED');
  });

  it('is a configuration block only when the configuration is alone', async () => {
    const header = message([1, 1n], [4, 'ledger']);
    const payload = message([1, message([1, header])], [2, message([1, 'config'])]);
    const config = message([1, payload]);
    expect(isConfigBlock(blockOf(1n, [config]))).to.equal(true);
    expect(checkBlockData(blockOf(1n, [config])).unusual).to.deep.equal([]);
    const mixed = blockOf(1n, [config, ...envelopes]);
    expect(isConfigBlock(mixed)).to.equal(false);
    expect(await reasonOf(() => checkBlockData(mixed))).to.equal('NOT_WELL_FORMED');
    const signedConfig = message([1, payload], [2, creator.sign(payload)]);
    const apart = blockOf(1n, [...envelopes, signedConfig]);
    expect(await reasonOf(() => checkBlockData(apart))).to.equal('NOT_WELL_FORMED');
  });

  it('has the header that Fabric’s own message has', () => {
    const header = new common.BlockHeader();
    header.setNumber(7);
    header.setPreviousHash(block.previousHash);
    header.setDataHash(block.dataHash);
    const whole = new common.Block();
    whole.setHeader(header);
    expect(readBlock(whole.serializeBinary())).to.deep.equal({ ...block, data: [], metadata: [] });
  });
});

const orderers = [1, 2, 3, 4].map((number) => party(`Ord${number}MSP`, 'orderer'));
const [one, two, three, four] = orderers as [Party, Party, Party, Party];
const raft = configuration({ kind: 'RAFT', consenters: 3 });
const consenters = orderers.map(({ mspId, pem }, index) => ({
  id: index + 1,
  mspId,
  certificate: Buffer.from(pem),
}));
const bft = configuration({ kind: 'BFT', consenters });

const ordered = async (signed: Uint8Array, config = raft, min = 0) =>
  checkOrderers(block, signed, config, plainSignatures, min);

/** Names the signer by identity and by number; whichever is meant, it was signed over the other, too. */
function withBothHeaders(header: BlockHeader, orderer: Party): Uint8Array {
  const value = message([1, message([1, 5n])]);
  const identity = message([1, orderer.serialized], [2, new Uint8Array(24)]);
  const identifier = message([1, 1n], [2, new Uint8Array(24)]);
  const entries = [identity, identifier].map(
    (named) =>
      [
        2,
        message([1, identity], [2, orderer.sign(value, named, headerBytes(header))], [3, identifier]),
      ] as const,
  );
  return message([1, value], ...entries);
}

describe('Orderers of a Raft channel', () => {
  it('sign with one signature, and say which configuration is in force', async () => {
    const found = await ordered(raftSignatures(block, 5n, [one]));
    expect(found).to.deep.equal({ signers: ['Ord1MSP'], lastConfig: 5n, idle: 0 });
  });

  it('say that block 0 is in force by saying no number', async () => {
    expect((await ordered(raftSignatures(block, 0n, [one]))).lastConfig).to.equal(0n);
  });

  const signatures: Record<string, Uint8Array> = {
    'nobody’s signature': raftSignatures(block, 5n, []),
    'no metadata': new Uint8Array(),
    'a peer’s signature': raftSignatures(block, 5n, [peer]),
    'a signature of an orderer of no orderer organisation': raftSignatures(block, 5n, [
      party('Org1MSP', 'orderer'),
    ]),
    'a signature that names its signer twice': withBothHeaders(block, one),
    'a signature of an orderer organisation’s client': raftSignatures(block, 5n, [
      party('Ord1MSP', 'client'),
    ]),
    'a signature over another header': raftSignatures({ ...block, number: 8n }, 5n, [one]),
    'a stranger’s signature': raftSignatures(block, 5n, [
      { ...one, serialized: message([1, 'Ord1MSP'], [2, 'x']) },
    ]),
    'signatures by number': bftSignatures(block, 5n, [[1, one]]),
  };
  for (const [what, signed] of Object.entries(signatures))
    it(`are not there with ${what}`, async () => {
      expect(await reasonOf(async () => ordered(signed))).to.equal('QUORUM_MISSING');
    });

  it('count where their organisation gives no roles', async () => {
    expect((await ordered(raftSignatures(block, 5n, [party('Ord2MSP')]))).signers).to.deep.equal(['Ord2MSP']);
  });

  it('count once each towards the number asked for', async () => {
    const twice = raftSignatures(block, 5n, [one, one]);
    expect(await reasonOf(async () => ordered(twice, raft, 2))).to.equal('QUORUM_MISSING');
    expect((await ordered(raftSignatures(block, 5n, [one, two]), raft, 2)).signers).to.have.length(2);
  });

  it('with a changed last configuration have signed nothing', async () => {
    const signed = raftSignatures(block, 5n, [one]);
    const at = signed.findIndex((byte, index) => byte === 5 && signed[index - 1] === 8);
    signed[at] = 6;
    expect(await reasonOf(async () => ordered(signed))).to.equal('QUORUM_MISSING');
  });

  it('in a crowd are refused before any is checked', async () => {
    const crowd = raftSignatures(block, 5n, Array<Party>(300).fill(one));
    expect(await reasonOf(async () => ordered(crowd))).to.equal('TOO_LARGE');
  });

  it('are not there when nobody knows how the channel orders', async () => {
    const unknown = configuration({ kind: 'UNKNOWN', type: 'kafka' });
    const signed = raftSignatures(block, 5n, [one]);
    expect(await reasonOf(async () => ordered(signed, unknown))).to.equal('CONSENSUS_UNKNOWN');
  });
});

describe('Consenters of a BFT channel', () => {
  it('must be as many as any two quorums need to share an honest one', () => {
    const sizes = [1, 4, 5, 6, 7, 10, 13];
    expect(sizes.map((size) => bftQuorum(size))).to.deep.equal([1, 3, 4, 4, 5, 7, 9]);
  });

  it('sign by number', async () => {
    const signed = bftSignatures(block, 5n, [
      [1, one],
      [3, three],
      [4, four],
    ]);
    const found = await ordered(signed, bft);
    expect(found).to.deep.equal({ signers: ['Ord1MSP', 'Ord3MSP', 'Ord4MSP'], lastConfig: 5n, idle: 0 });
  });

  const lacking: Record<string, [number, Party][]> = {
    'two of four': [
      [1, one],
      [2, two],
    ],
    'one of them three times': [
      [1, one],
      [1, one],
      [1, one],
    ],
    'two and a number that nobody has': [
      [1, one],
      [2, two],
      [9, three],
    ],
    'two and one under another’s number': [
      [1, one],
      [2, two],
      [4, three],
    ],
    'two and a stranger': [
      [1, one],
      [2, two],
      [3, party('Ord3MSP', 'orderer')],
    ],
    nobody: [],
  };
  for (const [what, signers] of Object.entries(lacking))
    it(`are too few with ${what}`, async () => {
      expect(await reasonOf(async () => ordered(bftSignatures(block, 5n, signers), bft))).to.equal(
        'QUORUM_MISSING',
      );
    });

  it('who sign besides without counting are told of', async () => {
    const signed = bftSignatures(block, 5n, [
      [1, one],
      [2, two],
      [3, three],
      [3, three],
      [4, one],
      [9, four],
    ]);
    expect((await ordered(signed, bft)).idle).to.equal(3);
  });

  it('are not replaced by signatures with identities', async () => {
    const signed = raftSignatures(block, 5n, orderers);
    expect(await reasonOf(async () => ordered(signed, bft))).to.equal('QUORUM_MISSING');
  });

  it('are not named twice over', async () => {
    const [first] = consenters;
    const alone = configuration({ kind: 'BFT', consenters: first ? [first] : [] });
    expect(await reasonOf(async () => ordered(withBothHeaders(block, one), alone))).to.equal(
      'QUORUM_MISSING',
    );
    expect((await ordered(bftSignatures(block, 5n, [[1, one]]), alone)).idle).to.equal(0);
  });

  it('are all asked for when the trust says so', async () => {
    const three3 = bftSignatures(block, 5n, [
      [1, one],
      [2, two],
      [3, three],
    ]);
    expect(await reasonOf(async () => ordered(three3, bft, 4))).to.equal('QUORUM_MISSING');
  });

  it('are one when the list names one under several numbers', async () => {
    const [first] = consenters;
    if (!first) throw new Error('no consenter');
    const same = configuration({ kind: 'BFT', consenters: [1, 2, 3, 4].map((id) => ({ ...first, id })) });
    const signed = bftSignatures(block, 5n, [
      [1, one],
      [2, one],
      [3, one],
      [4, one],
    ]);
    expect(await reasonOf(async () => ordered(signed, same))).to.equal('QUORUM_MISSING');
  });
});
