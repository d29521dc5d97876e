import { TAG } from '../bytes/der.js';
import { evaluableIf, Rejection, rejectUnless } from '../rejection.js';
import { element } from './der-writing.js';

/** Deeper than any token; each level costs a copy of what is within. */
const MAX_DEPTH = 32;
const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const MAX_LENGTH_OCTETS = 4;
/** Where certificates and signed attributes stand: [0] within SignedData, and within SignerInfo. */
const ZERO = 0xa0;
const [CERTIFICATES, SIGNED_ATTRIBUTES] = [3, 5];

const malformed = (what: string): Rejection => new Rejection('TOKEN_INVALID', { what });

/**
 * The same token in DER: RFC 5652 section 5.1 lets a CMS be BER (ITU-T X.690 8), and what is signed in it is hashed as DER (section 5.4).
 * Lengths become definite and shortest, octet strings in pieces become whole. What is DER stays as it is, octet by octet. Signed attributes
 * have to be DER in any token (section 5.3), and certificates are only read where they are.
 * @throws Rejection TOKEN_INVALID; NotEvaluated TOKEN_NOT_SUPPORTED
 */
export function derOf(bytes: Uint8Array): Uint8Array {
  const reader = new BerReader(bytes);
  const { der } = reader.element(0, bytes.length);
  rejectUnless(reader.at === bytes.length, 'TOKEN_INVALID', { left: `${bytes.length - reader.at}` });
  return der;
}

interface Read {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly der: Uint8Array;
  /** Whether it was DER as it stood: then `der` is a slice of the input. */
  readonly isDer: boolean;
}

/** Octets of tag and shortest length. */
const headOf = (size: number): number => (size < 0x80 ? 2 : size < 0x100 ? 3 : size < 0x10000 ? 4 : 5);

class BerReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  element(depth: number, limit: number): Read {
    if (depth > MAX_DEPTH) throw malformed('elements nested so deeply');
    const start = this.at;
    const tag = this.#octet(limit);
    if ((tag & 0x1f) === 0x1f) throw malformed('a tag of more than one octet');
    const length = this.#length(limit);
    if (length !== undefined && length > limit - this.at) throw malformed('a length beyond its surroundings');
    const isShortest = length !== undefined && this.at - start === headOf(length);
    return (tag & CONSTRUCTED) === 0
      ? this.#primitive(tag, start, length, isShortest)
      : this.#constructed(tag, start, depth, length === undefined ? limit : this.at + length, {
          isIndefinite: length === undefined,
          isShortest,
        });
  }

  #primitive(tag: number, start: number, length: number | undefined, isShortest: boolean): Read {
    if (length === undefined) throw malformed('an indefinite length');
    const content = this.#bytes.subarray(this.at, this.at + length);
    this.at += length;
    const der = isShortest ? this.#bytes.subarray(start, this.at) : element(tag, content);
    return { tag, content, der, isDer: isShortest };
  }

  #constructed(
    tag: number,
    start: number,
    depth: number,
    end: number,
    { isIndefinite, isShortest }: { readonly isIndefinite: boolean; readonly isShortest: boolean },
  ): Read {
    const inner = this.#inner(tag, depth, end, isIndefinite);
    if (tag === (TAG.octetString | CONSTRUCTED)) return joined(inner);
    const isDer = isShortest && inner.every((each) => each.isDer);
    const der = isDer ? this.#bytes.subarray(start, this.at) : element(tag, ...inner.map((each) => each.der));
    return { tag, content: der, der, isDer };
  }

  #inner(tag: number, depth: number, end: number, isIndefinite: boolean): Read[] {
    const inner: Read[] = [];
    while (isIndefinite ? !this.#isEndOfContents(end) : this.at < end)
      inner.push(this.element(depth + 1, end));
    if (tag === ZERO && !inner.every(({ isDer }) => isDer)) refuseBer(depth);
    if (isIndefinite) this.at += 2;
    return inner;
  }

  #isEndOfContents(limit: number): boolean {
    if (this.at + 2 > limit) throw malformed('an element that ends too early');
    return this.#bytes[this.at] === 0 && this.#bytes[this.at + 1] === 0;
  }

  #octet(limit: number): number {
    const octet = this.#bytes[this.at];
    if (octet === undefined || this.at >= limit) throw malformed('an element that ends too early');
    this.at += 1;
    return octet;
  }

  /** `undefined` for an indefinite one. */
  #length(limit: number): number | undefined {
    const first = this.#octet(limit);
    if (first < INDEFINITE) return first;
    if (first === INDEFINITE) return undefined;
    const count = first & 0x7f;
    if (count > MAX_LENGTH_OCTETS) throw malformed('a huge length');
    let length = 0;
    for (let read = 0; read < count; read++) length = length * 0x100 + this.#octet(limit);
    return length;
  }
}

function refuseBer(depth: number): void {
  rejectUnless(depth !== SIGNED_ATTRIBUTES, 'TOKEN_INVALID', { what: 'signed attributes that are not DER' });
  evaluableIf(depth !== CERTIFICATES, 'TOKEN_NOT_SUPPORTED', { what: 'certificates that are not DER' });
}

// X.690 8.7.3: pieces of an octet string are octet strings.
function joined(pieces: readonly Read[]): Read {
  if (!pieces.every(({ tag }) => tag === TAG.octetString)) throw malformed('an octet string of other pieces');
  const der = element(TAG.octetString, ...pieces.map(({ content }) => content));
  const size = pieces.reduce((sum, { content }) => sum + content.length, 0);
  return { tag: TAG.octetString, content: der.subarray(der.length - size), der, isDer: false };
}
