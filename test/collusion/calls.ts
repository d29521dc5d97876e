import { createHash, randomBytes } from 'node:crypto';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { peer as messages } from '@hyperledger/fabric-protos';
import type { EnrolledIdentity } from '../../gateway/src/identities/index.js';
import type { PeerAddress } from '../../gateway/src/ledger/connection.js';
import { odd, varint, type Oddness, type Tree } from '../../verifier/test/odd-protobuf.js';

/** Proposals and envelopes byte by byte, as no library makes them, to endorsers and to be ordered. */

const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const NOTHING = new Uint8Array();

/** A length-delimited field. */
export const bytes = (field: number, value: Uint8Array | string): Uint8Array => {
  const content = Buffer.from(value);
  return join(varint(BigInt(field * 8 + 2)), varint(BigInt(content.length)), content);
};

export const number = (field: number, value: number | bigint): Uint8Array =>
  join(varint(BigInt(field * 8)), varint(BigInt.asUintN(64, BigInt(value))));

/** google.protobuf.Timestamp, as the field of the channel header. */
export const timestamp = (seconds: number | bigint, nanos: number | bigint): Uint8Array =>
  bytes(3, join(number(1, seconds), number(2, nanos)));

/** A call as its submitter proposes it. What is `more` is put behind the rest of its message. */
export interface Call {
  readonly args: readonly (Uint8Array | string)[];
  /** Chaincode that the header names, and the one that the invocation names. */
  readonly named?: string;
  readonly called?: string;
  /** Field 3 of the channel header; now otherwise. */
  readonly time?: Uint8Array;
  readonly more?: Readonly<
    Partial<
      Record<'input' | 'spec' | 'invocation' | 'payload' | 'channelHeader' | 'id' | 'proposal', Uint8Array>
    >
  >;
  /** In front of the identity in the creator, and what becomes of its certificate. */
  readonly creatorPrefix?: Uint8Array;
  readonly certificate?: (pem: string) => Uint8Array | string;
  /** The envelope says that the prefix of the creator is the end of the nonce: both hash to the same transaction id. */
  readonly isShifted?: boolean;
  /** Every message of the proposal is spelled oddly, and what the envelope wraps around it. */
  readonly oddly?: Oddness;
  readonly oddlyWrapped?: Oddness;
}

const text = { kind: 'string' } as const;
const count = { kind: 'number' } as const;
const plain = { kind: 'bytes' } as const;
const ID: Tree = { 1: text, 2: text, 3: text };
const CHANNEL_HEADER: Tree = {
  1: count,
  3: { kind: 'whole', inside: { 1: count, 2: count } },
  4: text,
  5: text,
  7: { kind: 'bytes', inside: { 2: { kind: 'message', inside: ID } } },
};
const SIGNATURE_HEADER: Tree = { 1: plain, 2: plain };
const INVOCATION: Tree = {
  1: {
    kind: 'message',
    inside: {
      1: count,
      2: { kind: 'message', inside: ID },
      3: { kind: 'message', inside: { 1: { kind: 'list' } } },
    },
  },
};
const PAYLOAD: Tree = {
  1: { kind: 'message', inside: { 1: plain, 2: plain } },
  2: {
    kind: 'bytes',
    inside: {
      1: {
        kind: 'list',
        inside: {
          1: plain,
          2: {
            kind: 'bytes',
            inside: { 1: plain, 2: { kind: 'message', inside: { 1: plain, 2: { kind: 'list' } } } },
          },
        },
      },
    },
  },
};

/** What came of a call. */
export interface Called {
  readonly txId: string;
  /** Why nobody endorsed it; absent where it was sent to be ordered. */
  readonly refused?: string;
  /** Why it was not ordered, though endorsed. */
  readonly unordered?: string;
}

interface Signed {
  readonly txId: string;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  /** Of the envelope: the same identity, cut otherwise. */
  readonly outerHeader: Uint8Array;
  /** peer.ChaincodeProposalPayload without what no block may hold. */
  readonly recorded: Uint8Array;
  readonly proposal: Uint8Array;
}

const CHAINCODE = 'tallystick';
const ENDORSER_TRANSACTION = 3;
const PATIENCE_MS = 120_000;

const spelled = (message: Uint8Array, tree: Tree, how: Oddness | undefined): Uint8Array =>
  how === undefined ? message : odd(message, tree, how);

const now = (): Uint8Array => timestamp(Math.floor(Date.now() / 1000), (Date.now() % 1000) * 1_000_000);

/** Endorsers and an orderer, for one identity. */
export class Caller {
  readonly #identity: EnrolledIdentity;
  readonly #channel: string;
  readonly #endorsers: readonly Client[];

  /** @param peers of every member, the own one first */
  constructor(identity: EnrolledIdentity, channel: string, peers: readonly PeerAddress[]) {
    this.#identity = identity;
    this.#channel = channel;
    this.#endorsers = peers.map(clientOf);
  }

