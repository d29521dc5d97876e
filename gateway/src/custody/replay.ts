import { Refusal } from '@tallystick/chaincode/model';
import {
  execute,
  KNOWN_RULES,
  rules,
  type Caller,
  type Execution,
  type Reader,
} from '@tallystick/chaincode/rules';
import type { ProjectedTransaction, Projection } from '../projection/port.js';
import { readerBefore } from './projected.js';
import { callerBy } from './signers.js';

/** A committed transaction, decided once more at home. */
export interface Replayed {
  /** Who signed it, and its time. */
  readonly caller: Caller;
  /** State right before it. */
  readonly before: Reader;
  /** What the rules write; `undefined` when they refuse, which no honest majority would have endorsed. */
  readonly execution: Execution | undefined;
}

/**
 * The ledger decided by rules that this gateway does not know. They are never guessed: nothing is released, and nothing given up,
 * until a gateway that knows them looks again. Upgrade gateways before the chaincode.
 */
export class RulesUnknown extends Error {
  override readonly name = 'RulesUnknown';
  readonly code = 'RULES_UNKNOWN';

  constructor(version: string) {
    super(`This gateway knows no rules ${version}`);
  }
}

const KEPT = 64;

/**
 * Replays committed transactions with the very rules that endorsers run, over the state that our own projection shows right
 * before them. A majority of colluding peers can write what the rules forbid; here it does not come out again. One
 * transaction asks or answers for many uses, and is replayed once for all of them.
 */
export class Replays {
  readonly #projection: Projection;
  readonly #kept = new Map<string, Promise<Replayed>>();

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  /**
   * `version`: of the rules, as the records say that the transaction wrote.
   * @throws RulesUnknown
   */
  of(transaction: ProjectedTransaction, version: string): Promise<Replayed> {
    if (!KNOWN_RULES.has(version)) {
      return Promise.reject(new RulesUnknown(version));
    }
    const name = `${transaction.txId} ${version}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const replayed = this.#replay(transaction, version);
    this.#kept.set(name, replayed);
    // A failure to read is no verdict: the next look replays again.
    replayed.catch(() => this.#kept.delete(name));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return replayed;
  }

  async #replay(made: ProjectedTransaction, version: string): Promise<Replayed> {
    const { transaction, argument, time } = made;
    const caller = callerBy(made, time);
    const before = remembering(readerBefore(this.#projection, made));
    try {
      const call = { transaction, argument, caller, openings: new Map(), version };
      return { caller, before, execution: await execute(rules, call, before) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { caller, before, execution: undefined };
    }
  }
}

/** The past does not change: each key is read once. */
function remembering(read: Reader): Reader {
  const known = new Map<string, Promise<string | undefined>>();
  return (key) => {
    const text = known.get(key) ?? read(key);
    known.set(key, text);
    return text;
  };
}
