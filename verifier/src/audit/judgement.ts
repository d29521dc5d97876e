import type { ChannelConfig } from '../fabric/identity.js';
import type { Transaction } from '../fabric/transaction.js';
import { Rejection } from '../rejection.js';
import { conflictOf } from './conflicts.js';
import type { Examined, Refusal } from './examination.js';
import { Policies } from './policies.js';
import { rangesOf } from './ranges.js';
import { CODE } from './validation-codes.js';
import type { BlockState } from './world-state.js';

/** What a transaction must be flagged with, by everything that can be judged here. */
export interface Judgement {
  /** `undefined`: valid. */
  readonly refusal: Refusal | undefined;
  /** It read long ranges, of which only hashes are recorded: whether they still held at its turn is its peers' word. */
  readonly isOpen: boolean;
}

const refusalOf = (
  step: Refusal['step'],
  code: number,
  reason: Rejection['code'],
  facts: Rejection['facts'],
): Refusal => ({ step, code, rejection: new Rejection(reason, facts) });

/**
 * Judges the transactions of one block in Fabric's order: what each is by itself, then ids that came before, then policies, all against
 * the state before the block; then, in the order of the block, conflicts (`conflict`).
 */
export class BlockJudge {
  readonly #alone: readonly (Refusal | undefined)[];
  readonly #examined: readonly Examined[];

  constructor(
    examined: readonly Examined[],
    config: ChannelConfig,
    before: Pick<BlockState, 'get'>,
    seen: ReadonlySet<string>,
  ) {
    const policies = new Policies(config, before);
    this.#examined = examined;
    this.#alone = withoutRepetition(
      examined,
      examined.map((each) => each.refusal ?? repeated(each, seen) ?? unsupported(each, policies)),
    );
  }

  /** @param state the state before the block with the writes of the valid transactions before this one laid over */
  judge(index: number, state: BlockState): Judgement {
    const { transaction } = this.#examined[index] ?? {};
    const refusal = this.#alone[index] ?? (transaction && conflicting(transaction, state));
    if (refusal || !transaction) return { refusal, isOpen: false };
    const ranges = rangesOf(transaction, state);
    return { refusal: ranges === 'changed' ? phantom() : undefined, isOpen: ranges === 'unknown' };
  }
}

const phantom = (): Refusal =>
  refusalOf('transaction.validity', CODE.PHANTOM_READ_CONFLICT, 'NOT_VALID', {
    what: 'a range that changed',
  });

const duplicate = (txId: string): Refusal =>
  refusalOf('transaction.validity', CODE.DUPLICATE_TXID, 'NOT_VALID', {
    txId,
    what: 'an id that came before',
  });

const repeated = ({ txId }: Examined, seen: ReadonlySet<string>): Refusal | undefined =>
  txId !== '' && seen.has(txId) ? duplicate(txId) : undefined;

function unsupported({ transaction, endorsers }: Examined, policies: Policies): Refusal | undefined {
  if (!transaction) return undefined;
  try {
    policies.check(transaction, endorsers);
    return undefined;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    const isPolicy = error.code === 'POLICY_NOT_SATISFIED';
    return {
      step: 'transaction.endorsement',
      rejection: error,
      ...(isPolicy && { code: CODE.ENDORSEMENT_POLICY_FAILURE }),
    };
  }
}

/** Of those of the block that could be valid, the first with an id has it. */
function withoutRepetition(
  examined: readonly Examined[],
  refusals: readonly (Refusal | undefined)[],
): readonly (Refusal | undefined)[] {
  const seen = new Set<string>();
  return examined.map(({ txId }, index) => {
    const refusal = refusals[index];
    if (refusal || txId === '') return refusal;
    if (seen.has(txId)) return duplicate(txId);
    seen.add(txId);
    return undefined;
  });
}

function conflicting({ namespaces }: Transaction, state: BlockState): Refusal | undefined {
  const conflict = conflictOf(namespaces, state);
  return (
    conflict &&
    refusalOf('transaction.validity', CODE.MVCC_READ_CONFLICT, 'NOT_VALID', {
      key: conflict.key,
      read: conflict.read,
      found: conflict.found,
    })
  );
}
