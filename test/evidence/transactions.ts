import { randomBytes } from 'node:crypto';
import { millisOf, type Instant } from '@tallystick/chaincode/model';
import { endorse, message, sha256 } from '../../verifier/test/fabric-parties.js';
import type { Person } from './parties.js';

/** What somebody asks a chaincode to do. */
export interface Question {
  readonly channel: string;
  readonly chaincode: string;
  readonly args: readonly (string | Uint8Array)[];
  readonly creator: Person;
  readonly time: Instant;
  /** Instead of the hash of nonce and creator. */
  readonly txId?: string;
  /** How a client of its own make spells the parts of the proposal. */
  readonly spelling?: Spelling | undefined;
}

/** Another spelling of the same parts, which Fabric's parsers read alike. */
export type Spelling = Partial<
  Record<'channelHeader' | 'signatureHeader' | 'proposal', (bytes: Uint8Array) => Uint8Array>
>;

export interface ProposalBytes {
  readonly txId: string;
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly proposal: Uint8Array;
}

function timestamp(time: Instant): Uint8Array {
  const millis = millisOf(time);
  const nanos = BigInt(millis % 1000) * 1_000_000n;
  const seconds = [1, BigInt(Math.floor(millis / 1000))] as const;
  return nanos === 0n ? message(seconds) : message(seconds, [2, nanos]);
}

/** Spells a proposal as Fabric's clients do. */
export function propose({ channel, chaincode, args, creator, time, ...odd }: Question): ProposalBytes {
  const nonce = new Uint8Array(randomBytes(24));
  const txId = odd.txId ?? Buffer.from(sha256(nonce, creator.serialized)).toString('hex');
  const id = message([2, chaincode]);
  const channelHeader = message(
    [1, 3n],
    [3, timestamp(time)],
    [4, channel],
    [5, txId],
    [7, message([2, id])],
  );
  const input = message(...args.map((arg) => [1, arg] as const));
  const spec = message([1, 1n], [2, id], [3, input]);
  const { spelling = {} } = odd;
  const same = (bytes: Uint8Array): Uint8Array => bytes;
  return {
    txId,
    channelHeader: (spelling.channelHeader ?? same)(channelHeader),
    signatureHeader: (spelling.signatureHeader ?? same)(message([1, creator.serialized], [2, nonce])),
    proposal: (spelling.proposal ?? same)(message([1, message([1, spec])])),
  };
}

/** What came of a proposal. */
export interface Result {
  readonly payload: string | Uint8Array;
  /** rwset.TxReadWriteSet; empty for system chaincodes. */
  readonly results: Uint8Array;
  /** Payload of the event, where there is one. */
  readonly event?: string;
  readonly version: string;
}

function eventBytes(chaincode: string, txId: string, event: string): Uint8Array {
  return message([1, chaincode], [2, txId], [3, 'tallystick'], [4, event]);
}

/** peer.ProposalResponsePayload: what endorsers sign. */
export function respond(
  { channelHeader, signatureHeader, proposal, txId }: ProposalBytes,
  chaincode: string,
  { payload, results, event, version }: Result,
): Uint8Array {
  const action = message(
    ...(results.length === 0 ? [] : [[1, results] as const]),
    ...(event === undefined ? [] : [[2, eventBytes(chaincode, txId, event)] as const]),
    [3, message([1, 200n], [3, payload])],
    [4, message([2, chaincode], [3, version])],
  );
  return message([1, sha256(channelHeader, signatureHeader, proposal)], [2, action]);
}

/** common.Payload of a transaction, which its creator signs. */
export function payloadOf(
  { channelHeader, signatureHeader, proposal }: ProposalBytes,
  response: Uint8Array,
  endorsements: readonly Uint8Array[],
): Uint8Array {
  const endorsed = message([1, response], ...endorsements.map((each) => [2, each] as const));
  const action = message([1, signatureHeader], [2, message([1, proposal], [2, endorsed])]);
  return message([1, message([1, channelHeader], [2, signatureHeader])], [2, message([1, action])]);
}

/** A transaction as its creator submits it. */
export function envelopeOf(
  parts: ProposalBytes,
  response: Uint8Array,
  endorsers: readonly Person[],
  creator: Person,
): Uint8Array {
  return signedEnvelope(
    payloadOf(
      parts,
      response,
      endorsers.map((each) => endorse(each, response)),
    ),
    creator,
  );
}

export const signedEnvelope = (payload: Uint8Array, creator: Person): Uint8Array =>
  message([1, payload], [2, creator.sign(payload)]);
