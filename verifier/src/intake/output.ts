import { IntakeError } from './intake-error.js';

const FIRST = 1 << 16;

/** Bytes that grow, up to a bound. */
export class Output {
  #bytes = new Uint8Array(FIRST);
  #length = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  /** A view, valid until more is written. */
  from(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** @throws IntakeError TOO_LARGE before more than the bound is held */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#limit) throw new IntakeError('TOO_LARGE', `more than ${this.#limit} bytes unpacked`);
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.min(Math.max(needed, this.#bytes.length * 2), this.#limit));
    grown.set(this.from(0));
    this.#bytes = grown;
  }
}
