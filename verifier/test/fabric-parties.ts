import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Signatures } from '../src/crypto/signature.js';
import { headerBytes, type Block, type BlockHeader } from '../src/fabric/block.js';
import type { ChannelConfig, Identity, NodeRole, Ordering } from '../src/fabric/identity.js';
import { Rejection } from '../src/rejection.js';

type FieldValue = Uint8Array | string | bigint;

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

/** A protobuf message, spelled field by field, so that a test can also spell one wrongly. */
export function message(...fields: (readonly [number, FieldValue])[]): Uint8Array {
  const parts = fields.map(([number, value]) => {
    if (typeof value === 'bigint') return Uint8Array.from([number << 3, ...varint(value)]);
    const bytes = Buffer.from(value);
    return Buffer.concat([Uint8Array.from([(number << 3) | 2, ...varint(BigInt(bytes.length))]), bytes]);
  });
  return new Uint8Array(Buffer.concat(parts));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(concat(...parts))
      .digest(),
  );
}

/** Somebody who signs. Their "certificate" is a bare public key: what stands between is tested elsewhere. */
export interface Party {
  readonly mspId: string;
  readonly role: NodeRole | undefined;
  readonly serialized: Uint8Array;
  readonly pem: string;
  readonly sign: (...parts: readonly Uint8Array[]) => Uint8Array;
}

const known = new Map<string, Identity>();

export function party(mspId: string, role?: NodeRole): Party {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  const fingerprint = Buffer.from(sha256(spki)).toString('hex');
  const serialized = message([1, mspId], [2, pem]);
  const certificate = { fingerprint, key: { spki, kind: 'ec-p256' } } as Identity['certificate'];
  known.set(Buffer.from(serialized).toString('hex'), { mspId, role, certificate });
  return {
    mspId,
    role,
    serialized,
    pem,
    sign: (...parts) => new Uint8Array(sign('sha256', concat(...parts), privateKey)),
  };
}

const verifyPlainly: Signatures['verify'] = async ({ key }, signed, signature) => {
  const publicKey = createPublicKey({ key: Buffer.from(key.spki), type: 'spki', format: 'der' });
  if (!verify('sha256', signed, publicKey, signature)) throw new Rejection('SIGNATURE_INVALID');
  return Promise.resolve();
};

/** Signatures by Node's own cryptography. */
export const plainSignatures: Signatures = {
  assertKey: async () => Promise.resolve(),
  verify: verifyPlainly,
  verifyCommitted: verifyPlainly,
  verifyIssued: async () => Promise.reject(new Rejection('CHAIN_BROKEN')),
};

/** A configuration that knows the parties above, of organisations Org1MSP and Org2MSP and of orderers Ord1MSP to Ord9MSP. */
export function configuration(ordering: Ordering = { kind: 'RAFT', consenters: 3 }): ChannelConfig {
  return {
    sequence: 0n,
    ordering,
    organisations: ['Org1MSP', 'Org2MSP'],
    orderers: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `Ord${number}MSP`),
    identify: async (serialized) => {
      const identity = known.get(Buffer.from(serialized).toString('hex'));
      if (!identity) throw new Rejection('UNKNOWN_ORGANISATION');
      return Promise.resolve(identity);
    },
    identifyIn: async () => Promise.reject(new Rejection('UNKNOWN_ORGANISATION')),
    rootsOf: () => undefined,
    policy: (path) => {
      if (path !== '/Channel/Application/Endorsement') throw new Rejection('POLICY_UNKNOWN');
      return { isSatisfiedBy: (identities) => identities.length > 1 };
    },
  };
}

/** What a made transaction may differ in from a good one. */
export interface Oddity {
  readonly channelHeader?: readonly (readonly [number, FieldValue])[];
  readonly type?: bigint;
  readonly nonce?: Uint8Array;
  readonly seconds?: bigint;
  readonly nanos?: bigint;
  readonly txId?: string;
  /** The chaincode, where the header names it and the call does not. */
  readonly headed?: string;
  readonly called?: string;
  readonly answered?: string;
  readonly spec?: readonly (readonly [number, FieldValue])[];
  readonly results?: Uint8Array;
  readonly status?: bigint;
  /** Of the chaincode's response. */
  readonly responsePayload?: Uint8Array;
  readonly args?: readonly (string | Uint8Array)[];
  readonly proposalHash?: Uint8Array;
  readonly actionHeader?: Uint8Array;
  readonly actions?: number;
  readonly endorsements?: (response: Uint8Array) => readonly Uint8Array[];
}

/** An endorsement as a peer makes it. */
export function endorse({ serialized, sign: signed }: Party, response: Uint8Array): Uint8Array {
  return message([1, serialized], [2, signed(response, serialized)]);
}

type Fields = readonly (readonly [number, FieldValue])[];

