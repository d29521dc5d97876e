import PQueue from 'p-queue';
import type { EvidenceSubject } from '@tallystick/chaincode/model';
import type { EndorsedBytes } from '../ledger/endorsed-bytes.js';
import type { EvidenceSource } from '../ledger/evidence-source.js';
import type { Projection, TransactionLog } from '../projection/port.js';
import type { EvidenceArchive, EvidenceSubjectEntry } from '../state/evidence-port.js';
import { closureOf, type Closure, type ClosureParts } from './closure.js';
import { ConfigChain } from './config-chain.js';
import { coreOf, type Core } from './core.js';
import { EvidenceError } from './errors.js';
import { packAnswers, packStatement, unpackAnswers, unpackStatement, type Statement } from './forms.js';
import { Organisations } from './organisations.js';
import { processedOf, txIdOf } from './recorded.js';

export interface CollectionParts {
  readonly source: EvidenceSource;
  readonly projection: Pick<Projection, 'history' | 'transaction'> & Pick<TransactionLog, 'idAt'>;
  readonly archive: EvidenceArchive;
  readonly chaincode: string;
  /** MSP ids to ask; those of the newest configuration by default. */
  readonly organisations?: readonly string[] | undefined;
  /** How many have to sign an answer; the majority by default. */
  readonly minimum?: number | undefined;
}

/** Questions under way at a time, whoever asks: low, because uses come first. */
const QUESTIONS = 2;
const VALID = 0;

/** Everything about a subject, kept. */
export interface Gathered extends Statement {
  readonly core: Core;
  readonly closure: Closure;
}

/** Asks organisations for what they sign about the ledger, and keeps it. What is kept is never asked for again. */
export class Collection {
  readonly configuration: ConfigChain;
  readonly #parts: CollectionParts;
  readonly #organisations: Organisations;
  readonly #questions = new PQueue({ concurrency: QUESTIONS });

  constructor(parts: CollectionParts) {
    this.#parts = parts;
    this.configuration = new ConfigChain(parts.source, parts.archive);
    const { organisations, minimum } = parts;
    this.#organisations = new Organisations({
      organisations: () =>
        organisations === undefined ? this.configuration.organisations() : Promise.resolve(organisations),
      minimum,
    });
  }

  /**
   * The subject with its transactions, from the archive or from the organisations.
   * @throws EvidenceError, LedgerError
   */
  async gather(subject: EvidenceSubject, isFull = false): Promise<Gathered> {
    const core = await this.#core(subject);
    const fetched = new Map<string, Uint8Array>();
    const closure = await closureOf(core, this.#closureParts(fetched), isFull);
    const kept = statementFor(core, await this.#parts.archive.subject(subject));
    const statement = kept ?? (await this.#stateOf(core, closure));
    if (fetched.size > 0 || kept === undefined) await this.#keep(subject, core, fetched, statement);
    return { core, closure, ...statement };
  }

  /** Id of the transaction that last wrote the subject. @throws EvidenceError NOT_FOUND */
  async #core(subject: EvidenceSubject): Promise<Core> {
    const core = await coreOf(this.#parts.projection, subject);
    if (core === undefined) throw new EvidenceError('NOT_FOUND', `no ${subject.kind} ${subject.id}`);
    return core;
  }

  async #keep(
    subject: EvidenceSubject,
    { last }: Core,
    answers: ReadonlyMap<string, Uint8Array>,
    statement: Statement,
  ): Promise<void> {
    await this.#parts.archive.keep({
      answers,
      blocks: new Map(),
      subject: { ...subject, collectedFor: last, statement: packStatement(statement) },
    });
  }

  #closureParts(fetched: Map<string, Uint8Array>): ClosureParts {
    const { projection, chaincode, archive } = this.#parts;
    const answersTo = async (txId: string): Promise<readonly EndorsedBytes[]> => {
      const kept = await archive.answer(txId);
      if (kept !== undefined) return unpackAnswers(kept);
      const answers = [await this.#validity(txId)];
      fetched.set(txId, packAnswers(answers));
      return answers;
    };
    return { projection, chaincode, answersTo };
  }

  async #validity(txId: string): Promise<EndorsedBytes> {
    const answer = await this.#ask((organisations) => this.#parts.source.validity(txId, organisations));
    const { envelope, code } = processedOf(answer);
    if (code !== VALID || txIdOf(envelope) !== txId)
      throw new EvidenceError('NOT_AS_PROJECTED', `the organisations say ${code} of ${txId}`);
    return answer;
  }

  /** What stands now under the keys that the decision looked at, and a block that shows the configuration up to it. */
  async #stateOf({ key, decided }: Core, { transactions }: Closure): Promise<Statement> {
    const reads = transactions.find(({ txId }) => txId === decided)?.reads ?? [];
    const ours = reads.filter(({ namespace, at }) => namespace === this.#parts.chaincode && at !== undefined);
    const keys = [...new Set([key, ...ours.map((read) => read.key)])].filter(
      (each) => each === key || !isOfOthers(each),
    );
    const state = await this.#ask((organisations) => this.#parts.source.state(keys.sort(), organisations));
    const { data: _, ...head } = (await this.configuration.now()).head;
    return { head, states: [state] };
  }

  async #ask(question: (organisations: readonly string[]) => Promise<EndorsedBytes>): Promise<EndorsedBytes> {
    return this.#questions.add(() => this.#organisations.ask(question));
  }
}

/** What a decision made for several uses at once has read about the other ones, or about others' grants. */
const isOfOthers = (key: string): boolean => /^(?:usage|usage-slot|open-grants|claim-grants)\//.test(key);

function statementFor({ last }: Core, entry: EvidenceSubjectEntry | undefined): Statement | undefined {
  if (entry?.statement === undefined || entry.collectedFor !== last) return undefined;
  return unpackStatement(entry.statement);
}
