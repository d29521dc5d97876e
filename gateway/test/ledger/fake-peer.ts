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
import { syntheticBlock, transactionOver } from './synthetic.js';

/** How a call is to fail: with a status, or by never being answered. */
export type Fault = 'hang' | StatusFault;

export interface StatusFault {
  readonly code: status;
  readonly message: string;
  readonly details?: readonly { readonly mspId: string; readonly message: string }[];
  /** The call takes effect before it fails. */
  readonly isDone?: boolean;
}

export type Call = 'endorse' | 'submit' | 'commitStatus' | 'evaluate';

/** What was asked, opened and checked as a peer would. */
export interface AskedProposal {
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
  /** Records that `records:Get` finds. */
  readonly records: Map<string, string>;
  /** Ends every stream of blocks. */
  dropStreams(): void;
  /** Changes a block before it is delivered. */
  tamper: ((block: common.Block) => common.Block) | undefined;
  /** Number of the highest block that is delivered; all when undefined. */
  deliveredUpTo: number | undefined;
  appendBlock(envelopes: readonly Uint8Array[], flags: readonly number[]): void;
  close(): void;
}

interface Commit {
  readonly code: number;
  readonly block: number;
  readonly envelope: Uint8Array;
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

type Deliver = ServerDuplexStream<common.Envelope, peer.DeliverResponse>;

/** Starts one on a free port of this machine. */
export async function startFakePeer(): Promise<FakePeer> {
  const faults = new Map<Call, Fault[]>();
  const codes: number[] = [];
  const commits = new Map<string, Commit>();
  const chain: common.Block[] = [];
  const streams = new Set<Deliver>();
  const wakers = new Set<() => void>();
  let previousHash: Uint8Array = new Uint8Array();
  let open = 0;

  const fake: FakePeer = {
    address: '',
    chain,
    calls: [],
    peak: 0,
    latency: 0,
    asked: [],
    records: new Map(),
    tamper: undefined,
    deliveredUpTo: undefined,
    fail: (call, ...more) => void faults.set(call, [...(faults.get(call) ?? []), ...more]),
    judge: (...more) => void codes.push(...more),
    dropStreams() {
      for (const stream of streams) stream.end();
      streams.clear();
    },
    appendBlock(envelopes, flags) {
      const made = syntheticBlock(BigInt(chain.length), previousHash, envelopes, flags);
      previousHash = made.hash;
      chain.push(made.block);
      for (const wake of wakers) wake();
    },
    close: () => server.forceShutdown(),
  };

  /** Runs a unary call, or fails it as told. */
  function answer<T>(call: Call, callback: sendUnaryData<T>, work: () => T | Promise<T>): void {
    fake.calls.push(call);
    open += 1;
    fake.peak = Math.max(fake.peak, open);
    const fault = faults.get(call)?.shift();
    if (fault === 'hang') return;
    const done: sendUnaryData<T> = (error, value) => {
      open -= 1;
      callback(error, value);
    };
    const reject = (error: unknown): void =>
      done(serviceError({ code: status.INVALID_ARGUMENT, message: (error as Error).message }), null);
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
    const txId = txIdOf(envelope);
    const code = codes.shift() ?? 0;
    const bytes = envelope.serializeBinary();
    if (!commits.has(txId)) commits.set(txId, { code, block: chain.length, envelope: bytes });
    fake.appendBlock([bytes], [code]);
  }

  async function committed(txId: string): Promise<Commit> {
    for (;;) {
      const found = commits.get(txId);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => wakers.add(resolve));
    }
  }

  function evaluate({ chaincode, args }: AskedProposal): Uint8Array {
    if (chaincode === 'qscc') {
      const found = commits.get(args[2] ?? '');
      if (found === undefined) throw new Error(`error no such transaction ID [${args[2] ?? ''}] in index`);
      const processed = new peer.ProcessedTransaction();
      processed.setTransactionenvelope(common.Envelope.deserializeBinary(found.envelope));
      processed.setValidationcode(found.code);
      return processed.serializeBinary();
    }
    const { key } = JSON.parse(args[1] ?? '') as { key: string };
    return bytesOf(`{"record":${fake.records.get(key) ?? 'null'}}`);
  }

  async function deliver(stream: Deliver, envelope: common.Envelope): Promise<void> {
    const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
    const seek = orderer.SeekInfo.deserializeBinary(payload.getData_asU8());
    let next = seek.getStart()?.getSpecified()?.getNumber() ?? 0;
    while (streams.has(stream)) {
      const block = next <= (fake.deliveredUpTo ?? Infinity) ? chain[next] : undefined;
      if (block === undefined) {
        await new Promise<void>((resolve) => {
          wakers.add(resolve);
          stream.once('close', resolve);
          stream.once('cancelled', resolve);
        });
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
    evaluate: (
      call: { request: gateway.EvaluateRequest },
      callback: sendUnaryData<gateway.EvaluateResponse>,
    ) =>
      answer('evaluate', callback, () => {
        const asked = openProposal(
          call.request.getProposedTransaction(),
          call.request.getTargetOrganizationsList(),
        );
        fake.asked.push(asked);
        const result = new peer.Response();
        result.setPayload(evaluate(asked));
        const response = new gateway.EvaluateResponse();
        response.setResult(result);
        return response;
      }),
    chaincodeEvents: () => undefined,
  });
  const handleDeliver = (stream: Deliver): void => {
    streams.add(stream);
    stream.on('data', (envelope: common.Envelope) => void deliver(stream, envelope));
    stream.on('error', () => undefined);
    const gone = (): void => void streams.delete(stream);
    stream.on('close', gone);
    stream.on('cancelled', gone);
    stream.on('end', gone);
  };
  server.addService(peer.DeliverService, {
    deliver: handleDeliver,
    deliverFiltered: () => undefined,
    deliverWithPrivateData: () => undefined,
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return Object.assign(fake, { address: `127.0.0.1:${port}` });
}
