import { expect } from 'chai';
import fc from 'fast-check';
import { common, ledger as ledgers, peer } from '@hyperledger/fabric-protos';
import { decodeReadWriteSet, encodeReadWriteSet, transactionId, type Version } from '../../src/wire/index.js';
import { readTransaction } from '../../src/embedded/transaction.js';
import { validateBlock, type ValidatedBlock } from '../../src/embedded/validator.js';
import { craft, definedLedger, readMembers, type Craft, type Members } from './crafted.js';
import type { MemoryLedger } from './recorded.js';
import { CHANNEL, createSpace, type Space } from './space.js';
import { times } from '../../../test/sampling.js';

const CODE = peer.TxValidationCode;
type CodeName = keyof peer.TxValidationCodeMap;

function rangeQuery(): Uint8Array {
  const kv = new ledgers.rwset.kvrwset.KVRWSet();
  kv.addRangeQueriesInfo(new ledgers.rwset.kvrwset.RangeQueryInfo());
  const set = new ledgers.rwset.NsReadWriteSet();
  set.setNamespace('tiny');
  set.setRwset(kv.serializeBinary());
  const all = new ledgers.rwset.TxReadWriteSet();
  all.addNsRwset(set);
  return all.serializeBinary();
}

function twice(namespace: string): Uint8Array {
  const one = encodeReadWriteSet(new Map([[namespace, { reads: new Map(), writes: new Map() }]]));
  return Buffer.concat([one, one]);
}

function eventOf(chaincode: string): peer.ChaincodeEvent {
  // responsePayload names the chaincode itself, so a foreign name needs an event that keeps its own.
  const event = new peer.ChaincodeEvent();
  event.setChaincodeId = () => undefined;
  peer.ChaincodeEvent.prototype.setChaincodeId.call(event, chaincode);
  return event;
}