  close(): void {
    for (const each of this.#endorsers) each.close();
  }

  /** Proposed to every member's peer; ordered with the endorsements of those that agree to it. @throws Error when they disagree */
  async call(call: Call): Promise<Called> {
    const signed = this.#propose(call);
    const { txId, proposal } = signed;
    const request = join(bytes(1, proposal), bytes(2, this.#sign(proposal)));
    const answers: (Buffer | ServiceError)[] = [];
    // One after the other: members may share a chaincode process, which runs a transaction once at a time.
    for (const each of this.#endorsers)
      answers.push(await ask(each, '/protos.Endorser/ProcessProposal', request));
    const responses = answers.map((answer) =>
      answer instanceof Error ? answer.message : messages.ProposalResponse.deserializeBinary(answer),
    );
    const endorsed = responses
      .filter((each) => typeof each !== 'string')
      .filter((each) => each.hasEndorsement());
    if (endorsed.length === 0) return { txId, refused: responses.map(refusalIn).join(' | ') };
    if (new Set(endorsed.map((each) => each.getPayload_asB64())).size > 1)
      throw new Error('honest peers disagree');
    return this.#order(call, signed, endorsed);
  }

  async #order(call: Call, signed: Signed, endorsed: readonly messages.ProposalResponse[]): Promise<Called> {
    const { txId, channelHeader, signatureHeader, outerHeader, recorded } = signed;
    const endorsements = endorsed.map((each) => bytes(2, each.getEndorsement()!.serializeBinary()));
    const action = join(bytes(1, endorsed[0]!.getPayload_asU8()), ...endorsements);
    const transaction = bytes(
      1,
      join(bytes(1, signatureHeader), bytes(2, join(bytes(1, recorded), bytes(2, action)))),
    );
    const header = join(bytes(1, channelHeader), bytes(2, outerHeader));
    const payload = spelled(join(bytes(1, header), bytes(2, transaction)), PAYLOAD, call.oddlyWrapped);
    const envelope = join(bytes(1, payload), bytes(2, this.#sign(payload)));
    const request = join(bytes(1, txId), bytes(2, this.#channel), bytes(3, envelope));
    const answer = await ask(this.#endorsers[0]!, '/gateway.Gateway/Submit', request);
    return { txId, ...(answer instanceof Error && { unordered: answer.message }) };
  }

  #propose(call: Call): Signed {
    const { more = {}, creatorPrefix = NOTHING } = call;
    const { mspId, certificate } = this.#identity;
    const pem = Buffer.from(certificate).toString();
    const identity = join(bytes(1, mspId), bytes(2, call.certificate?.(pem) ?? pem));
    const creator = join(creatorPrefix, identity);
    const nonce = randomBytes(24);
    const txId = createHash('sha256').update(nonce).update(creator).digest('hex');
    const channelHeader = spelled(channelHeaderOf(call, this.#channel, txId), CHANNEL_HEADER, call.oddly);
    const signatureHeader = spelled(join(bytes(1, creator), bytes(2, nonce)), SIGNATURE_HEADER, call.oddly);
    const outerHeader = call.isShifted
      ? join(bytes(1, identity), bytes(2, join(nonce, creatorPrefix)))
      : signatureHeader;
    const recorded = bytes(1, spelled(invocationOf(call), INVOCATION, call.oddly));
    const header = join(bytes(1, channelHeader), bytes(2, signatureHeader));
    const payload = join(recorded, more.payload ?? NOTHING);
    const proposal = join(bytes(1, header), bytes(2, payload), more.proposal ?? NOTHING);
    return { txId, channelHeader, signatureHeader, outerHeader, recorded, proposal };
  }

  #sign(message: Uint8Array): Uint8Array {
    return this.#identity.sign(message);
  }
}

function channelHeaderOf(
  { named = CHAINCODE, time = now(), more = {} }: Call,
  channel: string,
  txId: string,
): Uint8Array {
  const id = join(bytes(2, named), more.id ?? NOTHING);
  return join(
    number(1, ENDORSER_TRANSACTION),
    time,
    bytes(4, channel),
    bytes(5, txId),
    bytes(7, bytes(2, id)),
    more.channelHeader ?? NOTHING,
  );
}

function invocationOf({ args, called = CHAINCODE, more = {} }: Call): Uint8Array {
  const input = join(...args.map((each) => bytes(1, each)), more.input ?? NOTHING);
  const spec = join(number(1, 2), bytes(2, bytes(2, called)), bytes(3, input), more.spec ?? NOTHING);
  return join(bytes(1, spec), more.invocation ?? NOTHING);
}

const refusalIn = (response: messages.ProposalResponse | string): string =>
  typeof response === 'string' ? response : (response.getResponse()?.getMessage() ?? 'no response');

function clientOf({ address, tlsRootCertificates, serverName }: PeerAddress): Client {
  if (tlsRootCertificates === undefined) return new Client(address, credentials.createInsecure());
  const options = serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName };
  return new Client(address, credentials.createSsl(Buffer.from(tlsRootCertificates)), options);
}

function ask(client: Client, method: string, request: Uint8Array): Promise<Buffer | ServiceError> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      method,
      (value: Uint8Array) => Buffer.from(value),
      (value: Buffer) => value,
      request,
      { deadline: Date.now() + PATIENCE_MS },
      (error: ServiceError | null, answer?: Buffer) => resolve(error ?? answer ?? Buffer.alloc(0)),
    );
  });
}
