import type { Opening } from '@tallystick/chaincode/model';
import { newSignatures, type Signatures } from '../crypto/signature.js';
import type { Subtle } from '../crypto/subtle.js';
import { readBlock, type Block } from '../fabric/block.js';
import { Rejection } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import { Auditor, newProgress, type Counts, type Progress } from './auditor.js';
import { BlockExaminer, isTurningPoint, type ExaminedBlock } from './block-examination.js';
import type { Recorded } from './findings.js';
import type { Audited } from './reports.js';

/** Blocks that are examined ahead of the one that is replayed: their signatures are checked meanwhile. */
const AHEAD = 8;

export type InputErrorCode = 'BLOCK_UNREADABLE' | 'NOT_CONTIGUOUS' | 'NO_BLOCKS' | 'RESUME_UNUSABLE';

/** Blocks, or a file to resume from, that nothing can be said about. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly code: InputErrorCode;

  constructor(code: InputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Where an audit stands, and the configuration blocks it went through: from here it can go on. */
export interface Standing {
  readonly progress: Progress;
  /** As they came, from block 0 on. */
  readonly configBlocks: readonly Uint8Array[];
}

export interface AuditOptions {
  /**
   * Go on after a divergence, with what the peers made of the block. Default: stop at the first. Endorsers that departed from the rules
   * are none.
   */
  readonly keepGoing?: boolean;
  /** Openings of sealed fields, which transactions carried beside what is recorded. */
  readonly openings?: readonly Opening[];
  /** Where an earlier audit under the same trust stopped; blocks before are passed over. */
  readonly resume?: Standing;
  /** Told after each block that was taken whole. Awaited: nothing moves while something is written or signed. */
  readonly onBlock?: (standing: Standing) => void | Promise<void>;
}

/** The end of an audit: what was found, and what reports are made from. */
export interface Audit extends Recorded, Audited {
  readonly counts: Counts;
  readonly standing: Standing;
}

/**
 * Walks a ledger from block 0: header chain, data, orderers and configuration; of every transaction form, creator, endorsements, policy
 * and conflicts, compared with the flag that the peer gave; the commit hash; and the fold of the rules over every valid transaction, with
 * the log, lists and map that witnesses sign. It goes on after transactions whose endorsers departed from the rules. @param source serialized common.Block, in order
 * @throws InputError
 */
export async function audit(
  source: AsyncIterable<Uint8Array>,
  trust: Trust,
  subtle: Subtle,
  options: AuditOptions = {},
): Promise<Audit> {
  const pass = new Pass(trust, subtle, options);
  await pass.run(source);
  return pass.result();
}

class Pass {
  readonly #trust: Trust;
  readonly #signatures: Signatures;
  readonly #options: AuditOptions;
  readonly #auditor: Auditor;
  readonly #configBlocks: Uint8Array[] = [];
  #examiner: BlockExaminer | undefined;
  /** Number of the next block to be examined. */
  #next: number;

  constructor(trust: Trust, subtle: Subtle, options: AuditOptions) {
    const { keepGoing: isKeepingGoing = false, openings = [], resume } = options;
    this.#trust = trust;
    this.#signatures = newSignatures(subtle, trust.algorithms);
    this.#options = options;
    const progress = resume?.progress ?? newProgress(trust.chaincode);
    this.#auditor = new Auditor({ trust, isKeepingGoing, openings }, progress);
    this.#next = progress.counts.blocks;
  }

  async run(source: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#restore();
    // What an earlier audit that kept going had found is enough for one that does not.
    if (!this.#isOver()) await this.#takeAll(source);
    if (this.#auditor.next === 0 && this.#auditor.progress.findings.isClean)
      throw new InputError('NO_BLOCKS', 'there are no blocks');
  }

  async #takeAll(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const examined of this.#ahead(source)) {
      await this.#auditor.take(examined);
      if (this.#isOver()) return;
      await this.#options.onBlock?.(this.#standing);
    }
  }

  #isOver(): boolean {
    return this.#auditor.isOver;
  }

  result(): Audit {
    const { counts, findings, folded, history, ledgerTime } = this.#auditor.progress;
    return {
      ...this.#told(findings.recorded()),
      counts,
      standing: this.#standing,
      records: folded.records,
      history,
      ledgerTime,
    };
  }

