import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { peer } from '@hyperledger/fabric-protos';
import {
  newChaincodeStream,
  type ChaincodeDuplex,
  type ChaincodeStream,
  type Invocation,
} from '../../src/embedded/chaincode-stream.js';

const TYPE = peer.ChaincodeMessage.Type;
type Message = peer.ChaincodeMessage;
type MessageType = Parameters<Message['setType']>[0];

function message(
  type: MessageType,
  payload: Uint8Array = new Uint8Array(),
  txId = '',
  channelId = 'ledger',
): Message {
  const made = new peer.ChaincodeMessage();
  made.setType(type);
  made.setPayload(payload);
  made.setTxid(txId);
  made.setChannelId(channelId);
  return made;
}

/** The chaincode's end of a stream, in the hands of a test. */
class FakeChaincode extends Duplex {
  readonly received: Message[] = [];
  isCancelled = false;

  constructor() {
    super({ objectMode: true });
  }

  override _read(): void {
    // Messages are pushed by the test.
  }

  override _write(sent: Message, _encoding: string, done: () => void): void {
    this.received.push(sent);
    done();
  }

  cancel(): void {
    this.isCancelled = true;
  }

  async last(): Promise<Message> {
    await delay(1);
    return this.received.at(-1)!;
  }
}

function connected(): { fake: FakeChaincode; stream: ChaincodeStream } {
  const fake = new FakeChaincode();
  return { fake, stream: newChaincodeStream(fake as unknown as ChaincodeDuplex) };
}

function register(name = 'tiny_1.0:abc'): Message {
  const id = new peer.ChaincodeID();
  id.setName(name);
  return message(TYPE.REGISTER, id.serializeBinary());
}

async function registered(): Promise<{ fake: FakeChaincode; stream: ChaincodeStream }> {
  const pair = connected();
  pair.fake.push(register());
  await pair.stream.ready;
  return pair;
}

function invocation(txId = 'tx', state = new Map<string, string>()): Invocation {
  return {
    txId,
    channelId: 'ledger',
    input: Buffer.from('input'),
    proposal: new peer.SignedProposal(),
    state: {
      get: (key) => (state.has(key) ? Buffer.from(state.get(key)!) : undefined),
      put: (key, value) => void state.set(key, Buffer.from(value).toString()),
      delete: (key) => void state.delete(key),
    },
  };
}

function completed(txId: string, payload: string): Message {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(Buffer.from(payload));
  return message(TYPE.COMPLETED, response.serializeBinary(), txId);
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'resolved',
    (error: unknown) => (error as Error).message,
  );
}

describe('embedded node: chaincode protocol', () => {
  it('registers, and offers the batch messages', async () => {
    const { fake, stream } = connected();
    fake.push(register('name'));
    expect(await stream.ready).equals('name');
    await delay(1);
    expect(fake.received.map((each) => each.getType())).deep.equals([TYPE.REGISTERED, TYPE.READY]);
    const offered = peer.ChaincodeAdditionalParams.deserializeBinary(fake.received[1]!.getPayload_asU8());
    expect([offered.getUseWriteBatch(), offered.getUseGetMultipleKeys()]).deep.equals([true, true]);
  });

  it('runs transactions side by side and tells them apart', async () => {
    const { fake, stream } = await registered();
    const [one, two] = [stream.execute(invocation('one'), 1000), stream.execute(invocation('two'), 1000)];
    fake.push(completed('two', '2'));
    fake.push(completed('one', '1'));
    const payloads = (await Promise.all([one, two])).map(({ response }) =>
      Buffer.from(response.getPayload_asU8()),
    );
    expect(payloads.map(String)).deep.equals(['1', '2']);
  });

  it('answers requests of a running transaction only', async () => {
    const { fake, stream } = await registered();
    const request = new peer.GetState();
    request.setKey('k');
    const ask = (txId: string, channelId = 'ledger'): void =>
      void fake.push(message(TYPE.GET_STATE, request.serializeBinary(), txId, channelId));
    const running = stream.execute(invocation('tx', new Map([['k', 'v']])), 1000);
    ask('tx');
    expect(Buffer.from((await fake.last()).getPayload_asU8()).toString()).equals('v');
    for (const [txId, channel] of [
      ['other', 'ledger'],
      ['tx', 'other'],
    ] as const) {
      ask(txId, channel);
      const answer = await fake.last();
      expect([answer.getType(), Buffer.from(answer.getPayload_asU8()).toString()]).deep.equals([
        TYPE.ERROR,
        `GET_STATE failed: transaction ID: ${txId}: no ledger context`,
      ]);
      expect([answer.getTxid(), answer.getChannelId()]).deep.equals([txId, channel]);
    }
    fake.push(completed('tx', ''));
    await running;
    ask('tx');
    expect((await fake.last()).getType()).equals(TYPE.ERROR);
  });

  it('gives up in time, and takes a late answer for nothing', async () => {
    const { fake, stream } = await registered();
    expect(await reasonOf(stream.execute(invocation('slow'), 10))).equals(
      'failed to execute transaction slow: error sending: timeout expired while executing transaction',
    );
    fake.push(completed('slow', 'late'));
    const next = stream.execute(invocation('next'), 1000);
    fake.push(completed('next', 'in time'));
    expect((await next).response.getStatus()).equals(200);
  });

  it('refuses a transaction that is running already', async () => {
    const { stream } = await registered();
    const first = reasonOf(stream.execute(invocation('same'), 20));
    expect(await reasonOf(stream.execute(invocation('same'), 20))).contains('txid: same(ledger) exists');
    expect(await first).contains('timeout expired');
  });

  it("passes on the chaincode's own failure", async () => {
    const { fake, stream } = await registered();
    const failing = reasonOf(stream.execute(invocation('tx'), 1000));
    fake.push(message(TYPE.ERROR, Buffer.from('it broke'), 'tx'));
    expect(await failing).equals('transaction returned with failure: it broke');
  });

  it('ignores keep-alives', async () => {
    const { fake, stream } = connected();
    fake.push(message(TYPE.KEEPALIVE));
    fake.push(register());
    await stream.ready;
    fake.push(message(TYPE.KEEPALIVE));
    await delay(1);
    expect(fake.isCancelled).equals(false);
  });

  const breaches: readonly [string, Message][] = [
    ['a request before it registers', message(TYPE.GET_STATE)],
    ['a registration that is none', message(TYPE.REGISTER, Buffer.from([0x0a, 0x05]))],
  ];
  for (const [what, breach] of breaches)
    it(`ends the stream on ${what}`, async () => {
      const { fake, stream } = connected();
      fake.push(breach);
      await stream.closed;
      expect(fake.isCancelled).equals(true);
      expect(await reasonOf(stream.ready)).not.equals('resolved');
    });

  it('ends the stream, and every transaction on it, on an unknown message, a malformed answer or the end', async () => {
    for (const breach of [
      message(TYPE.READY),
      message(TYPE.COMPLETED, Buffer.from([0x0a, 0x05]), 'tx'),
      null,
    ]) {
      const { fake, stream } = await registered();
      const running = reasonOf(stream.execute(invocation('tx'), 1000));
      fake.push(breach);
      await stream.closed;
      expect(await running).contains('chaincode stream terminated');
      expect(await reasonOf(stream.execute(invocation('next'), 1000))).contains(
        'chaincode stream terminated',
      );
    }
  });
});
