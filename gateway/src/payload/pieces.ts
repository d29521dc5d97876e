export interface Piece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/**
 * Cut a stream into pieces of exactly `size` bytes, the last one shorter or equal. An empty stream gives one empty piece.
 * A piece is held back until it is known whether it is the last; bytes are copied only where a piece spans two buffers.
 * `firstSize` is the size of the first piece, where a stream begins with a part of its own.
 */
export async function* inPieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
  firstSize = size,
): AsyncGenerator<Piece> {
  const cutter = new Cutter(size, firstSize);
  for await (const buffer of source) {
    for (const bytes of cutter.cut(buffer)) yield { bytes, isLast: false };
  }
  yield { bytes: cutter.rest(), isLast: true };
}

class Cutter {
  readonly #nextSize: number;
  #size: number;
  /** The piece that may be the last one: full or not. */
  #held: Uint8Array = new Uint8Array();
  #used = 0;

  constructor(size: number, firstSize: number) {
    this.#nextSize = size;
    this.#size = firstSize;
  }

  *cut(buffer: Uint8Array): Generator<Uint8Array> {
    let rest = buffer;
    while (rest.length > 0) {
      if (this.#used === this.#size) {
        yield this.#held;
        this.#used = 0;
        this.#size = this.#nextSize;
      }
      rest = rest.subarray(this.#take(rest));
    }
  }

  rest(): Uint8Array {
    return this.#held.subarray(0, this.#used);
  }

  #take(bytes: Uint8Array): number {
    if (this.#used === 0 && bytes.length >= this.#size) {
      this.#held = bytes.subarray(0, this.#size);
      this.#used = this.#size;
      return this.#size;
    }
    // A new buffer for each piece: the one before may still be on its way to the disk.
    if (this.#used === 0) this.#held = Buffer.allocUnsafeSlow(this.#size);
    const taken = bytes.subarray(0, this.#size - this.#used);
    this.#held.set(taken, this.#used);
    this.#used += taken.length;
    return taken.length;
  }
}
