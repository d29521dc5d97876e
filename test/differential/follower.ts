import { createHash } from 'node:crypto';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import { channelOf } from './client.js';
import type { PeerAccess, SigningIdentity } from './ledger.js';

/** An envelope in a block. */
export interface Placed {
  readonly block: number;
  readonly index: number;
  /** TxValidationCode. */
  readonly code: number;
  readonly envelope: Uint8Array;
}

/** Reads all blocks of one peer, from the first, as they come. */
export interface Follower {
  readonly height: number;
  /** Every occurrence of the envelope in a block. @param digest see `envelopeDigest` */
  occurrences(digest: string): readonly Placed[];
  /** Digests of the envelopes and their validation codes in one block. */
  block(number: number): readonly (readonly [digest: string, code: number])[] | undefined;
  /** Resolves after the next block, or after some time without one. */
  next(patienceMs: number): Promise<void>;
  stop(): void;
}

export const envelopeDigest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const FILTER = common.BlockMetadataIndex.TRANSACTIONS_FILTER;

class PeerFollower implements Follower {
  readonly #blocks: (readonly (readonly [string, number])[])[] = [];
  readonly #placed = new Map<string, Placed[]>();
  readonly #close: () => void;
  #failure: unknown;
  #waiting: (() => void)[] = [];

  constructor(events: CloseableAsyncIterable<common.Block>, close: () => void) {
    this.#close = close;
    void this.#follow(events).catch((cause: unknown) => {
      this.#failure = cause;
      this.#wake();
    });
  }

  get height(): number {
    return this.#blocks.length;
  }

  async #follow(events: CloseableAsyncIterable<common.Block>): Promise<void> {
    for await (const block of events) this.#take(block);
    this.#failure = new Error('the stream of blocks ended');
    this.#wake();
  }

  #take(block: common.Block): void {
    const number = block.getHeader()?.getNumber() ?? 0;
    const filter = block.getMetadata()?.getMetadataList_asU8()[FILTER] ?? new Uint8Array();
    const envelopes = block.getData()?.getDataList_asU8() ?? [];
    const codes = envelopes.map((envelope, index) => {
      const digest = envelopeDigest(envelope);
      const code = filter[index] ?? 255;
      const known = this.#placed.get(digest) ?? [];
      this.#placed.set(digest, [...known, { block: number, index, code, envelope }]);
      return [digest, code] as const;
    });
    this.#blocks.push(codes);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  occurrences(digest: string): readonly Placed[] {
    return this.#placed.get(digest) ?? [];
  }

  block(number: number): readonly (readonly [string, number])[] | undefined {
    return this.#blocks[number];
  }

  async next(patienceMs: number): Promise<void> {
    if (this.#failure === undefined)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patienceMs);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    if (this.#failure !== undefined) throw new Error('no more blocks', { cause: this.#failure });
  }

  stop(): void {
    this.#close();
  }
}

/** Follows a peer from block 0, through fabric-gateway, as a member of the peer's organisation. */
export async function followPeer(
  access: PeerAccess,
  channel: string,
  { mspId, certificate, privateKey }: SigningIdentity,
): Promise<Follower> {
  const { address, credentials, options } = channelOf(access);
  const client = new grpc.Client(address, credentials, options);
  const gateway = connect({
    client,
    identity: { mspId, credentials: Buffer.from(certificate) },
    signer: signers.newPrivateKeySigner(privateKey),
    hash: hash.sha256,
  });
  const events = await gateway.getNetwork(channel).getBlockEvents({ startBlock: 0n });
  return new PeerFollower(events, () => {
    events.close();
    gateway.close();
    client.close();
  });
}