describe('embedded node: validation', () => {
  let space: Space;
  let members: Members;

  before(async () => {
    space = await createSpace();
    members = await readMembers(space);
  });

  after(() => space.remove());

  function validate(envelopes: readonly Uint8Array[], ledger = definedLedger(), number = 2): ValidatedBlock {
    return validateBlock(number, envelopes, { channelId: CHANNEL, config: members.config, ledger });
  }

  const nameOf = (code: number): string | undefined =>
    Object.entries(CODE).find(([, value]) => value === code)?.[0];

  const cases: readonly [string, CodeName, () => Craft | Uint8Array][] = [
    ['a proper transaction', 'VALID', () => ({ writes: { a: '1' } })],
    ['no effect at all', 'VALID', () => ({})],
    ['bytes that are no envelope', 'INVALID_OTHER_REASON', () => Buffer.from([0x0a, 0x05, 0x01])],
    ['a payload that is none', 'BAD_PAYLOAD', () => envelopeOf(Buffer.from([0x0a, 0x05, 0x01]))],
    ['an empty payload', 'BAD_COMMON_HEADER', () => envelopeOf(Buffer.alloc(0))],
    ['an unknown type', 'BAD_COMMON_HEADER', () => ({ type: 42 })],
    ['an epoch', 'BAD_COMMON_HEADER', () => ({ epoch: 1 })],
    ['no nonce', 'BAD_COMMON_HEADER', () => ({ nonce: new Uint8Array(), txId: '00' })],
    ['a configuration update', 'UNSUPPORTED_TX_PAYLOAD', () => ({ type: common.HeaderType.CONFIG_UPDATE })],
    ['another channel', 'BAD_CREATOR_SIGNATURE', () => ({ channelId: 'other' })],
    [
      'a wrong signature',
      'BAD_CREATOR_SIGNATURE',
      () => ({ signature: members.clients[0]!.sign(Buffer.from('x')) }),
    ],
    ['another one’s signature', 'BAD_CREATOR_SIGNATURE', () => ({ creator: posing() })],
    ['no signature', 'BAD_CREATOR_SIGNATURE', () => ({ signature: new Uint8Array() })],
    ['a made-up transaction id', 'BAD_PROPOSAL_TXID', () => ({ txId: '00'.repeat(32) })],
    ['another proposal hash', 'INVALID_ENDORSER_TRANSACTION', () => ({ hash: Buffer.alloc(32) })],
    [
      'a header extension that is none',
      'BAD_HEADER_EXTENSION',
      () => ({ extension: Buffer.from([0x12, 0x05]) }),
    ],
    ['no chaincode id', 'INVALID_OTHER_REASON', () => ({ extension: new Uint8Array() })],
    ['results that are none', 'BAD_RWSET', () => ({ results: Buffer.from([0x12, 0x05, 0x01]) })],
    ['a namespace twice', 'ILLEGAL_WRITESET', () => ({ results: twice('tiny') })],
    ['proposed and executed chaincode differ', 'INVALID_CHAINCODE', () => ({ executed: 'other' })],
    ['no chaincode version', 'INVALID_CHAINCODE', () => ({ version: '' })],
    ['a chaincode that is not defined', 'INVALID_CHAINCODE', () => ({ chaincode: 'other' })],
    ['an event of another chaincode', 'INVALID_OTHER_REASON', () => ({ event: eventOf('other') })],
    ['a range query', 'INVALID_OTHER_REASON', () => ({ results: rangeQuery() })],
    ['one endorsement', 'ENDORSEMENT_POLICY_FAILURE', () => ({ endorsers: members.peers.slice(0, 1) })],
    ['no endorsement', 'ENDORSEMENT_POLICY_FAILURE', () => ({ endorsers: [] })],
    [
      'one organisation twice',
      'ENDORSEMENT_POLICY_FAILURE',
      () => ({ endorsers: [members.peers[0]!, members.peers[0]!] }),
    ],
    [
      'clients instead of peers',
      'ENDORSEMENT_POLICY_FAILURE',
      () => ({ endorsers: members.clients.slice(0, 2) }),
    ],
    [
      'the orderer as endorser',
      'ENDORSEMENT_POLICY_FAILURE',
      () => ({ endorsers: [members.peers[0]!, members.orderer] }),
    ],
    ['writes to another chaincode', 'INVALID_CHAINCODE', () => ({ namespace: 'other', writes: { a: '1' } })],
    [
      'a definition endorsed by a minority',
      'ENDORSEMENT_POLICY_FAILURE',
      () => ({
        chaincode: '_lifecycle',
        namespace: '_lifecycle',
        writes: { 'namespaces/fields/tiny/Sequence': 'x' },
        endorsers: members.peers.slice(0, 1),
      }),
    ],
    ['a stale read', 'MVCC_READ_CONFLICT', () => ({ reads: { a: { block: 1, transaction: 0 } } })],
  ];

  function envelopeOf(payload: Uint8Array): Uint8Array {
    const envelope = new common.Envelope();
    envelope.setPayload(payload);
    envelope.setSignature(Buffer.from('s'));
    return envelope.serializeBinary();
  }

  function posing(): Members['clients'][number] {
    const [first, second] = members.clients;
    return { ...first!, sign: (data) => second!.sign(data) };
  }

  for (const [what, code, make] of cases)
    it(`${what}: ${code}`, () => {
      const made = make();
      const envelope = made instanceof Uint8Array ? made : craft(members, made);
      const { flags, updates } = validate([envelope]);
      expect(nameOf(flags[0]!)).equals(code);
      if (code !== 'VALID') expect(updates.size).equals(0);
    });

  it('marks a transaction id that is on the ledger, and the second in one block', () => {
    const ledger = definedLedger();
    const nonce = Buffer.from('the same nonce');
    const [first, second, other] = [{ a: '1' }, { a: '2' }, { b: '1' }].map((writes, i) =>
      craft(members, i < 2 ? { writes, nonce } : { writes }),
    );
    const { flags, transactions, updates } = validate([first!, second!, other!], ledger);
    expect([...flags]).deep.equals([CODE.VALID, CODE.DUPLICATE_TXID, CODE.VALID]);
    expect(transactions[0]!.txId).equals(transactionId(nonce, members.clients[0]!.identity));
    ledger.commit(transactions, updates);
    expect([...validate([first!], ledger, 3).flags]).deep.equals([CODE.DUPLICATE_TXID]);
  });

  it('keeps an invalid first occurrence from making the second a duplicate', () => {
    const nonce = Buffer.from('again');
    const bad = craft(members, { writes: { a: '1' }, nonce, endorsers: [] });
    const good = craft(members, { writes: { a: '1' }, nonce });
    expect([...validate([bad, good]).flags]).deep.equals([CODE.ENDORSEMENT_POLICY_FAILURE, CODE.VALID]);
    expect(readTransaction(bad).txId).equals(readTransaction(good).txId);
  });

  it('decides conflicts like a simple model, over any sequence of blocks', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const transaction = fc.record({
      /** How many blocks ago the chaincode ran. */
      age: fc.nat(2),
      reads: fc.uniqueArray(key, { maxLength: 3 }),
      writes: fc.dictionary(key, fc.option(fc.constantFrom('1', '2'), { nil: undefined }), { maxKeys: 3 }),
    });
    const blocks = fc.array(fc.array(transaction, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(blocks, (sequence) => {
        const ledger: MemoryLedger = definedLedger();
        const history = [new Map<string, Version>()];
        sequence.forEach((transactions, i) => {
          const number = 2 + i;
          const committed = history.at(-1)!;
          const envelopes = transactions.map(({ age, reads, writes }) => {
            const seen = history[Math.max(0, history.length - 1 - age)]!;
            return craft(members, {
              writes,
              reads: Object.fromEntries(reads.map((each) => [each, seen.get(each)])),
            });
          });
          const next = new Map(committed);
          const touched = new Set<string>();
          const expected = transactions.map(({ age, reads, writes }, index) => {
            const seen = history[Math.max(0, history.length - 1 - age)]!;
            const isStale = reads.some((each) => touched.has(each) || seen.get(each) !== committed.get(each));
            if (isStale) return CODE.MVCC_READ_CONFLICT;
            for (const [each, value] of Object.entries(writes)) {
              touched.add(each);
              if (value === undefined) next.delete(each);
              else next.set(each, { block: number, transaction: index });
            }
            return CODE.VALID;
          });
          const validated = validate(envelopes, ledger, number);
          expect([...validated.flags]).deep.equals(expected);
          ledger.commit(validated.transactions, validated.updates);
          for (const each of ['a', 'b', 'c', 'd'])
            expect(ledger.get('tiny', each)?.version).deep.equals(next.get(each));
          history.push(next);
        });
      }),
      { numRuns: times(40) },
    );
  });

  it('encodes read-write sets so that they decode to the same, in byte order', () => {
    const version = fc.option(
      fc.record({ block: fc.nat(), transaction: fc.nat(1000) }, { noNullPrototype: true }),
      { nil: undefined },
    );
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
    const reads = fc.array(fc.tuple(name, version), { maxLength: 8 });
    const writes = fc.array(fc.tuple(name, fc.option(fc.uint8Array({ minLength: 1 }), { nil: undefined })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(name, reads, writes, (namespace, readList, writeList) => {
        const access = { reads: new Map(readList), writes: new Map(writeList) };
        const [set] = decodeReadWriteSet(encodeReadWriteSet(new Map([[namespace, access]])));
        expect(set!.namespace).equals(namespace);
        for (const { key, version: found } of set!.reads) expect(found).deep.equals(access.reads.get(key));
        for (const { key, value } of set!.writes)
          expect(value && Buffer.from(value)).deep.equals(
            access.writes.get(key) && Buffer.from(access.writes.get(key)!),
          );
        expect([set!.reads.length, set!.writes.length]).deep.equals([access.reads.size, access.writes.size]);
        for (const keys of [set!.reads, set!.writes].map((list) => list.map(({ key }) => Buffer.from(key))))
          expect(keys.every((each, i) => i === 0 || Buffer.compare(keys[i - 1]!, each) < 0)).equals(true);
      }),
    );
  });
});
