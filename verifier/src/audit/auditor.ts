import { equalBytes } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { keys, type Instant, type Opening } from '@tallystick/chaincode/model';
import { approvalIn } from '../fabric/approval.js';
import { commitHashOf, flagsOf, headerHash } from '../fabric/block.js';
import { CommitHashes, type CommitPoint } from '../fabric/commit-hash.js';
import type { Transaction } from '../fabric/transaction.js';
import type { FoldedTransaction } from '../fold/index.js';
import { Rejection, rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { ExaminedBlock } from './block-examination.js';
import type { Examined } from './examination.js';
import { Findings, type Place } from './findings.js';
import { flagDifference } from './flags.js';
import { BlockJudge, type Judgement } from './judgement.js';
import { LedgerFold, nothingFolded, type Folded } from './ledger-fold.js';
import { updatesOf } from './updates.js';
import { UsageHistory } from './usage-history.js';
import { CODE } from './validation-codes.js';
import { BlockState, spaceOf, WorldState } from './world-state.js';

/** What was looked at. */
export interface Counts {
  readonly blocks: number;
  readonly configurations: number;
  readonly transactions: number;
  readonly valid: number;
  readonly invalid: number;
  /** Valid transactions that came out of the rules as their endorsers had them. */
  readonly replayed: number;
  /** Those that came out otherwise, and count as the rules give them. */
  readonly corrected: number;
  /** Those that the rules refuse, or that touch our namespace in no way of theirs: nothing took effect. */
  readonly void: number;
  /** Those with a check that needs an opening which was not handed in; they are among the others, too. */
  readonly unopened: number;
  /** Valid transactions that the rules have nothing to say about: those of other chaincodes. */
  readonly foreign: number;
  /** Blocks whose recomputed commit hash is the peer's. */
  readonly commitHashes: number;
}

/** Everything that goes on from block to block: what a checkpoint holds. */
export interface Progress {
  readonly counts: Counts;
  readonly findings: Findings;
  /** As Fabric has it. */
  readonly state: WorldState;
  /** As the rules have it. */
  readonly folded: Folded;
  readonly history: UsageHistory;
  /** Ids of all transactions so far. */
  readonly seen: Set<string>;
  /** Of the last block; `undefined` before block 1. */
  readonly commit: CommitPoint | undefined;
  /** Hash of the last header; empty before block 0. */
  readonly header: Uint8Array;
  /** Latest time of a transaction that took effect; empty before the first. */
  readonly ledgerTime: Instant;
}

/** Nothing looked at yet. */
export const newProgress = (chaincode: string): Progress => ({
  counts: {
    blocks: 0,
    configurations: 0,
    transactions: 0,
    valid: 0,
    invalid: 0,
    replayed: 0,
    corrected: 0,
    void: 0,
    unopened: 0,
    foreign: 0,
    commitHashes: 0,
  },
  findings: new Findings(),
  state: new WorldState(),
  folded: nothingFolded(),
  history: new UsageHistory(chaincode),
  seen: new Set(),
  commit: undefined,
  header: new Uint8Array(),
  ledgerTime: '',
});

export interface AuditorOptions {
  readonly trust: Trust;
  /** Go on after a divergence, with what the peers made of the block. */
  readonly isKeepingGoing: boolean;
  readonly openings: readonly Opening[];
}

const SPACE = keys.space().text;

/** A transaction in its block. */
interface Turn {
  readonly place: Place & { readonly index: number };
  readonly examined: Examined;
  readonly judgement: Judgement;
  /** What the block says; `undefined` where it says nothing. */
  readonly flag: number | undefined;
  readonly state: BlockState;
}

const EFFECTIVE: readonly FoldedTransaction['leaf']['verdict'][] = ['REPLAYED', 'CORRECTED'];

/** Takes examined blocks in order, and keeps the state that their valid transactions add up to. */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly #fold: LedgerFold;
  readonly #commits: { current: CommitHashes };
  readonly #findings: Findings;
  readonly #state: WorldState;
  readonly #history: UsageHistory;
  readonly #seen: Set<string>;
  #counts: Counts;
  #header: Uint8Array;
  #ledgerTime: Instant;

  constructor(options: AuditorOptions, { commit, ...before }: Progress) {
    this.#options = options;
    const { trust, openings } = options;
    this.#fold = new LedgerFold(trust, openings, before.findings, before.folded);
    this.#findings = before.findings;
    this.#state = before.state;
    this.#history = before.history;
    this.#seen = before.seen;
    this.#counts = before.counts;
    this.#header = before.header;
    this.#ledgerTime = before.ledgerTime;
    this.#commits = { current: this.#commitHashes(commit) };
  }

  get progress(): Progress {
    return {
      counts: this.#counts,
      findings: this.#findings,
      state: this.#state,
      folded: this.#fold.folded,
      history: this.#history,
      seen: this.#seen,
      commit: this.#counts.blocks > 1 ? this.#commits.current.point : undefined,
      header: this.#header,
      ledgerTime: this.#ledgerTime,
    };
  }

  /** Number of the block that comes next. */
  get next(): number {
    return this.#counts.blocks;
  }

  /** Whether there is any sense in another block. */
  get isOver(): boolean {
    return !this.#findings.isClean && !this.#options.isKeepingGoing;
  }

  /** Takes the next block. Stops at the first divergence unless it is to keep going. */
  async take(examined: ExaminedBlock): Promise<void> {
    const { block } = examined;
    const place = { block: this.next };
    await this.#findings.check('block.integrity', place, () => this.#checkLink(examined));
    this.#findings.add(examined.findings);
    if (this.isOver) return;
    await this.#takeContents(examined);
    this.#header = headerHash(block);
    this.#count({ blocks: 1, ...(examined.isConfig && { configurations: 1 }) });
  }

  async #takeContents(examined: ExaminedBlock): Promise<void> {
    const state = new BlockState(this.#state);
    const flags = await this.#takeTransactions(examined, state);
    if (this.next > 0 && !this.isOver) await this.#checkCommitHash(examined, flags);
    this.#state.apply(state.updates());
    for (const { txId } of examined.transactions) if (txId !== '') this.#seen.add(txId);
  }

  #checkLink({ block }: ExaminedBlock): void {
    const facts = { block: `${block.number}` };
    rejectUnless(equalBytes(block.previousHash, this.#header), 'PREVIOUS_HASH_DIFFERS', {
      ...facts,
      previous: bytesToHex(block.previousHash),
      found: bytesToHex(this.#header),
    });
  }

  /** @returns the flags that count: those of the block, or ours where it has none */
  async #takeTransactions(examined: ExaminedBlock, state: BlockState): Promise<Uint8Array> {
    const { block, transactions, config } = examined;
    const flags = this.#flagsOf(examined);
    const counted = new Uint8Array(transactions.length);
    const folded: FoldedTransaction[] = [];
    const judge = new BlockJudge(transactions, config, this.#state, this.#seen);
    for (const [index, each] of transactions.entries()) {
      const place = { block: this.next, index, ...(each.txId !== '' && { txId: each.txId }) };
      const turn = {
        place,
        examined: each,
        judgement: judge.judge(index, state),
        flag: flags?.[index],
        state,
      };
      const code = this.#takeCode(turn);
      counted[index] = code;
      const one = this.isOver
        ? undefined
        : await this.#foldOne(block.data[index] ?? new Uint8Array(), code, turn);
      if (one) folded.push(one);
    }
    if (folded.length < transactions.length) return counted;
    this.#fold.plant(block, folded);
    return counted;
  }

  /** `undefined` for a block that has none, as orderers hand them out. Block 0 has none in a file and one at a peer. */
  #flagsOf({ block, transactions }: ExaminedBlock): Uint8Array | undefined {
    const flags = flagsOf(block);
    const place = { block: this.next };
    if (flags.length === transactions.length) return flags;
    if (flags.length === 0 && this.next === 0) return new Uint8Array(transactions.length);
    if (flags.length === 0) this.#findings.notEvaluated('transaction.validity', place, 'NOT_GIVEN');
    else
      this.#findings.diverges('transaction.validity', place, 'FLAGS_DIFFER', {
        flags: `${flags.length}`,
        transactions: `${transactions.length}`,
      });
    return undefined;
  }

  /** The code that counts. */
  #takeCode(turn: Turn): number {
    const { judgement, flag } = turn;
    this.#compareFlag(turn);
    const code = flag ?? (judgement.refusal ? (judgement.refusal.code ?? CODE.UNKNOWN) : CODE.VALID);
    this.#count({ transactions: 1, ...(code === CODE.VALID ? { valid: 1 } : { invalid: 1 }) });
    return code;
  }

  /** By the rules first, over what the transactions before left; then what Fabric makes of it. */
  async #foldOne(envelope: Uint8Array, code: number, turn: Turn): Promise<FoldedTransaction | undefined> {
    const { place, examined } = turn;
    const isFounded = this.#fold.folded.records.text(SPACE) !== undefined;
    const taken = await this.#fold.take(place, envelope, code);
    if (taken) this.#note(taken, place, isFounded);
    if (code === CODE.VALID && examined.transaction) await this.#apply(examined.transaction, turn);
    return taken?.folded;
  }

  #note(
    { folded, counted }: NonNullable<Awaited<ReturnType<LedgerFold['take']>>>,
    place: Place,
    isFounded: boolean,
  ): void {
    for (const name of counted) this.#count({ [name]: 1 });
    if (!isFounded && folded.writes.has(SPACE)) this.#checkConstitution(folded.leaf.txId, place);
    const { leaf, call } = folded;
    if (call && EFFECTIVE.includes(leaf.verdict) && call.time > this.#ledgerTime)
      this.#ledgerTime = call.time;
    this.#history.note(folded);
  }

  #compareFlag({ place, judgement: { refusal, isOpen }, flag }: Turn): void {
    if (flag === undefined) return;
    const step = 'transaction.validity';
    const facts = { what: 'what its ranges held at its turn' };
    if (isOpen) {
      this.#findings.notEvaluated(step, place, 'NOT_GIVEN', facts);
      return;
    }
    const difference = flagDifference(flag, refusal);
    if (difference) this.#findings.diverges(step, place, 'FLAGS_DIFFER', difference);
  }

  async #apply(transaction: Transaction, { place, state }: Turn): Promise<void> {
    const { chaincode } = this.#options.trust;
    await this.#findings.check('ledger.definition', place, () => this.#checkPackage(transaction));
    this.#history.judge(transaction, place, state);
    const version = { block: place.block, index: place.index };
    const own = spaceOf(chaincode);
    for (const update of updatesOf(transaction.namespaces, version, state)) {
      state.put(update);
      if (update.space === own && update.entry)
        this.#fold.folded.records.share(update.key, update.entry.value);
    }
  }

  /** The first to write the space founds it: everything that follows goes back to that transaction. */
  #checkConstitution(txId: string, place: Place): void {
    const { constitution } = this.#options.trust;
    if (txId === constitution) return;
    this.#findings.diverges('ledger.constitution', place, 'CONSTITUTION_DIFFERS', {
      trusted: constitution,
      found: txId,
    });
  }

  /** Organisations approve a package before they run it; the trust file may name those that they should have. */
  #checkPackage(transaction: Transaction): void {
    const { chaincode, packages } = this.#options.trust;
    const approval = packages.length > 0 ? approvalIn(transaction, chaincode) : undefined;
    if (approval?.packageId === undefined) return;
    const { mspId, packageId, sequence } = approval;
    const facts = { mspId, package: packageId, sequence: `${sequence}` };
    rejectUnless(packages.includes(packageId), 'PACKAGE_NOT_ACCEPTED', facts);
  }

  async #checkCommitHash({ block, transactions }: ExaminedBlock, flags: Uint8Array): Promise<void> {
    const place = { block: this.next };
    await this.#findings.check('block.integrity', place, () => {
      const recorded = commitHashOf(block);
      const read = transactions.map(({ transaction }) => transaction);
      const hash = this.#commits.current.append(block.number, flags, read);
      if (recorded.length === 0) {
        this.#findings.notEvaluated('block.integrity', place, 'NOT_GIVEN', { what: 'a commit hash' });
        return;
      }
      if (equalBytes(hash, recorded)) {
        this.#count({ commitHashes: 1 });
        return;
      }
      // From here on by the peer's own, so that one difference is told once.
      this.#commits.current = this.#commitHashes({ block: block.number, hash: recorded });
      throw new Rejection('COMMIT_HASH_DIFFERS', {
        recorded: bytesToHex(recorded),
        recomputed: bytesToHex(hash),
      });
    });
  }

  /** The state is written once a block is through, not by the hash. */
  #commitHashes(point: CommitPoint | undefined): CommitHashes {
    const valueOf = (namespace: string, collection: string, key: string): Uint8Array | undefined =>
      this.#state.get(collection === '' ? spaceOf(namespace) : spaceOf(namespace, collection), key)?.value;
    return new CommitHashes({ get: valueOf, set: () => undefined }, point);
  }

  #count(more: Partial<Counts>): void {
    const counts = { ...this.#counts };
    for (const [name, number] of Object.entries(more)) counts[name as keyof Counts] += number;
    this.#counts = counts;
  }
}
