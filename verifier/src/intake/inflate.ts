import { IntakeError } from './intake-error.js';

/** Longest code, in bits (RFC 1951, section 3.2.7). */
const MAX_BITS = 15;
/** Symbol that ends a block; those above are lengths. */
const END = 256;
/** Smallest length and number of further bits of the symbols 257 to 285 (RFC 1951, section 3.2.5). */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
] as const;
const LENGTH_BITS = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
] as const;
/** The same of distances, by symbol. */
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
] as const;
/** In which order the lengths of the code for code lengths stand (RFC 1951, section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;

const damaged = (what: string): IntakeError => new IntakeError('DAMAGED', what);

/** A Huffman code: how many of its codes have each length, and its symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/**
 * The canonical code of these lengths (RFC 1951, section 3.2.2). A few hundred steps each: a hostile file of many tiny blocks must not buy
 * a large table with each.
 * @throws IntakeError DAMAGED for more codes than there can be, or fewer than there are unless it is a single one
 */
function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const length of lengths) counts[length] = at(counts, length) + 1;
  assertCode(counts);
  const places = new Uint16Array(MAX_BITS + 2);
  for (let length = 1; length <= MAX_BITS; length += 1)
    places[length + 1] = at(places, length) + at(counts, length);
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = at(places, length);
    symbols[place] = symbol;
    places[length] = place + 1;
  });
  return { counts, symbols };
}

const at = (numbers: Uint16Array, place: number): number => numbers[place] ?? 0;

/** Every code there can be stands for something; a single code is let pass, as zlib does. */
function assertCode(counts: Uint16Array): void {
  const left = counts.subarray(1).reduce((free, count) => free * 2 - count, 1);
  const used = counts.subarray(1).reduce((sum, count) => sum + count, 0);
  const isSingle = used === 0 || (used === 1 && counts[1] === 1);
  if (left !== 0 && !isSingle) throw damaged('a code that is none');
}

const FIXED_LENGTHS = codeOf(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
);
const FIXED_DISTANCES = codeOf(new Uint8Array(32).fill(5));

/** Bytes that grow, up to a bound. */
export class Output {
  #bytes = new Uint8Array(1 << 16);
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

  push(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  append(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Again what was written so far back; it may reach into what is being written. */
  repeat(distance: number, length: number): void {
    this.#grow(length);
    for (let end = this.#length + length; this.#length < end; this.#length += 1)
      this.#bytes[this.#length] = this.#bytes[this.#length - distance] ?? 0;
  }

  /** @throws IntakeError TOO_LARGE before more than the bound is held */
  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) throw new IntakeError('TOO_LARGE', `more than ${this.#limit} bytes unpacked`);
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.min(Math.max(needed, this.#bytes.length * 2), this.#limit));
    grown.set(this.from(0));
    this.#bytes = grown;
  }
}

/** Reads DEFLATE streams out of bytes, bit by bit from the lowest (RFC 1951, section 3.1.1). */
class Inflating {
  readonly #input: Uint8Array;
  readonly #output: Output;
  /** Where this stream's output begins: nothing before it may be repeated. */
  readonly #start: number;
  #at: number;
  #hold = 0;
  #held = 0;

  constructor(input: Uint8Array, at: number, output: Output) {
    this.#input = input;
    this.#at = at;
    this.#output = output;
    this.#start = output.length;
  }

  /** @returns where the stream ended, whole bytes */
  run(): number {
    let isLast = false;
    while (!isLast) {
      isLast = this.#bits(1) === 1;
      this.#block(this.#bits(2));
    }
    this.#align();
    return this.#at;
  }

  #block(kind: number): void {
    if (kind === 0) this.#stored();
    else if (kind === 1) this.#coded(FIXED_LENGTHS, FIXED_DISTANCES);
    else if (kind === 2) this.#coded(...this.#codes());
    else throw damaged('a block of no kind');
  }

  #stored(): void {
    this.#align();
    const [length, complement] = [this.#bits(16), this.#bits(16)];
    if ((length ^ complement) !== 0xffff) throw damaged('a block of another length');
    this.#align();
    const end = this.#at + length;
    if (end > this.#input.length) throw new IntakeError('CUT_SHORT', 'within a block');
    this.#output.append(this.#input.subarray(this.#at, end));
    this.#at = end;
  }

  #codes(): [Code, Code] {
    const [literals, distances, count] = [this.#bits(5) + 257, this.#bits(5) + 1, this.#bits(4) + 4];
    if (literals > 286 || distances > 30) throw damaged('more symbols than there are');
    const ofLengths = new Uint8Array(ORDER.length);
    for (const place of ORDER.slice(0, count)) ofLengths[place] = this.#bits(3);
    const lengths = this.#lengths(codeOf(ofLengths), literals + distances);
    if (lengths[END] === 0) throw damaged('a block without an end');
    return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))];
  }