  /** What else is wrong with the block of the first divergence may just follow from it. */
  #told(found: Recorded): Recorded {
    if (this.#options.keepGoing === true) return found;
    const divergences = found.divergences.slice(0, 1);
    return { ...found, divergences, divergenceCount: divergences.length };
  }

  get #standing(): Standing {
    return { progress: this.#auditor.progress, configBlocks: this.#configBlocks };
  }

  async #restore(): Promise<void> {
    for (const bytes of this.#options.resume?.configBlocks ?? []) {
      const block = readBlock(bytes);
      if (this.#examiner) await this.#examiner.resume(block);
      else this.#examiner = await BlockExaminer.begin(block, this.#trust, this.#signatures);
      this.#configBlocks.push(bytes);
    }
  }

  /** Examines some blocks ahead, but none beyond a configuration that is not in force yet; and holds none back while no other comes. */
  async *#ahead(source: AsyncIterable<Uint8Array>): AsyncGenerator<ExaminedBlock> {
    const waiting: Promise<ExaminedBlock>[] = [];
    for await (const bytes of idling(source, () => waiting[0])) {
      if (bytes === undefined) {
        yield* taken(waiting, 1);
        continue;
      }
      const block = this.#expected(bytes);
      if (!block) continue;
      if (!isTurningPoint(block)) {
        waiting.push(this.#examine(block));
        if (waiting.length > AHEAD) yield* taken(waiting, 1);
        continue;
      }
      yield* taken(waiting, waiting.length);
      const examined = await this.#turn(block, bytes);
      if (!examined) return;
      yield examined;
    }
    yield* taken(waiting, waiting.length);
  }

  /** @returns `undefined` for one that the audit had before it was interrupted */
  #expected(bytes: Uint8Array): Block | undefined {
    const block = parsed(bytes, this.#next);
    const resumed = this.#options.resume?.progress.counts.blocks ?? 0;
    if (block.number < BigInt(resumed) && this.#next === resumed) return undefined;
    if (block.number !== BigInt(this.#next))
      throw new InputError('NOT_CONTIGUOUS', `block ${block.number} where block ${this.#next} should be`);
    this.#next += 1;
    return block;
  }

  #examine(block: Block): Promise<ExaminedBlock> {
    if (!this.#examiner) throw new Error('block 0 comes first');
    const examined = this.#examiner.examine(block);
    // Whoever leaves early does not wait for the rest; what failed there is of no interest any more.
    examined.catch(() => undefined);
    return examined;
  }

  async #turn(block: Block, bytes: Uint8Array): Promise<ExaminedBlock | undefined> {
    this.#configBlocks.push(bytes);
    if (block.number > 0n) return this.#examine(block);
    const begin = (): Promise<BlockExaminer> => BlockExaminer.begin(block, this.#trust, this.#signatures);
    const { findings } = this.#auditor.progress;
    this.#examiner = await findings.check('ledger.genesis', { block: 0 }, begin);
    return this.#examiner?.genesis(block);
  }
}

function parsed(bytes: Uint8Array, number: number): Block {
  try {
    return readBlock(bytes);
  } catch (cause) {
    if (!(cause instanceof Rejection)) throw cause;
    throw new InputError('BLOCK_UNREADABLE', `block ${number} is no block: ${cause.message}`, { cause });
  }
}

/**
 * What a source gives, and `undefined` whenever something that waits is ready before the next of it: a pipe may pause for hours.
 */
async function* idling<T>(
  source: AsyncIterable<T>,
  waiting: () => Promise<unknown> | undefined,
): AsyncGenerator<T | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  // Asked for before it is waited for: a failure meanwhile is told when its turn comes.
  const ask = (): Promise<IteratorResult<T>> => {
    const asked = iterator.next();
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  try {
    for (;;) {
      const ready = waiting()?.then(
        () => undefined,
        () => undefined,
      );
      const arrived = await (ready ? Promise.race([next, ready]) : next);
      if (arrived?.done === true) return;
      if (arrived) next = ask();
      yield arrived?.value;
    }
  } finally {
    // Who leaves early does not wait for what the source still reads.
    void iterator.return?.().catch(() => undefined);
  }
}

async function* taken(waiting: Promise<ExaminedBlock>[], count: number): AsyncGenerator<ExaminedBlock> {
  for (const each of waiting.splice(0, count)) yield await each;
}
