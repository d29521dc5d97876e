import type { Outcome } from '../../ledger/port.js';
import type { CustodyEntry } from './stores/port.js';
import { codeOf } from './answering.js';
import type { Custody } from './parts.js';
import type { Retries } from '../../workers/retries.js';

/**
 * A request whose answer was written down as submitted, and that our projection still shows as unanswered: find out what
 * became of the transaction. While nobody knows, wait and look again. After that the answer may be made anew, with the same
 * header: should the first one come after all, the ledger takes only one of them, and either names the header we hold.
 */
export class Recovery {
  readonly #custody: Custody;
  readonly #retries: Retries;
  /**
   * By request and transaction: requests answered in one transaction must not use up each other's looks, nor may the first
   * that is given up set the others back to their first look with pauses that have grown long.
   */
  readonly #looks = new Map<string, number>();

  constructor(custody: Custody, retries: Retries) {
    this.#custody = custody;
    this.#retries = retries;
  }

  /** The entry as it stands afterwards: PREPARED when it may be answered anew. */
  async lookUp(entry: CustodyEntry): Promise<CustodyEntry> {
    const { usageId, txId = '' } = entry;
    const outcome = await this.#outcome(txId);
    if (outcome.state === 'VALID' && (await this.#custody.projection.height()) < outcome.blockNumber) {
      // Our projection will show it, and wake us.
      return entry;
    }
    if (outcome.state === 'UNKNOWN' && !this.#isGivenUp(`${usageId} ${txId}`)) {
      this.#retries.failed(usageId);
      return entry;
    }
    this.#looks.delete(`${usageId} ${txId}`);
    this.#retries.succeeded(usageId);
    const reason = outcome.state === 'INVALID' ? outcome.code : `OUTCOME_${outcome.state}`;
    return this.#custody.state.custody.move(usageId, 'SUBMITTED', 'PREPARED', { reason });
  }

  async #outcome(txId: string): Promise<Outcome> {
    try {
      return await this.#custody.ledger.outcome(txId);
    } catch (error) {
      this.#custody.log.warn({ txId, code: codeOf(error) }, 'Could not look up a transaction');
      return { state: 'UNKNOWN' };
    }
  }

  #isGivenUp(look: string): boolean {
    const looks = (this.#looks.get(look) ?? 0) + 1;
    this.#looks.set(look, looks);
    return looks > this.#custody.settings.looks;
  }
}
