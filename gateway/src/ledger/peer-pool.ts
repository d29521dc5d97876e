import type { Gateway } from '@hyperledger/fabric-gateway';
import type { EnrolledIdentity } from '../identities/index.js';
import { newPeer, type Peer, type PeerAddress } from './connection.js';
import { isOutOfReach, isPeerAtFault } from './fabric-failure.js';
import { commitStatusRequest } from './outcome.js';

/** A transaction, whatever became of it, in a block that a peer has committed. */
interface CommittedTransaction {
  readonly txId: string;
  readonly blockNumber: bigint;
}

/** A peer to follow, and when to leave it for another. */
interface FollowedPeer {
  readonly peer: Peer;
  readonly until: AbortSignal;
}

/**
 * The peers of the own organisation, one of which is asked for everything until it fails; then it goes to the end of the line. No
 * load is balanced: a peer that is asked for everything has committed all that it reported, so reads need no waiting.
 */
export interface PeerPool {
  readonly size: number;
  /** Whom to ask now. Keeps the others connected. */
  first(): Peer;
  /** Whoever else may be asked at this moment. */
  others(peer: Peer): readonly Peer[];
  /**
   * Asks one peer after the other until one can be reached, those first that need not catch up; each gets its share of the time (milliseconds), `work` its deadline. Whoever is
   * behind what was seen committed has to catch up first, so no answer is older than an earlier one. For questions that
   * change nothing. Throws what the last one threw.
   */
  ask<T>(budget: number, work: (peer: Peer, deadline: number) => Promise<T>): Promise<T>;
  /** Told about every failed call; one that is the peer's fault demotes it. */
  failed(peer: Peer, error: unknown): void;
  /** It is the last to be asked from now on. */
  demote(peer: Peer): void;
  /** Told about everything that a peer says it has committed. */
  holds(peer: Peer, blockNumber: bigint, txId?: string): void;
  follow(): FollowedPeer;
  close(): void;
}

export interface PeerPoolOptions {
  readonly peers: readonly PeerAddress[];
  readonly channel: string;
  /** Asks whether a peer has caught up. */
  readonly reader: EnrolledIdentity;
  readonly moveAfter?: number;
}

/** Milliseconds for which a failed peer keeps its followers, should it be the best again by then: failures come in swarms. */
const MOVE_AFTER = 5000;

class FailoverPool implements PeerPool {
  readonly #channel: string;
  readonly #reader: EnrolledIdentity;
  readonly #moveAfter: number;
  /** In the order in which they are asked. */
  #line: readonly Peer[];
  /** The one that failed last. */
  #suspect: Peer | undefined;
  readonly #heights = new Map<Peer, bigint>();
  readonly #following = new Map<Peer, AbortController>();
  #seen: CommittedTransaction | undefined;
  #move: NodeJS.Timeout | undefined;

  constructor({ peers, channel, reader, moveAfter = MOVE_AFTER }: PeerPoolOptions) {
    this.#moveAfter = moveAfter;
    this.#channel = channel;
    this.#reader = reader;
    this.#line = peers.map(newPeer);
  }

  get size(): number {
    return this.#line.length;
  }

  first(): Peer {
    const [first] = this.#ranked((peer) => [!peer.isReachable()]);
    if (first === undefined) throw new Error('a ledger without peers');
    return first;
  }

  others(peer: Peer): readonly Peer[] {
    return this.#line.filter((other) => other !== peer && other.isReachable());
  }

  async ask<T>(budget: number, work: (peer: Peer, deadline: number) => Promise<T>): Promise<T> {
    const end = Date.now() + budget;
    const peers = this.#ranked((peer) => [!peer.isReachable(), peer === this.#suspect, this.#isBehind(peer)]);
    for (let index = 0; ; index += 1) {
      const peer = peers[index];
      if (peer === undefined) throw new Error('a ledger without peers');
      const left = peers.length - index;
      const deadline = Date.now() + (end - Date.now()) / left;
      try {
        await this.#caughtUp(peer, deadline);
        return await work(peer, deadline);
      } catch (error) {
        this.failed(peer, error);
        if (left === 1 || !isOutOfReach(error)) throw error;
      }
    }
  }

  failed(peer: Peer, error: unknown): void {
    if (isPeerAtFault(error)) this.demote(peer);
  }

  demote(peer: Peer): void {
    if (this.size === 1) return;
    this.#line = [...this.#line.filter((other) => other !== peer), peer];
    this.#suspect = peer;
    // It may come back from an older copy of its ledger.
    this.#heights.delete(peer);
    this.#move ??= setTimeout(() => this.#moveFollowers(), this.#moveAfter).unref();
  }

  holds(peer: Peer, blockNumber: bigint, txId?: string): void {
    if (blockNumber > this.#heightOf(peer)) this.#heights.set(peer, blockNumber);
    if (txId !== undefined && blockNumber > (this.#seen?.blockNumber ?? -1n))
      this.#seen = { txId, blockNumber };
  }

  follow(): FollowedPeer {
    const peer = this.first();
    const following = this.#following.get(peer) ?? new AbortController();
    this.#following.set(peer, following);
    return { peer, until: following.signal };
  }

  close(): void {
    clearTimeout(this.#move);
    for (const peer of this.#line) peer.close();
  }

  /**
   * Those without the first drawback before those with it, and so on; otherwise as in the line. All are looked at, so all stay
   * connected: a standby that has to be dialled first is no standby.
   */
  #ranked(drawbacksOf: (peer: Peer) => readonly boolean[]): readonly Peer[] {
    const rank = (drawbacks: readonly boolean[]): number =>
      drawbacks.reduce((sum, isDrawback) => 2 * sum + Number(isDrawback), 0);
    const ranks = this.#line.map((peer) => ({ peer, rank: rank(drawbacksOf(peer)) }));
    return ranks.toSorted((a, b) => a.rank - b.rank).map(({ peer }) => peer);
  }

  #heightOf(peer: Peer): bigint {
    return this.#heights.get(peer) ?? -1n;
  }

  #isBehind(peer: Peer): boolean {
    return this.#seen !== undefined && this.#heightOf(peer) < this.#seen.blockNumber;
  }

  // A peer answers for the commit status itself, and only once it has the block.
  async #caughtUp(peer: Peer, deadline: number): Promise<void> {
    const seen = this.#seen;
    if (seen === undefined || !this.#isBehind(peer)) return;
    const gateway: Gateway = peer.gatewayOf(this.#reader);
    const request = commitStatusRequest(this.#reader, this.#channel, seen.txId);
    const { blockNumber } = await gateway.newCommit(request).getStatus({ deadline });
    this.holds(peer, blockNumber);
  }

  #moveFollowers(): void {
    this.#move = undefined;
    const first = this.first();
    for (const [peer, following] of this.#following) {
      if (peer === first || !first.isReachable()) continue;
      this.#following.delete(peer);
      following.abort();
    }
  }
}

/** Connects with the first question. Throws when there is no peer. */
export function newPeerPool(options: PeerPoolOptions): PeerPool {
  if (options.peers.length === 0) throw new RangeError('a ledger needs at least one peer');
  return new FailoverPool(options);
}
