import { expect } from 'chai';
import {
  answeredBlock,
  askerOf,
  checkAnswer,
  partsOfPrepared,
  processedTransaction,
  readAnswer,
  readChainInfo,
  type Answer,
} from '../src/fabric/answer.js';
import {
  configuration,
  message,
  party,
  plainSignatures,
  prepared,
  reasonOf,
  sha256,
  transaction,
  type Oddity,
} from './fabric-parties.js';

const asker = party('Org1MSP', 'client');
const first = party('Org1MSP', 'peer');
const second = party('Org2MSP', 'peer');
const config = configuration();
const envelope = transaction(asker, [first]);

function answer(odd: Oddity = {}, peers = [first, second]): Answer {
  const { payload } = prepared(asker, peers, odd);
  return readAnswer(partsOfPrepared(message([1, payload])));
}

const query = (odd: Oddity = {}): Answer =>
  answer({
    called: 'qscc',
    args: ['GetTransactionByID', 'ledger', 'the-id'],
    responsePayload: message([1, envelope]),
    ...odd,
  });

const signers = async (given: Answer) => checkAnswer(given, config, plainSignatures);

describe('An endorsed answer', () => {
  it('holds the transaction that was asked for, with its code and who says so', async () => {
    const given = query();
    expect((await signers(given)).map(({ mspId }) => mspId)).to.deep.equal(['Org1MSP', 'Org2MSP']);
    expect(processedTransaction(given)).to.deep.equal({ txId: 'the-id', envelope, code: 0 });
    expect((await askerOf(given, config))?.role).to.equal('client');
  });

  it('says the code of a transaction that is not valid', () => {
    const given = query({ responsePayload: message([1, envelope], [2, 11n]) });
    expect(processedTransaction(given).code).to.equal(11);
  });

  it('is taken from somebody whom nobody knows', async () => {
    const { payload } = prepared({ ...asker, serialized: message([1, 'NoMSP'], [2, 'x']) }, [first]);
    const given = readAnswer(partsOfPrepared(message([1, payload])));
    expect(await signers(given)).to.have.length(1);
    expect(await askerOf(given, config)).to.equal(undefined);
  });

  it('shows what the ledger’s own chaincode read', () => {
    const read = message([1, 'k'], [2, message([1, 4n], [2, 1n])]);
    const results = message([2, message([1, 'tiny'], [2, message([1, read])])]);
    const given = answer({ args: ['records:Get', '[]'], results });
    expect(given.function).to.equal('records:Get');
    expect(given.namespaces[0]?.reads).to.deep.equal([{ key: 'k', version: { block: 4n, index: 1 } }]);
  });

  const client = party('Org2MSP', 'client');
  const untrusted: [string, string, Answer][] = [
    ['of an organisation’s client', 'ROLE_MISSING', answer({}, [first, client])],
    [
      'of a peer of no such organisation',
      'UNKNOWN_ORGANISATION',
      answer({}, [first, party('Org3MSP', 'peer')]),
    ],
    ['of an orderer', 'UNKNOWN_ORGANISATION', answer({}, [party('Ord1MSP', 'orderer')])],
    ['of somebody without a role', 'ROLE_MISSING', answer({}, [party('Org1MSP')])],
    ['of nobody', 'POLICY_NOT_SATISFIED', answer({}, [])],
    ['to another question', 'PROPOSAL_HASH_DIFFERS', answer({ proposalHash: new Uint8Array(32) })],
    ['to a question with a made-up id', 'TRANSACTION_ID_DIFFERS', answer({ txId: 'a'.repeat(64) })],
  ];
  for (const [what, reason, given] of untrusted)
    it(`${what} is refused`, async () => {
      expect(await reasonOf(async () => signers(given))).to.equal(reason);
    });

  it('with another answer in it than was signed is refused', async () => {
    const { response, ...parts } = partsOfPrepared(message([1, prepared(asker, [first]).payload]));
    const at = response.length - 1;
    const changed = response.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const given = readAnswer({ ...parts, response: changed });
    expect(await reasonOf(async () => signers(given))).to.equal('SIGNATURE_INVALID');
  });

  it('by one peer twice has one signer', async () => {
    expect(await signers(answer({}, [first, first]))).to.have.length(1);
  });

  const other: [string, string, Oddity][] = [
    ['another chaincode', 'WRONG_CHAINCODE', { called: 'tiny' }],
    ['another function', 'NOT_WELL_FORMED', { args: ['GetBlockByTxID', 'ledger', 'the-id'] }],
    ['another channel', 'WRONG_CHANNEL', { args: ['GetTransactionByID', 'other', 'the-id'] }],
    ['one argument too many', 'NOT_WELL_FORMED', { args: ['GetTransactionByID', 'ledger', 'the-id', 'x'] }],
    ['a refusal', 'NOT_WELL_FORMED', { status: 404n }],
    ['a field more', 'UNKNOWN_FIELD', { responsePayload: message([1, envelope], [3, 1n]) }],
    ['its code twice', 'DUPLICATE_FIELD', { responsePayload: message([1, envelope], [2, 11n], [2, 0n]) }],
  ];
  for (const [what, reason, odd] of other)
    it(`with ${what} is no processed transaction`, async () => {
      expect(await reasonOf(() => processedTransaction(query(odd)))).to.equal(reason);
    });

  it('tells how long the ledger is', () => {
    const info = message([1, 9n], [2, sha256()], [3, sha256(sha256())]);
    const given = query({ args: ['GetChainInfo', 'ledger'], responsePayload: info });
    expect(readChainInfo(given)).to.deep.equal({
      height: 9n,
      currentBlockHash: sha256(),
      previousBlockHash: sha256(sha256()),
    });
  });

  it('holds the block that was asked for and no other', async () => {
    const responsePayload = message([1, message([1, 7n], [3, sha256()])], [2, message([1, envelope])]);
    const asked = (number: string): Answer =>
      query({ args: ['GetBlockByNumber', 'ledger', number], responsePayload });
    expect(answeredBlock(asked('7')).data).to.deep.equal([envelope]);
    expect(await reasonOf(() => answeredBlock(asked('8')))).to.equal('NOT_WELL_FORMED');
  });
});
