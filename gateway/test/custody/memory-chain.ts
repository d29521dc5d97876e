import { createHash, randomBytes } from 'node:crypto';
import { peer } from '@hyperledger/fabric-protos';
import { addSeconds, encode, Refusal } from '@tallystick/chaincode/model';
import { callerFrom, editionFor, editionNamed, execute, NEWEST } from '@tallystick/chaincode/rules';
import type { Signer, Signers } from '../../src/features/custody/signers.js';
import { newCreatorParser } from '../../src/ledger/creator.js';
import { headersOf, resultIn } from '../../src/ledger/envelope.js';
import {
  LedgerConflict,
  LedgerInvalid,
  LedgerRefusal,
  OutcomeUnknown,
} from '../../src/ledger/port-errors.js';
import type {
  Committed,
  Ledger,
  LedgerBlock,
  LedgerTransaction,
  Outcome,
  Prepared,
  Submission,
} from '../../src/ledger/port.js';
import { syntheticDefinition, syntheticEnvelope, type SyntheticWrite } from '../ledger/synthetic.js';
import { signWith } from './signers.js';

/** A call as its submitter signs it, and what endorsers say came of it. */
export interface Call extends Signer {
  /** False: the submitter's signature does not verify. */
  readonly signed: boolean;
  readonly time: string;
  readonly transaction: string;
  readonly argument: string;
  readonly result: string;
  /** Payload of the event; no event when absent. */
  readonly event?: string;
  readonly writes: readonly SyntheticWrite[];
}

interface Versioned {
  readonly text: string;
  readonly version: string;
}

/** An endorsed transaction: what it read, and what it would write. */
export interface Envelope {
  readonly txId: string;
  readonly call: Call;
  readonly reads: ReadonlyMap<string, string | undefined>;
}

/** What the orderer does with an envelope. HOLD: kept until `letGo`. LOSE: never ordered, and nobody is told. */
export type Fate = 'ORDER' | 'HOLD' | 'LOSE';

interface Waiter {
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A ledger in memory that does what Fabric does as far as custody can tell: it runs the real rules, checks read versions
 * in the order of the block, and keeps invalid transactions in its blocks. A test may hold envelopes back, lose them, or
 * write what no honest endorser would sign.
 */
export class MemoryChain {
  readonly blocks: LedgerBlock[] = [];
  /** What stands in the blocks, as it was made. */
  readonly ordered: { readonly txId: string; readonly code: string; readonly call: Call }[] = [];
  now: string;
  /** Asked for each endorsed envelope. */
  fate: (envelope: Envelope) => Fate = () => 'ORDER';
  readonly #state = new Map<string, Versioned>();
  readonly #waiters = new Map<string, Waiter>();
  #pending: Envelope[] = [];
  #held: Envelope[] = [];
  #isCutting = false;
  /** By which endorsers decide. */
  #edition = NEWEST;
  #grown = new AbortController();

  /** @param version of the chaincode definition, which the first block commits */
  constructor(now: string, version = '2.0.0') {
    this.now = now;
    this.define(version);
  }

  later(seconds: number): void {
    this.now = addSeconds(this.now, seconds);
  }

  text(key: string): string | undefined {
    return this.#state.get(key)?.text;
  }

  get held(): readonly Envelope[] {
    return this.#held;
  }

  /** Put the commit of a definition into a block. */
  define(version: string): bigint {
    // Rules that nobody knows here are as those before: what matters is that nobody knows them.
    this.#edition = editionNamed(editionFor(version) ?? '') ?? this.#edition;
    const said = syntheticDefinition(version);
    const by = { mspId: 'RegulatorMSP', certificate: '', sign: () => randomBytes(70) };
    const envelope = syntheticEnvelope(by, said, Date.parse(this.now));
    const headers = headersOf(envelope, creatorOf);
    const number = this.#append([{ ...headers, index: 0, code: 'VALID', validation: 0, envelope }]);
    this.#state.set(SEQUENCE, { text: version, version: `${number}/0` });
    return number;
  }

  /** Order what was held back. */
  letGo(): void {
    const held = this.#held;
    this.#held = [];
    for (const envelope of held) this.#order(envelope);
  }