function channelHeaderOf(txId: string, odd: Whole): Uint8Array {
  return message(
    [1, odd.type],
    [3, message([1, odd.seconds ?? 1_700_000_000n], [2, odd.nanos ?? 123_456_789n])],
    [4, 'ledger'],
    [5, txId],
    [7, message([2, message([2, odd.headed ?? odd.called])])],
    ...odd.channelHeader,
  );
}

function proposalOf(called: string, args: readonly (string | Uint8Array)[], more: Fields): Uint8Array {
  const input = message(...args.map((arg) => [1, arg] as const));
  const spec = message([1, 1n], [2, message([2, called])], [3, input]);
  return message([1, message([1, spec])], ...more);
}

const NOTHING_ODD = {
  type: 3n,
  channelHeader: [],
  spec: [],
  called: 'tiny',
  args: ['Put', 'k', 'v'],
  results: new Uint8Array(),
  status: 200n,
  actions: 1,
};

type Whole = typeof NOTHING_ODD & Oddity;

function responseOf(hash: Uint8Array, odd: Whole): Uint8Array {
  const action = message(
    [1, odd.results],
    [3, message([1, odd.status], [3, odd.responsePayload ?? 'ok'])],
    [4, message([2, odd.answered ?? odd.called], [3, '1'])],
  );
  return message([1, odd.proposalHash ?? hash], [2, action]);
}

/** The parts that a transaction is made of, before its creator signs the payload. */
export interface Prepared {
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly proposal: Uint8Array;
  readonly response: Uint8Array;
  readonly payload: Uint8Array;
}

function payloadOf(
  parts: Omit<Prepared, 'payload'>,
  endorsements: readonly Uint8Array[],
  odd: Whole,
): Uint8Array {
  const { channelHeader, signatureHeader, proposal, response } = parts;
  const endorsed = message([1, response], ...endorsements.map((each) => [2, each] as const));
  const one = message([1, odd.actionHeader ?? signatureHeader], [2, message([1, proposal], [2, endorsed])]);
  const data = message(...Array.from({ length: odd.actions }, () => [1, one] as const));
  return message([1, message([1, channelHeader], [2, signatureHeader])], [2, data]);
}

/** A transaction of the chaincode `tiny` on `ledger`, without its outer signature, in all its parts. */
export function prepared(creator: Party, peers: readonly Party[], oddity: Oddity = {}): Prepared {
  const odd = { ...NOTHING_ODD, ...oddity } as Whole;
  const nonce = odd.nonce ?? new Uint8Array(24).fill(7);
  const signatureHeader = message([1, creator.serialized], [2, nonce]);
  const txId = odd.txId ?? Buffer.from(sha256(nonce, creator.serialized)).toString('hex');
  const channelHeader = channelHeaderOf(txId, odd);
  const proposal = proposalOf(odd.called, odd.args, odd.spec);
  const response = responseOf(sha256(channelHeader, signatureHeader, proposal), odd);
  const endorsements = odd.endorsements?.(response) ?? peers.map((peer) => endorse(peer, response));
  const parts = { channelHeader, signatureHeader, proposal, response };
  return { ...parts, payload: payloadOf(parts, endorsements, odd) };
}

/** The same, signed by its creator. */
export function transaction(creator: Party, peers: readonly Party[], odd: Oddity = {}): Uint8Array {
  const { payload } = prepared(creator, peers, odd);
  return message([1, payload], [2, creator.sign(payload)]);
}

export function blockOf(
  number: bigint,
  data: readonly Uint8Array[],
  metadata: readonly Uint8Array[] = [],
): Block {
  return { number, previousHash: sha256(), dataHash: sha256(...data), data, metadata };
}

/** Signatures of a block as Raft orderers make them. */
export function raftSignatures(
  header: BlockHeader,
  lastConfig: bigint,
  orderers: readonly Party[],
): Uint8Array {
  const value = message([1, lastConfig === 0n ? message() : message([1, lastConfig])]);
  const signatures = orderers.map((orderer) => {
    const signatureHeader = message([1, orderer.serialized], [2, new Uint8Array(24)]);
    const signature = orderer.sign(value, signatureHeader, headerBytes(header));
    return [2, message([1, signatureHeader], [2, signature])] as const;
  });
  return message([1, value], ...signatures);
}

/** Signatures of a block as BFT consenters make them, by number. */
export function bftSignatures(
  header: BlockHeader,
  lastConfig: bigint,
  consenters: readonly (readonly [number, Party])[],
): Uint8Array {
  const value = message([1, message([1, lastConfig])], [2, message([1, 1n])]);
  const signatures = consenters.map(([id, orderer]) => {
    const identifier = message([1, BigInt(id)], [2, new Uint8Array(24)]);
    return [2, message([2, orderer.sign(value, identifier, headerBytes(header))], [3, identifier])] as const;
  });
  return message([1, value], ...signatures);
}

/** The reason that something is refused for; fails when it is not refused. */
export async function reasonOf(check: () => unknown): Promise<string> {
  try {
    await check();
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
  return 'nothing';
}
