import type { Network } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import { decode as decodeMessage } from '@tallystick/network/wire';
import { bytesOf, decode, encode, refuseBeyond } from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../identities/index.js';
import { followBlocks, type OnDisconnect } from './block-stream.js';
import { newBlockDecoder, type BlockDecoder } from './block.js';
import type { Peer, PeerAddress } from './connection.js';
import { readFailure } from './fabric-failure.js';
import { newLane, type Lane } from './lane.js';
import { outcomeOf } from './outcome.js';
import { newPeerPool, type PeerPool } from './peer-pool.js';
import { LedgerClosed, UnknownIdentity } from './port-errors.js';
import type { Ledger, LedgerBlock, Outcome, Prepared, Submission } from './port.js';
import { newPreparedSubmission, type Deadlines } from './submission.js';

export interface FabricLedgerOptions {
  /** The own organisation's peers, at least one. The first that can be reached is used; the others stand by. */
  readonly peers: readonly PeerAddress[];
  readonly channel: string;
  /** Name under which our chaincode is committed. */
  readonly chaincode: string;
  /** Enrolled identities of this organisation, by name. */
  readonly identities: ReadonlyMap<string, EnrolledIdentity>;
  /** The identity that follows blocks and asks for outcomes. */
  readonly reader: string;
  readonly limits?: Partial<Limits>;
  /** Milliseconds. */
  readonly deadlines?: Partial<Deadlines>;
  readonly onDisconnect?: OnDisconnect;
}

interface Limits {
  /** Submissions at a time. */
  readonly inFlight: number;
  /** Submissions that may wait for their turn. */
  readonly waiting: number;
  /** Reads at a time. */
  readonly reads: number;
}

const LIMITS: Limits = { inFlight: 200, waiting: 2000, reads: 100 };
const DEADLINES: Deadlines = { endorse: 30_000, submit: 30_000, commit: 60_000, evaluate: 15_000 };

/** Milliseconds for the second opinion on an id that the peer asked first does not know. */
const SECOND_OPINION = 2000;

class FabricLedger implements Ledger {
  readonly #options: FabricLedgerOptions;
  readonly #deadlines: Deadlines;
  readonly #pool: PeerPool;
  readonly #reader: EnrolledIdentity;
  readonly #decoder: BlockDecoder;
  readonly #submissions: Lane;
  readonly #reads: Lane;
  readonly #closing = new AbortController();

  constructor(options: FabricLedgerOptions) {
    const limits = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
    this.#reader = this.#identity(options.reader);
    this.#pool = newPeerPool({ peers: options.peers, channel: options.channel, reader: this.#reader });
    this.#decoder = newBlockDecoder();
    this.#submissions = newLane(limits.inFlight, limits.waiting);
    this.#reads = newLane(limits.reads, limits.waiting);
  }

  get inFlight(): number {
    return this.#submissions.size;
  }

