import type { EvidenceArchive } from '../state/evidence-port.js';
import { envelopeHash } from './assembly.js';
import type { Gathered } from './collection.js';
import { processedOf } from './recorded.js';
import { requestToken, TimestampError } from './timestamp.js';

/** Milliseconds for which an authority that failed is not asked again. */
const ABSENCE = 60_000;

/** Has the transactions that close a decision stamped by authorities that nobody on the ledger runs (RFC 3161). */
export class Stamping {
  readonly #authorities: readonly string[];
  readonly #archive: Pick<EvidenceArchive, 'tokens' | 'keepToken'>;
  readonly #absent = new Map<string, number>();

  constructor(authorities: readonly string[], archive: Pick<EvidenceArchive, 'tokens' | 'keepToken'>) {
    this.#authorities = authorities;
    this.#archive = archive;
  }

  /** Tokens over the transaction that decided the subject. @throws TimestampError when one is still missing */
  async stamp({ core, closure }: Pick<Gathered, 'core' | 'closure'>): Promise<void> {
    const txId = core.decided;
    const [answer] = closure.transactions.find((each) => each.txId === txId)?.answers ?? [];
    if (this.#authorities.length === 0 || answer === undefined) return;
    const kept = new Set((await this.#archive.tokens([txId])).map(({ authority }) => authority));
    const hash = envelopeHash(processedOf(answer).envelope);
    const missing = this.#authorities.filter((authority) => !kept.has(authority));
    const failures: unknown[] = [];
    for (const authority of missing)
      await this.#stampBy(authority, txId, hash).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  async #stampBy(authority: string, txId: string, hash: Uint8Array): Promise<void> {
    if ((this.#absent.get(authority) ?? 0) > Date.now())
      throw new TimestampError('AUTHORITY_UNAVAILABLE', `${authority} failed a moment ago`);
    try {
      await this.#archive.keepToken({ txId, authority, token: await requestToken(authority, hash) });
    } catch (error) {
      this.#absent.set(authority, Date.now() + ABSENCE);
      throw error;
    }
  }
}