  /** Lengths of codes, themselves coded: 16 repeats the one before, 17 and 18 are runs of zeros. */
  #lengths(code: Code, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const symbol = this.#symbol(code);
      const [value, times] = symbol < 16 ? [symbol, 1] : this.#run(symbol, lengths[at - 1]);
      if (at + times > count) throw damaged('more lengths than symbols');
      lengths.fill(value, at, at + times);
      at += times;
    }
    return lengths;
  }

  #run(symbol: number, before: number | undefined): [value: number, times: number] {
    if (symbol === 17) return [0, 3 + this.#bits(3)];
    if (symbol === 18) return [0, 11 + this.#bits(7)];
    if (before === undefined) throw damaged('nothing to repeat');
    return [before, 3 + this.#bits(2)];
  }

  #coded(literals: Code, distances: Code): void {
    for (let symbol = this.#symbol(literals); symbol !== END; symbol = this.#symbol(literals)) {
      if (symbol < END) this.#output.push(symbol);
      else this.#repeat(symbol - END - 1, distances);
    }
  }

  #repeat(ofLength: number, distances: Code): void {
    const least = LENGTHS[ofLength];
    if (least === undefined) throw damaged('a length that is none');
    const length = least + this.#bits(LENGTH_BITS[ofLength] ?? 0);
    const ofDistance = this.#symbol(distances);
    const nearest = DISTANCES[ofDistance];
    if (nearest === undefined) throw damaged('a distance that is none');
    const distance = nearest + this.#bits(Math.max(0, (ofDistance >> 1) - 1));
    if (distance > this.#output.length - this.#start) throw damaged('a distance before the beginning');
    this.#output.repeat(distance, length);
  }

  /** The next symbol of a code. Of a large file nearly all the time is spent here, so bits are taken without a call for each. */
  #symbol({ counts, symbols }: Code): number {
    if (this.#held < MAX_BITS) this.#fill();
    let bits = this.#hold;
    let code = 0;
    let first = 0;
    let place = 0;
    for (let length = 1; length <= MAX_BITS; length += 1) {
      code |= bits & 1;
      bits >>>= 1;
      const count = counts[length] ?? 0;
      if (code - count < first) {
        this.#bits(length);
        return symbols[place + code - first] ?? 0;
      }
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged('a code that is none');
  }

  /** As many bytes as there is room and input for. Those that are not needed are given back at the end of the stream. */
  #fill(): void {
    while (this.#held <= 16 && this.#at < this.#input.length) {
      this.#hold |= (this.#input[this.#at] ?? 0) << this.#held;
      this.#held += 8;
      this.#at += 1;
    }
  }

  #bits(count: number): number {
    if (this.#held < count) this.#fill();
    if (this.#held < count) throw new IntakeError('CUT_SHORT', 'within a block');
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#held -= count;
    return value;
  }

  /** Bits up to the next byte are passed over, and whole bytes that were not needed stand in the input again. */
  #align(): void {
    this.#at -= this.#held >> 3;
    this.#hold = 0;
    this.#held = 0;
  }
}

/**
 * Unpacks one DEFLATE stream (RFC 1951) that begins at a byte. Readers that come with Node and with browsers differ in what they make of
 * bytes behind its end, so that one file had two answers.
 * @returns where the stream ended
 * @throws IntakeError DAMAGED, CUT_SHORT, TOO_LARGE
 */
export const inflate = (input: Uint8Array, at: number, output: Output): number =>
  new Inflating(input, at, output).run();
