import { once } from 'node:events';
import { expect } from 'chai';
import { credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { checkpointers } from '@hyperledger/fabric-gateway';
import { common, orderer, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { SINGLE_OPERATOR, type EmbeddedNode } from '../../src/embedded/index.js';
import { configOf, decodeBlock } from '../../src/wire/index.js';
import { blocksOf, checkChain } from './chain-check.js';
import {
  addressOf,
  CHANNEL,
  connectClient,
  createSpace,
  startQuiet,
  type Client,
  type Space,
} from './space.js';

const STATUS = common.Status;

function oldest(): orderer.SeekPosition {
  const position = new orderer.SeekPosition();
  position.setOldest(new orderer.SeekOldest());
  return position;
}

function newest(): orderer.SeekPosition {
  const position = new orderer.SeekPosition();
  position.setNewest(new orderer.SeekNewest());
  return position;
}

function at(number: number): orderer.SeekPosition {
  const specified = new orderer.SeekSpecified();
  specified.setNumber(number);
  const position = new orderer.SeekPosition();
  position.setSpecified(specified);
  return position;
}

interface SeekOptions {
  readonly isImpatient?: boolean;
  readonly isHeadersOnly?: boolean;
  readonly channel?: string;
  readonly shiftMs?: number;
  readonly isForged?: boolean;
}

async function seek(
  client: Client,
  start: orderer.SeekPosition | undefined,
  stop: orderer.SeekPosition | undefined,
  options: SeekOptions = {},
): Promise<common.Envelope> {
  const info = new orderer.SeekInfo();
  if (start) info.setStart(start);
  if (stop) info.setStop(stop);
  if (options.isImpatient) info.setBehavior(orderer.SeekInfo.SeekBehavior.FAIL_IF_NOT_READY);
  if (options.isHeadersOnly) info.setContentType(orderer.SeekInfo.SeekContentType.HEADER_WITH_SIG);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.DELIVER_SEEK_INFO);
  channelHeader.setChannelId(options.channel ?? CHANNEL);
  channelHeader.setTimestamp(timestamps.Timestamp.fromDate(new Date(Date.now() + (options.shiftMs ?? 0))));
  const signatureHeader = new common.SignatureHeader();
  signatureHeader.setCreator(client.creator());
  signatureHeader.setNonce(Buffer.from('nonce'));
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(signatureHeader.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(info.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  const signed = options.isForged === true ? Buffer.from('other') : envelope.getPayload_asU8();
  envelope.setSignature(await client.signMessage(signed));
  return envelope;
}

type Stream = ClientDuplexStream<common.Envelope, peer.DeliverResponse>;

describe('embedded node: deliver', () => {
  let space: Space;
  let node: EmbeddedNode;
  let client: Client;
  let deliver: peer.DeliverClient;

  before(async () => {
    space = await createSpace();
    node = await startQuiet(space.config());
    const address = addressOf(node, 'Org2MSP');
    client = await connectClient(space, address, 'Org2MSP');
    deliver = new peer.DeliverClient(address, credentials.createInsecure());
    for (const i of [1, 2, 3]) await client.tiny.submitTransaction('put', `k${i}`, 'v');
  });

  after(async () => {
    deliver.close();
    client.close();
    await node.stop();
    await space.remove();
  });

  /** Sends one seek and reads up to its status. */
  async function answersTo(envelope: common.Envelope): Promise<{ blocks: common.Block[]; status: number }> {
    const stream: Stream = deliver.deliver();
    const blocks: common.Block[] = [];
    stream.write(envelope);
    for await (const response of stream as AsyncIterable<peer.DeliverResponse>) {
      if (!response.hasBlock()) {
        stream.end();
        return { blocks, status: response.getStatus() };
      }
      blocks.push(response.getBlock()!);
    }
    throw new Error('the stream ended without a status');
  }

  const numbers = (blocks: readonly common.Block[]): number[] =>
    blocks.map((block) => block.getHeader()!.getNumber());

  it('delivers a range, from the oldest to the newest, and one block', async () => {
    const last = node.height - 1;
    const all = await answersTo(await seek(client, oldest(), newest()));
    expect(all.status).equals(STATUS.SUCCESS);
    expect(numbers(all.blocks)).deep.equals([...Array(node.height).keys()]);
    expect(numbers((await answersTo(await seek(client, at(1), at(2)))).blocks)).deep.equals([1, 2]);
    expect(numbers((await answersTo(await seek(client, newest(), newest()))).blocks)).deep.equals([last]);
    expect(numbers((await answersTo(await seek(client, oldest(), oldest()))).blocks)).deep.equals([0]);
  });

  it('serves several requests on one stream', async () => {
    const stream: Stream = deliver.deliver();
    const statuses: number[] = [];
    const blocks: number[] = [];
    stream.on('data', (response: peer.DeliverResponse) => {
      if (response.hasBlock()) blocks.push(response.getBlock()!.getHeader()!.getNumber());
      else statuses.push(response.getStatus());
    });
    stream.write(await seek(client, at(0), at(0)));
    stream.write(await seek(client, at(2), at(2)));
    stream.end();
    await once(stream, 'end');
    expect(blocks).deep.equals([0, 2]);
    expect(statuses).deep.equals([STATUS.SUCCESS, STATUS.SUCCESS]);
  });

  it('fails where it is asked not to wait, and waits where it is not', async () => {
    const next = node.height;
    const impatient = await answersTo(await seek(client, at(next), at(next), { isImpatient: true }));
    expect(impatient.status).equals(STATUS.NOT_FOUND);
    const waiting = answersTo(await seek(client, at(next), at(next)));
    await client.tiny.submitTransaction('put', 'waited-for', 'v');
    expect(numbers((await waiting).blocks)).deep.equals([next]);
  });

  it('delivers headers and metadata without data, but configuration blocks whole', async () => {
    const { blocks } = await answersTo(await seek(client, at(0), at(1), { isHeadersOnly: true }));
    expect(blocks.map((block) => block.getData()?.getDataList().length ?? 0)).deep.equals([1, 0]);
    expect(blocks[1]!.getMetadata()!.getMetadataList()).to.have.length(5);
  });

  for (const [what, status, make] of [
    ['another channel', STATUS.NOT_FOUND, () => seek(client, oldest(), newest(), { channel: 'other' })],
    ['a start beyond the end', STATUS.NOT_FOUND, () => seek(client, at(1_000_000), at(1_000_001))],
    ['a stop before the start', STATUS.BAD_REQUEST, () => seek(client, at(2), at(1))],
    ['a missing start', STATUS.BAD_REQUEST, () => seek(client, undefined, newest())],
    ['a missing stop', STATUS.BAD_REQUEST, () => seek(client, oldest(), undefined)],
    [
      'an old time stamp',
      STATUS.BAD_REQUEST,
      () => seek(client, oldest(), newest(), { shiftMs: -16 * 60_000 }),
    ],
    ['a wrong signature', STATUS.FORBIDDEN, () => seek(client, oldest(), newest(), { isForged: true })],
    ['no headers', STATUS.BAD_REQUEST, () => Promise.resolve(new common.Envelope())],
  ] as const)
    it(`refuses ${what}`, async () => {
      const answered = await answersTo(await make());
      expect(answered).deep.equals({ blocks: [], status });
    });

  it('replays and follows with the library, from a checkpoint', async () => {
    const seen: number[] = [];
    const checkpointer = checkpointers.inMemory();
    const events = await client.network.getBlockEvents({ startBlock: 0n });
    const target = node.height + 3;
    const following = (async () => {
      for await (const block of events) {
        const number = block.getHeader()!.getNumber();
        seen.push(number);
        await checkpointer.checkpointBlock(BigInt(number));
        if (number === target - 1) break;
      }
    })();
    while (node.height < target) await client.tiny.submitTransaction('put', 'followed', String(node.height));
    await following;
    events.close();
    expect(seen).deep.equals([...Array(target).keys()]);
    const resumed = await client.network.getBlockEvents({ checkpoint: checkpointer });
    await client.tiny.submitTransaction('put', 'resumed', 'v');
    for await (const block of resumed) {
      expect(block.getHeader()!.getNumber()).equals(target);
      break;
    }
    resumed.close();
  });

  it('delivers a chain that verifies from its genesis: hashes, signatures, flags, commit hash', async () => {
    const transaction = await client.tiny
      .newProposal('put', { arguments: ['bad', '1'], endorsingOrganizations: ['Org1MSP'] })
      .endorse();
    await (await transaction.submit()).getStatus();
    const blocks = await blocksOf(client, node.height);
    await checkChain(blocks, node.genesisHash);
    expect(decodeBlock(blocks.at(-1)!).flags[0]).equals(peer.TxValidationCode.ENDORSEMENT_POLICY_FAILURE);
  });

  it('says in its genesis block that one operator runs it', async () => {
    const { blocks } = await answersTo(await seek(client, oldest(), oldest()));
    const config = configOf(decodeBlock(blocks[0]!.serializeBinary()).envelopes)!;
    const ordering = config.getChannelGroup()!.getGroupsMap().get('Orderer')!;
    const value = ordering.getValuesMap().get('ConsensusType')!.getValue_asU8();
    expect(orderer.ConsensusType.deserializeBinary(value).getType()).equals(SINGLE_OPERATOR);
  });
});
