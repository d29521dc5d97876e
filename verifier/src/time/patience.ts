import { NotEvaluated } from '../rejection.js';

/** Tokens have some kilobytes; one that carries revocation lists has a hundred. */
const OCTETS = 1 << 20;
/** Authorities of one file are few, and each is asked about once. */
const SIGNATURES = 256;

/**
 * What the tokens of one file may cost a reader together: it can hold hundreds, each made to cost as much as one may. What is beyond that
 * shows nothing, and takes nothing away.
 */
export class Patience {
  #octets = OCTETS;
  #signatures = SIGNATURES;
  readonly #known = new Map<string, boolean>();

  /** @throws NotEvaluated TOKEN_NOT_SUPPORTED */
  read({ length }: Uint8Array): void {
    this.#octets -= length;
    if (this.#octets < 0) throw exhausted('so many octets of tokens');
  }

  /**
   * Whether a signature holds, by a name of its own: it is checked the first time. What cannot be checked is asked again.
   * @throws NotEvaluated TOKEN_NOT_SUPPORTED, and what the check throws
   */
  async isSigned(name: string, check: () => Promise<boolean>): Promise<boolean> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#signatures === 0) throw exhausted('so many authorities of tokens');
    this.#signatures -= 1;
    const isSigned = await check();
    this.#known.set(name, isSigned);
    return isSigned;
  }
}

const exhausted = (what: string): NotEvaluated => new NotEvaluated('TOKEN_NOT_SUPPORTED', { what });
