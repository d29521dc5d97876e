import { digestOfHash, type CheckpointBody, type Digest, type Opening } from '@tallystick/chaincode/model';
import { editionNamed, editionsDigest, openingDigest } from '@tallystick/chaincode/rules';
import { headerHash, type Block } from '../fabric/block.js';
import {
  EditionUnknown,
  foldTransaction,
  MemoryTrees,
  plantBlock,
  reassess,
  type FoldedTransaction,
} from '../fold/index.js';
import type { Facts, Reason } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { EffectiveRecords } from './effective-records.js';
import type { Findings, Place } from './findings.js';

/** The state by the rules and the trees over it, after some block. */
export interface Folded {
  readonly records: EffectiveRecords;
  readonly trees: MemoryTrees;
  /** Of the last block; `undefined` before block 0. */
  readonly body: CheckpointBody | undefined;
  /**
   * Version of a definition that something was called under and whose rules are not known here: from there on the state by the rules is
   * not known, and nothing more is folded.
   */
  readonly unknown: string | undefined;
}

export const nothingFolded = (): Folded => ({
  records: new EffectiveRecords(),
  trees: new MemoryTrees(),
  body: undefined,
  unknown: undefined,
});

/** What a transaction adds to the counts. */
export type Counted = 'replayed' | 'corrected' | 'void' | 'foreign' | 'unopened';

const COUNTED: Readonly<Partial<Record<FoldedTransaction['leaf']['verdict'], Counted>>> = {
  REPLAYED: 'replayed',
  CORRECTED: 'corrected',
  VOID: 'void',
  FOREIGN: 'foreign',
};

const STEP = 'transaction.replay';

/** Folds the transactions of a ledger one by one, and finds those whose endorsers departed from the rules. */
export class LedgerFold {
  readonly #trust: Trust;
  readonly #openings: ReadonlyMap<Digest, Opening>;
  readonly #findings: Findings;
  readonly #records: EffectiveRecords;
  readonly #trees: MemoryTrees;
  #body: CheckpointBody | undefined;
  #unknown: string | undefined;

  constructor(trust: Trust, openings: readonly Opening[], findings: Findings, before: Folded) {
    this.#trust = trust;
    this.#openings = new Map(openings.map((each) => [openingDigest(each), each]));
    this.#findings = findings;
    this.#records = before.records;
    this.#trees = before.trees;
    this.#body = before.body;
    this.#unknown = before.unknown;
  }

  get folded(): Folded {
    return { records: this.#records, trees: this.#trees, body: this.#body, unknown: this.#unknown };
  }

  /** @returns the transaction, and what it counts as; `undefined` where its rules, or those of one before it, are not known */
  async take(
    place: Required<Pick<Place, 'block' | 'index'>> & Place,
    envelope: Uint8Array,
    code: number,
  ): Promise<{ readonly folded: FoldedTransaction; readonly counted: readonly Counted[] } | undefined> {
    const folded = await this.#fold(place, envelope, code);
    if (folded === undefined) {
      this.#findings.notEvaluated(STEP, place, 'RULES_UNKNOWN', { version: this.#unknown ?? '' });
      return undefined;
    }
    const counted = await this.#find(folded, place);
    this.#records.apply(folded);
    return { folded, counted };
  }

  /** Once every transaction of a block was taken. */
  plant(block: Block, transactions: readonly FoldedTransaction[]): void {
    const { channel, genesis, editions: table } = this.#trust;
    const hash = digestOfHash(headerHash(block));
    const editions = editionsDigest(this.#records.inForce().decided, table);
    const folded = { number: Number(block.number), hash, transactions, editions };
    this.#body = plantBlock(folded, this.#trees, { channel, genesis: genesis as Digest });
  }

  async #fold(
    { block, index }: Required<Pick<Place, 'block' | 'index'>>,
    envelope: Uint8Array,
    code: number,
  ): Promise<FoldedTransaction | undefined> {
    if (this.#unknown !== undefined) return undefined;
    const { chaincode, editions } = this.#trust;
    try {
      return await foldTransaction({ block, index, envelope, code }, this.#records, { chaincode, editions });
    } catch (error) {
      if (!(error instanceof EditionUnknown)) throw error;
      this.#unknown = error.version.slice(0, 100);
      return undefined;
    }
  }

  async #find(folded: FoldedTransaction, place: Place): Promise<readonly Counted[]> {
    const { leaf, difference, call, rules: by } = folded;
    const counted = COUNTED[leaf.verdict];
    const { rules, chaincode } = this.#trust;
    if (by !== undefined && !rules.includes(by)) {
      this.#findings.notEvaluated(STEP, place, 'RULES_UNKNOWN', { rules: by });
      return [];
    }
    if (difference) {
      const transaction = call?.chaincode === chaincode ? { transaction: call.transaction } : {};
      const facts = {
        verdict: leaf.verdict,
        ...transaction,
        ...difference.facts,
        ...told(difference.reason),
      };
      this.#findings.departs(STEP, place, reasonOf(difference.reason), facts);
    }
    if (leaf.flags.includes('UNOPENED'))
      return [...(counted ? [counted] : []), ...(await this.#open(folded, place))];
    return counted ? [counted] : [];
  }

  /** What the fold leaves out for everybody is judged here by whoever holds the openings. */
  async #open({ call, rules = '' }: FoldedTransaction, place: Place): Promise<readonly Counted[]> {
    const edition = editionNamed(rules);
    const outcome = call && edition && (await reassess({ ...call, edition }, this.#records, this.#openings));
    const facts: Facts = call ? { transaction: call.transaction } : {};
    if (outcome === 'OPENING_MISSING') this.#findings.notEvaluated(STEP, place, 'OPENING_MISSING', facts);
    else if (outcome !== undefined)
      this.#findings.departs(STEP, place, 'RULES_REFUSE', { ...facts, refusal: outcome });
    return outcome === 'OPENING_MISSING' ? ['unopened'] : [];
  }
}

/** The verifier's word for why a transaction is CORRECTED or VOID. */
function reasonOf(reason: NonNullable<FoldedTransaction['difference']>['reason']): Reason {
  if (reason === 'RULES_REFUSE' || reason === 'RESTORATION_UNFOUNDED') return 'RULES_REFUSE';
  return reason === 'CALL_UNREADABLE' ? 'MALFORMED' : 'WRITES_DIFFER';
}

const WHAT: Readonly<Record<string, string>> = {
  RESPONSE_DIFFERS: 'the response',
  STATUS_DIFFERS: 'the status',
  EVENT_DIFFERS: 'the event',
};

function told(reason: string): Facts {
  const what = WHAT[reason];
  return what === undefined ? {} : { what };
}
