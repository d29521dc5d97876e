import { createHash, verify, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerDuplexStream,
} from '@grpc/grpc-js';
import { common, gateway, google, msp, orderer, peer } from '@hyperledger/fabric-protos';
import anys from 'google-protobuf/google/protobuf/any_pb.js';
import { curveOrder, isLowS } from '../../src/identities/index.js';
import { newFakeChain, type Commit, type FakeChain } from './fake-chain.js';
import { transactionOver } from './synthetic.js';

/** How a call is to fail: with a status, by never being answered, or by the death of the peer before or after it takes effect. */
export type Fault = 'hang' | 'dies' | 'dies after' | StatusFault;

export interface StatusFault {
  readonly code: status;
  readonly message: string;
  readonly details?: readonly { readonly mspId: string; readonly message: string }[];
  /** The call takes effect before it fails. */
  readonly isDone?: boolean;
}

export type Call = 'endorse' | 'submit' | 'commitStatus' | 'evaluate';

/** What was asked, opened and checked as a peer would. */
interface AskedProposal {
  readonly txId: string;
  readonly chaincode: string;
  readonly args: readonly string[];
  readonly transient: Readonly<Record<string, string>>;
  readonly organisations: readonly string[];
  readonly mspId: string;
}

/** A peer's Gateway and Deliver services over a chain in memory. Every valid submission becomes a block of its own. */
export interface FakePeer {
  readonly address: string;
  readonly chain: readonly common.Block[];
  /** Told of every call. */
  onCall: ((call: Call) => void) | undefined;
  readonly calls: Call[];
  /** Most unary calls that were open at once. */
  peak: number;
  /** Milliseconds every unary call takes. */
  latency: number;
  readonly asked: AskedProposal[];
  /** The next calls of this kind fail in this order. */
  fail(call: Call, ...faults: readonly Fault[]): void;
  /** Validation codes of the next submissions; VALID afterwards. */
  judge(...codes: readonly number[]): void;
  /** How many of the next submissions the orderer takes and then loses, as one of Raft whose leader dies. */
  losses: number;
  /** Records that `records:Get` finds. */
  readonly records: Map<string, string>;
  /** It answers every question about a chaincode itself: there is none. */
  isWithoutChaincode: boolean;
  /** Ends every stream of blocks. */
  dropStreams(): void;
  /** Changes a block before it is delivered. */
  tamper: ((block: common.Block) => common.Block) | undefined;
  /** Number of the highest block that it has committed; all when undefined. `catchUp` lets it go on. */
  committedUpTo: number | undefined;
  catchUp(): void;
  /** Digests of TLS certificates that were named when blocks were asked for, in hex. */
  readonly bindings: string[];
  appendBlock(envelopes: readonly Uint8Array[], flags: readonly number[]): void;
  close: () => void;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function serviceError(fault: StatusFault): { code: status; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (fault.details !== undefined) {
    const rich = new google.rpc.Status();
    rich.setCode(fault.code);
    rich.setMessage(fault.message);
    rich.setDetailsList(
      fault.details.map(({ mspId, message }) => {
        const detail = new gateway.ErrorDetail();
        detail.setMspId(mspId);
        detail.setMessage(message);
        const packed = new anys.Any();
        packed.pack(detail.serializeBinary(), 'gateway.ErrorDetail');
        return packed;
      }),
    );
    metadata.set('grpc-status-details-bin', Buffer.from(rich.serializeBinary()));
  }
  return { code: fault.code, details: fault.message, metadata };
}

function checkSignature(creator: Uint8Array, message: Uint8Array, signature: Uint8Array): string {
  const identity = msp.SerializedIdentity.deserializeBinary(creator);
  const key = new X509Certificate(Buffer.from(identity.getIdBytes_asU8())).publicKey;
  const order = curveOrder(key);
  const isGood = order !== undefined && isLowS(signature, order) && verify('sha256', message, key, signature);
  if (!isGood) throw new Error('bad signature');
  return identity.getMspid();
}

function invocationOf(payload: peer.ChaincodeProposalPayload): { chaincode: string; args: string[] } {
  const spec = peer.ChaincodeInvocationSpec.deserializeBinary(payload.getInput_asU8()).getChaincodeSpec();
  return {
    chaincode: spec?.getChaincodeId()?.getName() ?? '',
    args: spec?.getInput()?.getArgsList_asU8().map(textOf) ?? [],
  };
}

function openProposal(
  signed: peer.SignedProposal | undefined,
  organisations: readonly string[],
): AskedProposal {
  if (signed === undefined) throw new Error('no proposal');
  const bytes = signed.getProposalBytes_asU8();
  const proposal = peer.Proposal.deserializeBinary(bytes);
  const header = common.Header.deserializeBinary(proposal.getHeader_asU8());
  const channel = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
  const signature = common.SignatureHeader.deserializeBinary(header.getSignatureHeader_asU8());
  const creator = signature.getCreator_asU8();
  const mspId = checkSignature(creator, bytes, signed.getSignature_asU8());
  const txId = createHash('sha256').update(signature.getNonce_asU8()).update(creator).digest('hex');
  if (txId !== channel.getTxId()) throw new Error('bad transaction id');
  const payload = peer.ChaincodeProposalPayload.deserializeBinary(proposal.getPayload_asU8());
  const transient = payload.getTransientmapMap().toArray() as [string, Uint8Array][];
  return {
    txId,
    mspId,
    transient: Object.fromEntries(transient.map(([key, value]) => [key, textOf(value)])),
    organisations,
    ...invocationOf(payload),
  };
}

function txIdOf(envelope: common.Envelope): string {
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = payload.getHeader();
  const signature = common.SignatureHeader.deserializeBinary(
    header?.getSignatureHeader_asU8() ?? new Uint8Array(),
  );
  checkSignature(signature.getCreator_asU8(), envelope.getPayload_asU8(), envelope.getSignature_asU8());
  return common.ChannelHeader.deserializeBinary(
    header?.getChannelHeader_asU8() ?? new Uint8Array(),
  ).getTxId();
}

/** The key under which a peer's own height can be read as a record. */
export const HEIGHT = 'height';

function bindingOf(payload: common.Payload): string {
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  const hash = common.ChannelHeader.deserializeBinary(header).getTlsCertHash_asU8();
  return Buffer.from(hash).toString('hex');
}

type Deliver = ServerDuplexStream<common.Envelope, peer.DeliverResponse>;

export interface FakePeerOptions {
  /** Its own when absent. */
  readonly chain?: FakeChain;
  /** A free one when absent. */
  readonly port?: number;
  readonly credentials?: ServerCredentials;
}

/** Starts one on this machine. */
export async function startFakePeer({
  chain = newFakeChain(),
  port = 0,
  credentials = ServerCredentials.createInsecure(),
}: FakePeerOptions = {}): Promise<FakePeer> {
  const faults = new Map<Call, Fault[]>();
  const streams = new Set<Deliver>();
  let open = 0;

  const fake: FakePeer = {
    address: '',
    chain: chain.blocks,
    onCall: undefined,
    calls: [],
    peak: 0,
    latency: 0,
    asked: [],
    losses: 0,
    records: new Map(),
    isWithoutChaincode: false,
    tamper: undefined,
    committedUpTo: undefined,
    bindings: [],
    fail: (call, ...more) => void faults.set(call, [...(faults.get(call) ?? []), ...more]),
    judge: (...codes) => chain.judge(...codes),
    dropStreams() {
      for (const stream of streams) stream.end();
      streams.clear();
      chain.wake();
    },
    catchUp() {
      fake.committedUpTo = undefined;
      chain.wake();
    },
    appendBlock: (envelopes, flags) => chain.append(envelopes, flags),
    close() {
      streams.clear();
      server.forceShutdown();
      chain.wake();
    },
  };

  const height = (): number => Math.min(chain.blocks.length, (fake.committedUpTo ?? Infinity) + 1);

  /** Runs a unary call, or fails it as told. */
  function answer<T>(call: Call, callback: sendUnaryData<T>, work: () => T | Promise<T>): void {
    fake.calls.push(call);
    fake.onCall?.(call);
    open += 1;
    fake.peak = Math.max(fake.peak, open);
    const fault = faults.get(call)?.shift();
    if (fault === 'hang') return;
    if (fault === 'dies') {
      fake.close();
      return;
    }
    if (fault === 'dies after') return void Promise.resolve().then(work).finally(fake.close);
    const done: sendUnaryData<T> = (error, value) => {
      open -= 1;
      callback(error, value);
    };
    const reject = (error: unknown): void => {
      const { message, code = status.INVALID_ARGUMENT } = error as Error & { code?: status };
      done(serviceError({ code, message }), null);
    };
    if (fault === undefined) {
      delay(fake.latency)
        .then(work)
        .then((value) => done(null, value), reject);
      return;
    }
    const fail = (): void => done(serviceError(fault), null);
    if (fault.isDone === true) Promise.resolve().then(work).then(fail, reject);
    else fail();
  }

  function submit(envelope: common.Envelope): void {
    if (fake.losses > 0) {
      fake.losses -= 1;
      return;
    }
    const answer = chain.order(txIdOf(envelope), envelope.serializeBinary());
    if (answer !== 'taken') throw Object.assign(new Error(answer), { code: status.UNAVAILABLE });
  }

  function commitOf(txId: string): Commit | undefined {
    const found = chain.commits.get(txId);
    return found !== undefined && found.block < height() ? found : undefined;
  }

  async function committed(txId: string): Promise<Commit> {
    for (;;) {
      const found = commitOf(txId);
      if (found !== undefined) return found;
      await chain.changed();
    }
  }

  function evaluate({ chaincode, args }: AskedProposal): Uint8Array {
    if (chaincode === 'qscc' && args[0] === 'GetChainInfo') {
      const info = new common.BlockchainInfo();
      info.setHeight(height());
      return info.serializeBinary();
    }
    if (chaincode === 'qscc') {
      const found = commitOf(args[2] ?? '');
      if (found === undefined) throw new Error(`error no such transaction ID [${args[2] ?? ''}] in index`);
      const processed = new peer.ProcessedTransaction();
      processed.setTransactionenvelope(common.Envelope.deserializeBinary(found.envelope));
      processed.setValidationcode(found.code);
      return processed.serializeBinary();
    }
    const { key } = JSON.parse(args[1] ?? '') as { key: string };
    if (key === HEIGHT) return bytesOf(`{"record":{"height":${height()}}}`);
    return bytesOf(`{"record":${fake.records.get(key) ?? 'null'}}`);
  }

  async function deliver(stream: Deliver, envelope: common.Envelope): Promise<void> {
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const seek = orderer.SeekInfo.deserializeBinary(payload.getData_asU8());
    let next = seek.getStart()?.getSpecified()?.getNumber() ?? 0;
    fake.bindings.push(bindingOf(payload));
    while (streams.has(stream)) {
      const block = next < height() ? chain.blocks[next] : undefined;
      if (block === undefined) {
        await chain.changed();
        continue;
      }
      const response = new peer.DeliverResponse();
      response.setBlock(fake.tamper?.(common.Block.deserializeBinary(block.serializeBinary())) ?? block);
      stream.write(response);
      next += 1;
    }
  }

  const server = new Server();
  server.addService(gateway.GatewayService, {
    endorse: (call: { request: gateway.EndorseRequest }, callback: sendUnaryData<gateway.EndorseResponse>) =>
      answer('endorse', callback, () => {
        const asked = openProposal(
          call.request.getProposedTransaction(),
          call.request.getEndorsingOrganizationsList(),
        );
        fake.asked.push(asked);
        const response = new gateway.EndorseResponse();
        const bytes = call.request.getProposedTransaction()?.getProposalBytes_asU8() ?? new Uint8Array();
        const envelope = new common.Envelope();
        envelope.setPayload(transactionOver(bytes, `{"did":${JSON.stringify(asked.args[0])}}`));
        response.setPreparedTransaction(envelope);
        return response;
      }),
    submit: (call: { request: gateway.SubmitRequest }, callback: sendUnaryData<gateway.SubmitResponse>) =>
      answer('submit', callback, () => {
        submit(call.request.getPreparedTransaction() ?? new common.Envelope());
        return new gateway.SubmitResponse();
      }),
    commitStatus: (
      call: { request: gateway.SignedCommitStatusRequest },
      callback: sendUnaryData<gateway.CommitStatusResponse>,
    ) =>
      answer('commitStatus', callback, async () => {
        const bytes = call.request.getRequest_asU8();
        const request = gateway.CommitStatusRequest.deserializeBinary(bytes);
        checkSignature(request.getIdentity_asU8(), bytes, call.request.getSignature_asU8());
        const { code, block } = await committed(request.getTransactionId());
        const response = new gateway.CommitStatusResponse();
        response.setResult(code as never);
        response.setBlockNumber(block);
        return response;
      }),
    evaluate: () => undefined,
    chaincodeEvents: () => undefined,
  });
  server.addService(peer.EndorserService, {
    processProposal: (
      call: { request: peer.SignedProposal },
      callback: sendUnaryData<peer.ProposalResponse>,
    ) =>
      answer('evaluate', callback, () => {
        const asked = openProposal(call.request, []);
        fake.asked.push(asked);
        const result = new peer.Response();
        const response = new peer.ProposalResponse();
        response.setResponse(result);
        if (fake.isWithoutChaincode && asked.chaincode !== 'qscc') {
          result.setStatus(500);
          result.setMessage(`make sure the chaincode ${asked.chaincode} has been successfully defined`);
          return response;
        }
        result.setStatus(200);
        result.setPayload(evaluate(asked));
        return response;
      }),
  });
  const handleDeliver = (stream: Deliver): void => {
    streams.add(stream);
    stream.on('data', (envelope: common.Envelope) => void deliver(stream, envelope));
    stream.on('error', () => undefined);
    const gone = (): void => {
      streams.delete(stream);
      chain.wake();
    };
    stream.on('close', gone);
    stream.on('cancelled', gone);
    stream.on('end', gone);
  };
  server.addService(peer.DeliverService, {
    deliver: handleDeliver,
    deliverFiltered: () => undefined,
    deliverWithPrivateData: () => undefined,
  });
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, found) =>
      error === null ? resolve(found) : reject(error),
    ),
  );
  return Object.assign(fake, { address: `127.0.0.1:${bound}` });
}
