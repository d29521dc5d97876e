import { Rejection, type Facts, type Reason } from '../rejection.js';

/** Identifier octets of the types that certificates and signatures are made of (ITU-T X.690 8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: its content and the whole of it, slices of the input. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** Longer than any certificate or list this verifier would read; four length octets could say 4 GiB. */
const MAX_LENGTH_OCTETS = 3;
/** A number of P-521 has 66. */
const MAX_INTEGER_OCTETS = 66;

/**
 * Reads DER (ITU-T X.690 10) and nothing looser: one identifier octet, definite lengths in their shortest form, no element beyond its
 * parent. What is not DER has two spellings, and a signature or a certificate must have one. Rejections carry the given reason.
 */
export class Der {
  readonly #bytes: Uint8Array;
  readonly #reason: Reason;
  #at = 0;

  constructor(bytes: Uint8Array, reason: Reason) {
    this.#bytes = bytes;
    this.#reason = reason;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** @throws Rejection with the reader's reason unless an element with this tag comes next */
  next(tag: number): DerElement {
    const found = this.any();
    this.demand(found.tag === tag, `tag ${found.tag} where ${tag} belongs`);
    return found;
  }

  /** The next element if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.#bytes[this.#at] === tag ? this.any() : undefined;
  }

  /** A reader of the content of the next element. */
  inner(tag: number): Der {
    return new Der(this.next(tag).content, this.#reason);
  }

  /** A reader of what an element of this one holds. */
  of({ content }: DerElement): Der {
    return new Der(content, this.#reason);
  }

  /** Whatever comes next. */
  any(): DerElement {
    const start = this.#at;
    const tag = this.#octet();
    this.demand((tag & 0x1f) !== 0x1f, 'a tag of more than one octet');
    const length = this.#length();
    this.demand(length <= this.#bytes.length - this.#at, 'a length beyond its surroundings');
    const contentStart = this.#at;
    this.#at += length;
    return {
      tag,
      content: this.#bytes.subarray(contentStart, this.#at),
      whole: this.#bytes.subarray(start, this.#at),
    };
  }

  /** @throws Rejection TRAILING_BYTES unless everything was read */
  end(): void {
    if (!this.isAtEnd) throw new Rejection('TRAILING_BYTES', { left: `${this.#bytes.length - this.#at}` });
  }

  /** An INTEGER that is not negative, in its shortest form. */
  unsigned(): bigint {
    const { content } = this.next(TAG.integer);
    const [first, second = 0] = content;
    this.demand(first !== undefined && content.length <= MAX_INTEGER_OCTETS, 'the length of an integer');
    this.demand(first < 0x80, 'a negative integer');
    this.demand(first !== 0 || content.length === 1 || second >= 0x80, 'an integer with idle octets');
    return content.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
  }

  /** A BIT STRING of whole octets. */
  bits(): Uint8Array {
    const { content } = this.next(TAG.bitString);
    this.demand(content[0] === 0, 'a bit string that ends within an octet');
    return content.subarray(1);
  }

  /** TRUE or FALSE, which have one octet each (X.690 11.1). */
  truth({ content }: DerElement): boolean {
    this.demand(content.length === 1 && (content[0] === 0 || content[0] === 0xff), 'a truth value');
    return content[0] === 0xff;
  }

  /** An OBJECT IDENTIFIER in dotted form. */
  objectIdentifier(): string {
    const { content } = this.next(TAG.objectIdentifier);
    this.demand(content.length > 0 && content.length <= MAX_INTEGER_OCTETS, 'an object identifier');
    const arcs: bigint[] = [];
    let isOpen = false;
    for (const octet of content) {
      this.demand(isOpen || octet !== 0x80, 'an object identifier with idle octets');
      const arc = isOpen ? (arcs.pop() ?? 0n) : 0n;
      arcs.push((arc << 7n) | BigInt(octet & 0x7f));
      isOpen = octet >= 0x80;
    }
    this.demand(!isOpen, 'an object identifier that ends too early');
    return dotted(arcs);
  }

  /** @throws Rejection with the reader's reason unless the condition holds */
  demand(condition: boolean, what: string): asserts condition {
    if (!condition) throw this.rejection({ what });
  }

  rejection(facts: Facts): Rejection {
    return new Rejection(this.#reason, facts);
  }

  #octet(): number {
    const octet = this.#bytes[this.#at];
    this.demand(octet !== undefined, 'an element that ends too early');
    this.#at += 1;
    return octet;
  }

  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    this.demand(count > 0 && count <= MAX_LENGTH_OCTETS, 'an indefinite or huge length');
    let length = 0;
    for (let read = 0; read < count; read++) length = length * 0x100 + this.#octet();
    this.demand(length >= 0x80 && length >= 0x100 ** (count - 1), 'a length with idle octets');
    return length;
  }
}

// The first two arcs share one number (X.690 8.19.4).
function dotted([joint = 0n, ...rest]: readonly bigint[]): string {
  const root = joint < 80n ? joint / 40n : 2n;
  return [root, joint - root * 40n, ...rest].join('.');
}

/** The content of the one SEQUENCE that the bytes are. @throws Rejection with the reason, TRAILING_BYTES */
export function derSequence(bytes: Uint8Array, reason: Reason): Der {
  const outer = new Der(bytes, reason);
  const content = outer.inner(TAG.sequence);
  outer.end();
  return content;
}
