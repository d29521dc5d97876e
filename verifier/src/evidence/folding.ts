import {
  digestOf,
  digestOfHash,
  type CheckpointBody,
  type Digest,
  type EvidenceSubject,
} from '@tallystick/chaincode/model';
import { callerIn } from '../callers.js';
import { headerHash } from '../fabric/block.js';
import {
  EMPTY_STATE,
  foldBlock,
  MemoryTrees,
  plantBlock,
  StateOverlay,
  EditionUnknown,
  type FoldedTransaction,
  type FoldSettings,
} from '../fold/index.js';
import { NotEvaluated, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { FlaggedBlock } from './reading.js';
import { keyOf, subjectRecord } from './subject.js';
import type { EvidencedTransaction, NewestRecord, World } from './transactions.js';

/** A ledger that the court folded itself. */
export interface OwnFold {
  readonly body: CheckpointBody;
  readonly transactions: readonly EvidencedTransaction[];
  /** How many transactions came to each verdict. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** What stands under a key. */
  current(key: string): string | undefined;
  /** @throws Rejection SUBJECT_MISSING, MALFORMED */
  world(subject: EvidenceSubject): World;
}

/**
 * Runs the rules over every transaction of these blocks, and makes of it what witnesses would sign.
 * @param blocks from 0 on, their flags judged elsewhere @throws NotEvaluated RULES_UNKNOWN
 */
export async function foldAll(
  blocks: readonly FlaggedBlock[],
  { channel, chaincode, editions, genesis }: Trust,
): Promise<OwnFold> {
  const fold = new Fold({ channel, genesis: genesis as Digest }, { chaincode, editions });
  for (const block of blocks) await fold.take(block);
  return fold.result();
}

class Fold {
  readonly #state = new StateOverlay(EMPTY_STATE);
  readonly #trees = new MemoryTrees();
  readonly #ledger: { readonly channel: string; readonly genesis: Digest };
  readonly #settings: FoldSettings;
  readonly #transactions: EvidencedTransaction[] = [];
  readonly #texts = new Map<string, string>();
  readonly #writers = new Map<string, number>();
  readonly #notes = new Map<string, number>();
  readonly #verdicts = new Map<string, number>();
  #size = 0;
  #body: CheckpointBody | undefined;

  constructor(ledger: { readonly channel: string; readonly genesis: Digest }, settings: FoldSettings) {
    this.#ledger = ledger;
    this.#settings = settings;
  }

  async take(block: FlaggedBlock): Promise<void> {
    const folded = await foldBlock(
      {
        number: Number(block.number),
        hash: digestOfHash(headerHash(block)),
        envelopes: block.data,
        codes: block.flags,
      },
      this.#state,
      this.#settings,
    ).catch(asNotEvaluated);
    this.#body = plantBlock(folded, this.#trees, this.#ledger);
    for (const transaction of folded.transactions) this.#keep(transaction);
  }

  result(): OwnFold {
    if (this.#body === undefined) throw new Error('a full file has a block at least');
    const body = this.#body;
    return {
      body,
      transactions: this.#transactions,
      verdicts: Object.fromEntries([...this.#verdicts].map(([verdict, count]) => [verdict, `${count}`])),
      current: (key) => this.#state.texts().get(key),
      world: (subject) => this.#world(subject, body.height),
    };
  }

  #keep(transaction: FoldedTransaction): void {
    const { leaf, writes, noted } = transaction;
    const position = this.#size;
    this.#size += 1;
    this.#verdicts.set(leaf.verdict, (this.#verdicts.get(leaf.verdict) ?? 0) + 1);
    for (const key of noted) this.#notes.set(key, position);
    for (const [key, text] of writes) {
      this.#writers.set(key, position);
      this.#texts.set(`${key} ${digestOf(text)}`, text);
    }
    const evidenced = writes.size > 0 ? evidencedBy(transaction, position) : undefined;
    if (evidenced) this.#transactions.push(evidenced);
  }

  #world(subject: EvidenceSubject, height: number): World {
    return {
      height,
      transactions: this.#transactions,
      newest: this.#newest(subject),
      textOf: (key, digest) => this.#texts.get(`${key} ${digest}`),
      current: (key) => this.#state.texts().get(key),
    };
  }

  #newest(subject: EvidenceSubject): NewestRecord {
    const key = keyOf(subject);
    const text = this.#state.texts().get(key);
    const leaf = this.#writers.get(key);
    rejectUnless(text !== undefined && leaf !== undefined, 'SUBJECT_MISSING', { key });
    const standing = this.#state.standings().get(key);
    return {
      key,
      text,
      record: subjectRecord(text),
      leaf,
      standing,
      note: this.#notes.get(key),
    };
  }
}

function asNotEvaluated(error: unknown): never {
  if (!(error instanceof EditionUnknown)) throw error;
  throw new NotEvaluated('RULES_UNKNOWN', { version: error.version.slice(0, 100) }, { cause: error });
}

function evidencedBy(
  { leaf, call, writes }: FoldedTransaction,
  position: number,
): EvidencedTransaction | undefined {
  if (call === undefined) return undefined;
  const submitter = { mspId: call.mspId, certificate: call.certificate };
  return {
    leaf,
    position,
    txId: leaf.txId,
    name: call.transaction,
    argument: call.argument,
    submitter,
    caller: callerIn(submitter, call.time),
    time: call.time,
    writes,
  };
}
