import { encode, type Digest, type Instant, type Opening } from '@tallystick/chaincode/model';
import {
  callerFrom,
  editionFor,
  editionNamed,
  execute,
  NEWEST,
  openingDigest,
} from '@tallystick/chaincode/rules';
import type { common } from '@hyperledger/fabric-protos';
import { definitionTransaction } from '../../network/src/embedded/definition-transaction.js';
import { channelDefaultPolicy, LIFECYCLE } from '../../network/src/embedded/lifecycle.js';
import { encodeReadWriteSet, type Version } from '../../network/src/wire/index.js';
import { readTransaction, type Transaction } from '../../verifier/src/fabric/transaction.js';
import { functionOf } from '../../verifier/src/fabric/proposal.js';
import { readReadWriteSet, type NamespaceSet } from '../../verifier/src/fabric/rwset.js';
import { Blocks } from './blocks.js';
import { CHAINCODE, type Members } from './configuration.js';
import { Folding } from './folding.js';
import { believeEndorsers } from './lying.js';
import type { Person } from './parties.js';
import { envelopeOf, propose, respond, type ProposalBytes, type Spelling } from './transactions.js';

const CHANNEL = 'space';

/** What stood under a key, and where it was written. */
interface Standing {
  readonly text: string;
  readonly version: Version;
}

/** A transaction on the ledger, with what it touched in the chaincode's own namespace. */
export interface Recorded {
  readonly txId: string;
  readonly function: string;
  readonly envelope: Uint8Array;
  readonly version: Version;
  readonly reads: NamespaceSet['reads'];
  readonly keys: readonly string[];
  readonly isDefinition: boolean;
}

/** What somebody asks the chaincode to do. */
export interface Call {
  readonly caller: Person;
  readonly transaction: string;
  readonly argument: string;
  readonly time: Instant;
  readonly openings: readonly Opening[];
  /** What it comes to, where no rule is asked. */
  readonly execution?: Executed | undefined;
}

/** What a chaincode comes to; `null` deletes. */
export interface Executed {
  readonly writes: ReadonlyMap<string, string | null>;
  readonly result: string;
  readonly events: readonly object[];
}

/** What is on the ledger of a transaction, however it is spelled there. */
type Made = Pick<Transaction, 'txId' | 'args' | 'chaincode' | 'namespaces'>;

/** What colluding parties do with a transaction that honest ones would not. */
export interface Forging {
  readonly endorsers?: readonly Person[];
  readonly txId?: string;
  readonly channel?: string;
  readonly spelling?: Spelling;
  /** What peers let the chaincode write, whatever the rules say; `null` deletes. */
  readonly writes?: (writes: Map<string, string | null>) => void;
  /** What peers let it return, and the payload of its event. */
  readonly result?: (result: string) => string;
  readonly event?: (event: string) => string;
  /** rwset.TxReadWriteSet, as peers sign it. */
  readonly results?: (results: Uint8Array) => Uint8Array;
  /** Reads that peers leave out of what they sign, so that no conflict shows. */
  readonly omits?: readonly string[];
  /** State as peers pretend it to be. */
  readonly state?: (key: string, text: string | undefined) => string | undefined;
  readonly envelope?: (parts: ProposalBytes, response: Uint8Array, caller: Person) => Uint8Array;
  /** The envelope as it comes to stand in its block, whatever its creator signed. */
  readonly altered?: (envelope: Uint8Array) => Uint8Array;
  /** Fabric's validation code, where it is not VALID: what the transaction wrote does not stand. */
  readonly code?: number;
}

/** A Fabric ledger with real keys and without servers: everything that a peer would hand out of it is at hand. */
export class Ledger {
  readonly blocks: Blocks;
  readonly transactions: Recorded[] = [];
  readonly #state = new Map<string, Standing>();
  readonly #lifecycle = new Map<string, { value: Uint8Array; version: Version }>();
  #definition = { sequence: 0, version: '' };

  readonly channel: string;
  readonly #folding: Folding;
  readonly #lying: Folding;

  constructor(members: Members, configuration: (members: Members) => common.ConfigGroup, channel = CHANNEL) {
    this.channel = channel;
    this.blocks = new Blocks(channel, members, configuration);
    this.#folding = new Folding(this.blocks, channel);
    this.#lying = new Folding(this.blocks, channel, believeEndorsers);
  }

  /** The fold of the rules over every block that has been cut. */
  folded(): Promise<Folding> {
    return this.#folding.caughtUp();
  }

  /** The same by witnesses who lie: whatever endorsers wrote takes effect. */
  foldedByLiars(): Promise<Folding> {
    return this.#lying.caughtUp();
  }

  text(key: string): string | undefined {
    return this.#state.get(key)?.text;
  }

  /** As many peers as a majority of the organisations needs. */
  get endorsers(): readonly Person[] {
    const { organisations } = this.blocks.members;
    return organisations.slice(0, Math.floor(organisations.length / 2) + 1).map(({ people }) => people.peer);
  }