  prepare({ identity: name, transaction, argument, transient, endorsers }: Submission): Prepared {
    this.#assertOpen();
    refuseOversized(argument, transient);
    const { channel, chaincode } = this.#options;
    const identity = this.#identity(name);
    const options = {
      arguments: [argument],
      ...(transient !== undefined && { transientData: { ...transient } }),
      ...(endorsers !== undefined && { endorsingOrganizations: [...endorsers] }),
    };
    return newPreparedSubmission(
      (gateway) => gateway.getNetwork(channel).getContract(chaincode).newProposal(transaction, options),
      { pool: this.#pool, identity, lane: this.#submissions, deadlines: this.#deadlines, endorsers },
    );
  }

  async outcome(txId: string): Promise<Outcome> {
    this.#assertOpen();
    return this.#reads.run(async () => {
      try {
        return await this.#pool.ask(this.#deadlines.evaluate, async (peer, deadline) => {
          const outcome = await this.#outcomeAt(peer, txId, deadline);
          return outcome.state === 'UNKNOWN' ? this.#secondOpinion(peer, txId) : outcome;
        });
      } catch (error) {
        throw readFailure(error);
      }
    });
  }

  async height(): Promise<bigint> {
    const info = await this.#evaluated(this.#reader, 'qscc', 'GetChainInfo', this.#options.channel);
    return BigInt(decodeMessage(common.BlockchainInfo, info).getHeight()) - 1n;
  }

  async read(name: string, key: string): Promise<string | undefined> {
    const { chaincode } = this.#options;
    const response = await this.#evaluated(this.#identity(name), chaincode, 'records:Get', encode({ key }));
    const { record } = decode(Buffer.from(response).toString('utf8')) as { readonly record: unknown };
    return record === null ? undefined : encode(record);
  }

  blocks(from: bigint, signal: AbortSignal): AsyncIterable<LedgerBlock> {
    this.#assertOpen();
    const { onDisconnect } = this.#options;
    const networkAt = (peer: Peer): Network => this.#network(peer, this.#reader);
    const either = AbortSignal.any([signal, this.#closing.signal]);
    const options = { pool: this.#pool, networkAt, decoder: this.#decoder, onDisconnect };
    return followBlocks(options, from, either);
  }

  close(): void {
    this.#closing.abort();
    this.#pool.close();
  }

  async #outcomeAt(peer: Peer, txId: string, deadline: number): Promise<Outcome> {
    const outcome = await outcomeOf(
      {
        peer,
        reader: this.#reader,
        channel: this.#options.channel,
        deadline,
      },
      txId,
    );
    if (outcome.state !== 'UNKNOWN') this.#pool.holds(peer, outcome.blockNumber, txId);
    return outcome;
  }

  /** What a chaincode answers on the state of one of the own peers, none older than what was seen committed. */
  async #evaluated(
    identity: EnrolledIdentity,
    chaincode: string,
    transaction: string,
    argument: string,
  ): Promise<Uint8Array> {
    this.#assertOpen();
    const options = { arguments: [argument], endorsingOrganizations: [identity.mspId] };
    const at = (peer: Peer, deadline: number): Promise<Uint8Array> => {
      const contract = this.#network(peer, identity).getContract(chaincode);
      return peer.evaluate(identity, contract.newProposal(transaction, options), deadline);
    };
    return this.#reads.run(() =>
      this.#pool
        .ask(this.#deadlines.evaluate, at)
        .catch((error: unknown) => Promise.reject(readFailure(error))),
    );
  }

  // The peer asked may be behind the one that saw it committed; "unknown" leads to sending again, so it is worth a question more.
  async #secondOpinion(first: Peer, txId: string): Promise<Outcome> {
    const deadline = Date.now() + SECOND_OPINION;
    const unknown: Outcome = { state: 'UNKNOWN' };
    const answers = await Promise.all(
      this.#pool.others(first).map((peer) => this.#outcomeAt(peer, txId, deadline).catch(() => unknown)),
    );
    return answers.find(({ state }) => state !== 'UNKNOWN') ?? unknown;
  }

  #identity(name: string): EnrolledIdentity {
    const identity = this.#options.identities.get(name);
    if (identity === undefined) throw new UnknownIdentity(name);
    return identity;
  }

  #network(peer: Peer, identity: EnrolledIdentity): Network {
    return peer.gatewayOf(identity).getNetwork(this.#options.channel);
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new LedgerClosed();
  }
}

/** What the contract would refuse is not sent: whoever made it, a caller or this gateway itself. */
function refuseOversized(argument: string, transient: Submission['transient'] = {}): void {
  refuseBeyond('argument', bytesOf(argument));
  refuseBeyond(
    'openings',
    Object.values(transient).reduce((sum, { length }) => sum + length, 0),
  );
}

/**
 * The ledger of one organisation, through the Gateway service of its own peers. Connects with the first call. Throws
 * UnknownIdentity at once when `reader` is not among the identities.
 */
export function newFabricLedger(options: FabricLedgerOptions): Ledger {
  return new FabricLedger(options);
}