  /** Simulate as an endorser; throws LedgerRefusal. */
  async endorse(
    signer: Signer,
    { transaction, argument }: Pick<Submission, 'transaction' | 'argument'>,
    txId: string,
  ): Promise<Envelope> {
    const time = this.now;
    const reads = new Map<string, string | undefined>();
    const read = (key: string): Promise<string | undefined> => {
      const committed = this.#state.get(key);
      reads.set(key, committed?.version);
      return Promise.resolve(committed?.text);
    };
    await read(SEQUENCE);
    try {
      const caller = callerFrom(signer, time);
      const call = { transaction, argument, caller, openings: new Map() };
      const { writes, result, events } = await execute(this.#edition, call, read);
      const list = [...writes].map(([key, value]) => ({ key, value }));
      return {
        txId,
        reads,
        call: {
          ...signer,
          ...{ signed: true, time, transaction, argument, result, event: encode(events), writes: list },
        },
      };
    } catch (error) {
      if (error instanceof Refusal) throw new LedgerRefusal(error.message, { txId, cause: error });
      throw error;
    }
  }

  submit(envelope: Envelope, signal?: AbortSignal): Promise<Committed> {
    const { txId } = envelope;
    return new Promise<Committed>((resolve, reject) => {
      const abort = (): void => reject(new OutcomeUnknown(txId, 'COMMIT'));
      const settled = (): void => signal?.removeEventListener('abort', abort);
      this.#waiters.set(txId, {
        resolve: (committed) => {
          settled();
          resolve(committed);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort);
      const fate = this.fate(envelope);
      if (fate === 'ORDER') this.#order(envelope);
      if (fate === 'HOLD') this.#held.push(envelope);
      if (fate === 'LOSE') reject(new OutcomeUnknown(txId, 'ORDERING'));
    });
  }

  /** Put a transaction into a block as it stands: what colluding endorsers, or a lying peer, could do. */
  forge(call: Call, code = 'VALID'): Promise<bigint> {
    const txId = newTxId();
    this.ordered.push({ txId, code, call });
    const number = this.#append([transactionOf(txId, 0, code, call)]);
    if (code === 'VALID') this.#apply(call.writes, number, 0);
    return Promise.resolve(number);
  }

  outcome(txId: string): Outcome {
    for (const { number: blockNumber, transactions } of this.blocks) {
      const found = transactions.find((transaction) => transaction.txId === txId);
      if (found?.code === 'VALID') return { state: 'VALID', blockNumber, result: resultIn(found.envelope) };
      if (found) return { state: 'INVALID', blockNumber, code: found.code };
    }
    return { state: 'UNKNOWN' };
  }

  async *follow(from: bigint, signal: AbortSignal): AsyncGenerator<LedgerBlock> {
    for (let at = Number(from); !signal.aborted;) {
      const block = this.blocks[at];
      if (block === undefined) await aborted(AbortSignal.any([signal, this.#grown.signal]));
      else {
        at += 1;
        yield block;
      }
    }
  }

  #order(envelope: Envelope): void {
    this.#pending.push(envelope);
    if (this.#isCutting) return;
    this.#isCutting = true;
    // What arrives within one turn goes into one block, so that read conflicts inside a block happen too.
    setImmediate(() => {
      this.#isCutting = false;
      this.#cut();
    });
  }

  #cut(): void {
    const envelopes = this.#pending;
    this.#pending = [];
    const number = BigInt(this.blocks.length);
    const transactions = envelopes.map(({ txId, call, reads }, index) => {
      const isFresh = [...reads].every(([key, version]) => this.#state.get(key)?.version === version);
      if (isFresh) this.#apply(call.writes, number, index);
      const code = isFresh ? 'VALID' : 'MVCC_READ_CONFLICT';
      this.ordered.push({ txId, code, call });
      return transactionOf(txId, index, code, call);
    });
    this.#append(transactions);
    for (const transaction of transactions) this.#tell(number, transaction);
  }

  #tell(blockNumber: bigint, { txId, code, envelope }: LedgerTransaction): void {
    const waiter = this.#waiters.get(txId);
    this.#waiters.delete(txId);
    if (code === 'VALID') waiter?.resolve({ txId, blockNumber, result: resultIn(envelope) });
    else if (code === 'MVCC_READ_CONFLICT') waiter?.reject(new LedgerConflict(code, 'conflict', { txId }));
    else waiter?.reject(new LedgerInvalid(code, { txId }));
  }

  #apply(writes: readonly SyntheticWrite[], block: bigint, index: number): void {
    for (const { key, value } of writes) {
      if (value === null) this.#state.delete(key);
      else
        this.#state.set(key, { text: Buffer.from(value as string).toString(), version: `${block}/${index}` });
    }
  }

  #append(transactions: readonly LedgerTransaction[]): bigint {
    const number = BigInt(this.blocks.length);
    const previousHash = this.blocks.at(-1)?.hash ?? '';
    const ids = transactions.map(({ txId }) => txId).join();
    const hash = createHash('sha256').update(`${number} ${previousHash} ${ids}`).digest('hex');
    this.blocks.push({ number, hash, previousHash, transactions });
    const grown = this.#grown;
    this.#grown = new AbortController();
    grown.abort();
    return number;
  }
}

/** Every simulation reads which definition is in force, so that none outlives it. */
const SEQUENCE = '\u0000sequence';

const CODES: ReadonlyMap<string, number> = new Map(Object.entries(peer.TxValidationCode));

/** As a peer delivers it and the gateway's own decoder reads it. */
function transactionOf(txId: string, index: number, code: string, call: Call): LedgerTransaction {
  const { signed, time, mspId, certificate, ...said } = call;
  const sign = (bytes: Uint8Array): Uint8Array => (signed ? signWith(call, bytes) : randomBytes(70));
  const envelope = syntheticEnvelope({ mspId, certificate, sign }, { ...said, txId }, Date.parse(time));
  const headers = headersOf(envelope, creatorOf);
  return { ...headers, index, code, validation: CODES.get(code) ?? 255, envelope };
}

const creatorOf = newCreatorParser();

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const newTxId = (): string => randomBytes(32).toString('hex');

/** The chain as one organisation's gateway sees it. */
export function connect(chain: MemoryChain, signers: Signers): Ledger {
  const signerNamed = (identity: string): Signer => {
    const signer = signers.get(identity);
    if (signer === undefined) throw new Error(`no identity ${identity}`);
    return signer;
  };
  return {
    prepare: (submission): Prepared => {
      const txId = newTxId();
      let envelope: Envelope | undefined;
      return {
        txId,
        submit: async (signal) => {
          envelope ??= await chain.endorse(signerNamed(submission.identity), submission, txId);
          return chain.submit(envelope, signal);
        },
      };
    },
    outcome: (txId) => Promise.resolve(chain.outcome(txId)),
    read: (_identity, key) => Promise.resolve(chain.text(key)),
    height: () => Promise.resolve(BigInt(chain.blocks.length - 1)),
    blocks: (from, signal) => chain.follow(from, signal),
    inFlight: 0,
    close: () => undefined,
  };
}
