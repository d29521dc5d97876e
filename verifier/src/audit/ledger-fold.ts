import { digestOfHash, type CheckpointBody, type Digest, type Opening } from '@tallystick/chaincode/model';
import { openingDigest, RULES_VERSION } from '@tallystick/chaincode/rules';
import { headerHash, type Block } from '../fabric/block.js';
import { foldTransaction, MemoryTrees, plantBlock, reassess, type FoldedTransaction } from '../fold/index.js';
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
}

export const nothingFolded = (): Folded => ({
  records: new EffectiveRecords(),
  trees: new MemoryTrees(),
  body: undefined,
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

  constructor(trust: Trust, openings: readonly Opening[], findings: Findings, before: Folded) {
    this.#trust = trust;
    this.#openings = new Map(openings.map((each) => [openingDigest(each), each]));
    this.#findings = findings;
    this.#records = before.records;
    this.#trees = before.trees;
    this.#body = before.body;
  }

  get folded(): Folded {
    return { records: this.#records, trees: this.#trees, body: this.#body };
  }

  /** @returns the transaction, and what it counts as */
  async take(
    place: Required<Pick<Place, 'block' | 'index'>> & Place,
    envelope: Uint8Array,
    code: number,
  ): Promise<{ readonly folded: FoldedTransaction; readonly counted: readonly Counted[] }> {
    const { chaincode } = this.#trust;
    const { block, index } = place;
    const folded = await foldTransaction({ block, index, envelope, code }, this.#records, { chaincode });
    const counted = await this.#find(folded, place);
    this.#records.apply(folded);
    return { folded, counted };
  }

  /** Once every transaction of a block was taken. */
  plant(block: Block, transactions: readonly FoldedTransaction[]): void {
    const { channel, genesis } = this.#trust;
    const folded = { number: Number(block.number), hash: digestOfHash(headerHash(block)), transactions };
    this.#body = plantBlock(folded, this.#trees, { channel, genesis: genesis as Digest });
  }

  async #find(folded: FoldedTransaction, place: Place): Promise<readonly Counted[]> {
    const { leaf, difference, call } = folded;
    const counted = COUNTED[leaf.verdict];
    const { rules, chaincode } = this.#trust;
    if (counted !== undefined && counted !== 'foreign' && !rules.includes(RULES_VERSION)) {
      this.#findings.notEvaluated(STEP, place, 'RULES_UNKNOWN', { rules: RULES_VERSION });
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
  async #open({ call }: FoldedTransaction, place: Place): Promise<readonly Counted[]> {
    const outcome = call && (await reassess(call, this.#records, this.#openings));
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