  define(version: string): Recorded {
    const sequence = this.#definition.sequence + 1;
    const policy = channelDefaultPolicy('/Channel/Application/Endorsement');
    const [first, ...others] = this.endorsers.map(({ mspId, serialized, sign }) => ({
      mspId,
      identity: serialized,
      sign: (data: Uint8Array) => sign(data),
    }));
    const envelope = definitionTransaction(
      this.channel,
      { name: CHAINCODE, version, sequence, policy },
      (key) => this.#lifecycle.get(key),
      [first!, ...others],
    );
    this.#definition = { sequence, version };
    return this.#commit(new Uint8Array(envelope), readTransaction(new Uint8Array(envelope)));
  }

  /** Runs the rules, has the result endorsed, and puts it on the ledger. Resolves with what was returned. */
  async invoke(call: Call, forging: Forging = {}): Promise<{ result: string; recorded: Recorded }> {
    const { result, envelope, made } = await this.#endorsed(call, forging);
    return { result, recorded: this.#commit(envelope, made, forging) };
  }

  async #endorsed(
    call: Call,
    forging: Forging,
  ): Promise<{ result: string; envelope: Uint8Array; made: Made }> {
    const { caller, transaction, argument, time } = call;
    const parts = propose({
      channel: this.channel,
      chaincode: CHAINCODE,
      args: [transaction, argument],
      creator: caller,
      time,
      ...(forging.txId !== undefined && { txId: forging.txId }),
      ...(forging.channel !== undefined && { channel: forging.channel }),
      spelling: forging.spelling,
    });
    const { result, results, event } = await this.#run(call, forging);
    const { version } = this.#definition;
    const response = respond(parts, CHAINCODE, { payload: result, results, event, version });
    const envelope =
      forging.envelope?.(parts, response, caller) ??
      envelopeOf(parts, response, forging.endorsers ?? this.endorsers, caller);
    const { txId } = parts;
    const made = {
      txId,
      args: [Buffer.from(transaction)],
      chaincode: CHAINCODE,
      namespaces: readReadWriteSet(results),
    };
    return { result, envelope, made };
  }

  async #run(
    call: Call,
    { writes: rewrite, omits = [], state, results = same, result: answer = same, event = same }: Forging,
  ): Promise<{ result: string; results: Uint8Array; event: string }> {
    const reads = new Map<string, Version | undefined>();
    const read = (key: string): Promise<string | undefined> => {
      const standing = this.#state.get(key);
      reads.set(key, standing?.version);
      return Promise.resolve(state ? state(key, standing?.text) : standing?.text);
    };
    const { writes, result, events } =
      call.execution ?? (await decided(call, this.#definition.version, read));
    const written = new Map<string, string | null>(writes);
    rewrite?.(written);
    for (const key of omits) reads.delete(key);
    return {
      result: answer(result),
      event: event(encode(events)),
      results: results(this.#results(reads, written)),
    };
  }

  #results(
    reads: ReadonlyMap<string, Version | undefined>,
    writes: ReadonlyMap<string, string | null>,
  ): Uint8Array {
    const sequence = `namespaces/fields/${CHAINCODE}/Sequence`;
    const version = this.#lifecycle.get(sequence)?.version;
    const texts = [...writes].map(
      ([key, text]) => [key, text === null ? undefined : Buffer.from(text)] as const,
    );
    return encodeReadWriteSet(
      new Map([
        [LIFECYCLE, { reads: new Map([[sequence, version]]), writes: new Map() }],
        [CHAINCODE, { reads: new Map(reads), writes: new Map<string, Uint8Array | undefined>(texts) }],
      ]),
    );
  }

  #commit(signed: Uint8Array, made: Made, { code = 0, altered = same }: Forging = {}): Recorded {
    const envelope = altered(signed);
    const version = this.blocks.add(envelope, code);
    const { reads, writes } = setIn(made, CHAINCODE);
    const { txId, args, chaincode } = made;
    const recorded: Recorded = {
      txId,
      function: functionOf({ args }),
      envelope,
      version,
      reads,
      keys: writes.map(({ key }) => key),
      isDefinition: chaincode === LIFECYCLE,
    };
    this.transactions.push(recorded);
    if (code !== 0) return recorded;
    this.#put(writes, version);
    for (const { key, value } of setIn(made, LIFECYCLE).writes)
      if (value) this.#lifecycle.set(key, { value, version });
    return recorded;
  }

  #put(writes: NamespaceSet['writes'], version: Version): void {
    for (const { key, value } of writes) {
      if (value === null) this.#state.delete(key);
      else this.#state.set(key, { text: new TextDecoder().decode(value), version });
    }
  }
}

const setIn = ({ namespaces }: Made, name: string): Pick<NamespaceSet, 'reads' | 'writes'> =>
  namespaces.find(({ namespace }) => namespace === name) ?? { reads: [], writes: [] };

function decided(
  { caller, transaction, argument, time, openings }: Call,
  version: string,
  read: (key: string) => Promise<string | undefined>,
): Promise<Executed> {
  const decision = {
    transaction,
    argument,
    caller: callerFrom({ mspId: caller.mspId, certificate: caller.pem }, time),
    openings: new Map<Digest, Opening>(openings.map((opening) => [openingDigest(opening), opening])),
  };
  // Where nobody knows the rules of a definition, its endorsers do what they like.
  const edition = editionNamed(editionFor(version) ?? '') ?? NEWEST;
  return execute(edition, decision, read);
}

const same = <T>(value: T): T => value;
