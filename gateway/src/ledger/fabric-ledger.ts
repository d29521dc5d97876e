import type { Contract, Gateway } from '@hyperledger/fabric-gateway';
import { decode, encode } from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../identities/index.js';
import { followBlocks } from './block-stream.js';
import { newBlockDecoder, type BlockDecoder } from './block.js';
import { newPeerConnection, type PeerAddress, type PeerConnection } from './connection.js';
import { readFailure } from './fabric-failure.js';
import { newLane, type Lane } from './lane.js';
import { outcomeOf } from './outcome.js';
import { LedgerClosed } from './port-errors.js';
import type { Ledger, LedgerBlock, Outcome, Prepared, Submission } from './port.js';
import { newPreparedSubmission, type Deadlines } from './submission.js';

export interface FabricLedgerOptions {
  readonly peer: PeerAddress;
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
  readonly onDisconnect?: (error: unknown, pause: number) => void;
}

export interface Limits {
  /** Submissions at a time. */
  readonly inFlight: number;
  /** Submissions that may wait for their turn. */
  readonly waiting: number;
  /** Reads at a time. */
  readonly reads: number;
}

const LIMITS: Limits = { inFlight: 200, waiting: 2000, reads: 100 };
const DEADLINES: Deadlines = { endorse: 30_000, submit: 30_000, commit: 60_000, evaluate: 15_000 };

class FabricLedger implements Ledger {
  readonly #options: FabricLedgerOptions;
  readonly #deadlines: Deadlines;
  readonly #connection: PeerConnection;
  readonly #decoder: BlockDecoder;
  readonly #submissions: Lane;
  readonly #reads: Lane;
  readonly #closing = new AbortController();

  constructor(options: FabricLedgerOptions) {
    const limits = { ...LIMITS, ...options.limits };
    this.#options = options;
    this.#deadlines = { ...DEADLINES, ...options.deadlines };
    this.#connection = newPeerConnection(options.peer, options.identities);
    this.#connection.identityOf(options.reader);
    this.#decoder = newBlockDecoder(options.chaincode);
    this.#submissions = newLane(limits.inFlight, limits.waiting);
    this.#reads = newLane(limits.reads, limits.waiting);
  }

  get inFlight(): number {
    return this.#submissions.size;
  }

  prepare({ identity, transaction, argument, transient, endorsers }: Submission): Prepared {
    const proposal = this.#contract(identity).newProposal(transaction, {
      arguments: [argument],
      ...(transient !== undefined && { transientData: { ...transient } }),
      ...(endorsers !== undefined && { endorsingOrganizations: [...endorsers] }),
    });
    return newPreparedSubmission(proposal, {
      lane: this.#submissions,
      deadlines: this.#deadlines,
      endorsers,
    });
  }

  outcome(txId: string): Promise<Outcome> {
    const { reader, channel } = this.#options;
    const query = {
      gateway: this.#gateway(reader),
      reader: this.#connection.identityOf(reader),
      channel,
      resultOf: (envelope: Uint8Array) => this.#decoder.resultOf(envelope),
      deadline: this.#deadlines.evaluate,
    };
    return this.#reads.run(() => outcomeOf(query, txId));
  }

  read(identity: string, key: string): Promise<string | undefined> {
    const proposal = this.#contract(identity).newProposal('records:Get', {
      arguments: [encode({ key })],
      // The own peer, so that what was just committed there is seen.
      endorsingOrganizations: [this.#connection.identityOf(identity).mspId],
    });
    return this.#reads.run(async () => {
      const response = await proposal
        .evaluate({ deadline: Date.now() + this.#deadlines.evaluate })
        .catch((error: unknown) => Promise.reject(readFailure(error)));
      const { record } = decode(Buffer.from(response).toString('utf8')) as { readonly record: unknown };
      return record === null ? undefined : encode(record);
    });
  }

  blocks(from: bigint, signal: AbortSignal): AsyncIterable<LedgerBlock> {
    const { reader, channel, onDisconnect } = this.#options;
    const network = this.#gateway(reader).getNetwork(channel);
    const either = AbortSignal.any([signal, this.#closing.signal]);
    return followBlocks({ network, decoder: this.#decoder, onDisconnect }, from, either);
  }

  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  #gateway(identity: string): Gateway {
    if (this.#closing.signal.aborted) throw new LedgerClosed();
    return this.#connection.gatewayOf(identity);
  }

  #contract(identity: string): Contract {
    return this.#gateway(identity).getNetwork(this.#options.channel).getContract(this.#options.chaincode);
  }
}

/**
 * The ledger of one organisation, through the Gateway service of its own peer. Connects with the first call. Throws
 * UnknownIdentity at once when `reader` is not among the identities.
 */
export function newFabricLedger(options: FabricLedgerOptions): Ledger {
  return new FabricLedger(options);
}
