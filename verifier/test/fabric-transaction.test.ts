import { expect } from 'chai';
import fc from 'fast-check';
import { checkEndorsements } from '../src/fabric/endorsement.js';
import { kindOf } from '../src/fabric/envelope.js';
import { checkCreator, readTransaction, type Transaction } from '../src/fabric/transaction.js';
import {
  concat,
  configuration,
  endorse,
  message,
  party,
  plainSignatures,
  prepared,
  reasonOf,
  transaction,
  type Oddity,
} from './fabric-parties.js';
import { times } from '../../test/sampling.js';

const creator = party('Org1MSP', 'client');
const first = party('Org1MSP', 'peer');
const second = party('Org2MSP', 'peer');
const peers = [first, second];
const config = configuration();

const made = (odd: Oddity = {}): Transaction => readTransaction(transaction(creator, peers, odd));
const refusal = async (odd: Oddity): Promise<string> => reasonOf(() => made(odd));
const creatorOf = async (read: Transaction) => checkCreator(read, config, plainSignatures);
const endorsersOf = async (read: Transaction) => checkEndorsements(read, config, plainSignatures);

describe('A transaction', () => {
  it('is read as it was made', async () => {
    const read = made();
    expect(read.time).to.equal('2023-11-14T22:13:20.123Z');
    expect([read.channel, read.chaincode, read.args.map((arg) => Buffer.from(arg).toString())]).to.deep.equal(
      ['ledger', 'tiny', ['Put', 'k', 'v']],
    );
    expect(read.submitter).to.deep.equal({ mspId: 'Org1MSP', certificate: creator.pem });
    expect((await creatorOf(read)).role).to.equal('client');
    expect((await endorsersOf(read)).map(({ mspId }) => mspId)).to.deep.equal(['Org1MSP', 'Org2MSP']);
  });

  it('holds slices of its envelope, not copies', () => {
    const envelope = transaction(creator, peers);
    const read = readTransaction(envelope);
    const slices = [read.payload, read.responsePayload, read.proposal, read.creator, read.response.payload];
    for (const slice of slices) expect(slice.buffer).to.equal(envelope.buffer);
  });

  const results = (set: Uint8Array, ...more: Uint8Array[]): Uint8Array =>
    message(...[set, ...more].map((each) => [2, each] as const));
  const setOf = (...fields: Parameters<typeof message>): Uint8Array =>
    message([1, 'tiny'], [2, message(...fields)]);

  it('says what was read and written, with deletes, versions of nothing and block 0', () => {
    const { namespaces } = made({
      results: results(
        setOf(
          [1, message([1, 'absent'])],
          [1, message([1, 'first'], [2, message()])],
          [1, message([1, 'later'], [2, message([1, 1n << 60n], [2, 3n])])],
          [3, message([1, 'set'], [3, 'value'])],
          [3, message([1, 'gone'], [2, 1n])],
          [3, message([1, 'empty'])],
          [4, message([1, 'set'], [2, message([1, 'VALIDATION_PARAMETER'], [2, 'p'])])],
        ),
      ),
    });
    const [set] = namespaces;
    expect(set?.reads).to.deep.equal([
      { key: 'absent', version: null },
      { key: 'first', version: { block: 0n, index: 0 } },
      { key: 'later', version: { block: 1n << 60n, index: 3 } },
    ]);
    expect(set?.writes.map(({ key, value }) => [key, value && Buffer.from(value).toString()])).to.deep.equal([
      ['set', 'value'],
      ['gone', null],
      ['empty', null],
    ]);
    expect(set?.metadataWrites.map(({ key, entries }) => [key, entries[0]?.name])).to.deep.equal([
      ['set', 'VALIDATION_PARAMETER'],
    ]);
    expect(set?.hasRangeQueries).to.equal(false);
  });

  const twice = [3, message([1, 'k'], [3, 'v'])] as const;
  const invalid: Record<string, [Oddity, string]> = {
    'an epoch': [{ channelHeader: [[6, 1n]] }, 'NOT_WELL_FORMED'],
    'a second channel id': [{ channelHeader: [[4, 'other']] }, 'DUPLICATE_FIELD'],
    'an unknown header field': [{ channelHeader: [[9, 1n]] }, 'UNKNOWN_FIELD'],
    'more nanoseconds than a second has': [{ nanos: 1_000_000_000n }, 'MALFORMED'],
    'a time before 1970': [{ seconds: (1n << 64n) - 1n }, 'MALFORMED'],
    'no nonce': [{ nonce: new Uint8Array() }, 'NOT_WELL_FORMED'],
    'two actions': [{ actions: 2 }, 'NOT_WELL_FORMED'],
    'no action': [{ actions: 0 }, 'NOT_WELL_FORMED'],
    'an action of another header': [
      { actionHeader: message([1, second.serialized], [2, 'n']) },
      'NOT_WELL_FORMED',
    ],
    'a configuration update': [{ type: 2n }, 'NOT_WELL_FORMED'],
    'a transient field': [{ spec: [[2, message([1, 'secret'])]] }, 'UNKNOWN_FIELD'],
    'an answer of another chaincode': [{ answered: 'other' }, 'WRONG_CHAINCODE'],
    'a header of another chaincode': [{ headed: 'other', answered: 'other' }, 'WRONG_CHAINCODE'],
    'no chaincode': [{ called: '' }, 'WRONG_CHAINCODE'],
    'a key written twice': [{ results: results(setOf(twice, twice)) }, 'NOT_WELL_FORMED'],
    'metadata of a key twice': [
      { results: results(setOf([4, message([1, 'k'])], [4, message([1, 'k'])])) },
      'NOT_WELL_FORMED',
    ],
    'a namespace twice': [{ results: results(setOf(twice), setOf(twice)) }, 'NOT_WELL_FORMED'],
    'another data model': [{ results: message([1, 1n]) }, 'NOT_WELL_FORMED'],
  };
  for (const [what, [odd, reason]] of Object.entries(invalid))
    it(`with ${what} is refused`, async () => {
      expect(await refusal(odd)).to.equal(reason);
    });

  const { payload } = prepared(creator, peers);
  const signature = creator.sign(payload);
  const misframed: Record<string, [Uint8Array, string]> = {
    'bytes behind it': [concat(message([1, payload], [2, signature]), message([7, 'x'])), 'TRAILING_BYTES'],
    'half a field behind it': [
      concat(message([1, payload], [2, signature]), Uint8Array.of(0x3a, 9)),
      'MALFORMED',
    ],
    'its parts the other way round': [message([2, signature], [1, payload]), 'NOT_WELL_FORMED'],
    'two payloads': [message([1, payload], [2, signature], [1, payload]), 'NOT_WELL_FORMED'],
    'no signature': [message([1, payload], [2, '']), 'NOT_WELL_FORMED'],
    'a number in place of a signature': [message([1, payload], [2, 5n]), 'NOT_WELL_FORMED'],
    'eight bare bytes in place of a signature': [
      concat(message([1, payload]), Uint8Array.of(0x11, 1, 2, 3, 4, 5, 6, 7, 8)),
      'MALFORMED',
    ],
    'nothing in it': [new Uint8Array(), 'NOT_WELL_FORMED'],
  };
  for (const [what, [envelope, reason]] of Object.entries(misframed))
    it(`with ${what} is refused`, async () => {
      expect(await reasonOf(() => readTransaction(envelope))).to.equal(reason);
    });

  it('with another id than the hash of nonce and creator is refused', async () => {
    expect(await reasonOf(async () => creatorOf(made({ txId: 'f'.repeat(64) })))).to.equal(
      'TRANSACTION_ID_DIFFERS',
    );
  });

  it('signed by another than its creator is refused', async () => {
    const forged = message([1, payload], [2, second.sign(payload)]);
    expect(await reasonOf(async () => creatorOf(readTransaction(forged)))).to.equal('SIGNATURE_INVALID');
  });

  it('whose answer is to another proposal is refused', async () => {
    const odd = made({ proposalHash: new Uint8Array(32) });
    expect(await reasonOf(async () => endorsersOf(odd))).to.equal('PROPOSAL_HASH_DIFFERS');
  });

  it('with the creator’s signature in place of an endorsement is refused', async () => {
    const odd: Oddity = { endorsements: () => [message([1, creator.serialized], [2, signature])] };
    expect(await reasonOf(async () => endorsersOf(made(odd)))).to.equal('SIGNATURE_INVALID');
  });

  it('with one endorsement that does not hold is refused, however many others do', async () => {
    const odd: Oddity = {
      endorsements: (response) => [
        endorse(first, response),
        message([1, second.serialized], [2, second.sign(response)]),
      ],
    };
    expect(await reasonOf(async () => endorsersOf(made(odd)))).to.equal('SIGNATURE_INVALID');
  });

  it('without endorsements is refused', async () => {
    expect(await reasonOf(async () => endorsersOf(made({ endorsements: () => [] })))).to.equal(
      'POLICY_NOT_SATISFIED',
    );
  });

  it('with a crowd of endorsements is refused before any is checked', async () => {
    const odd: Oddity = { endorsements: (response) => Array<Uint8Array>(300).fill(endorse(first, response)) };
    expect(await reasonOf(async () => endorsersOf(made(odd)))).to.equal('TOO_LARGE');
  });

  it('endorsed twice by one peer has one endorser', async () => {
    const odd: Oddity = { endorsements: (response) => [endorse(first, response), endorse(first, response)] };
    expect(await endorsersOf(made(odd))).to.have.length(1);
  });

  it('with any bit changed is refused', async () => {
    const envelope = transaction(creator, peers);
    const bits = fc.integer({ min: 0, max: envelope.length * 8 - 1 });
    await fc.assert(
      fc.asyncProperty(bits, async (bit) => {
        const changed = envelope.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const reason = await reasonOf(async () => {
          const read = readTransaction(changed);
          await creatorOf(read);
          await endorsersOf(read);
        });
        expect(reason).to.not.equal('nothing');
      }),
      { numRuns: times(300) },
    );
  });

  it('of no sense at all is refused, never a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await reasonOf(() => readTransaction(bytes))).to.not.equal('nothing');
        expect(kindOf(bytes)).to.equal('OTHER');
      }),
    );
  });
});
