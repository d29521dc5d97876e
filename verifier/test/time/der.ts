import { element } from '../../src/time/der-writing.js';

/** What certificates and tokens are made of, in DER (ITU-T X.690 10). */
export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Uint8Array => element(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Uint8Array => element(0x04, ...parts);
export const bits = (content: Uint8Array): Uint8Array => element(0x03, Uint8Array.of(0), content);
export const NULL = element(0x05);
export const TRUE = element(0x01, Uint8Array.of(0xff));

/** `[n] EXPLICIT`, or IMPLICIT of something constructed. */
export const tagged = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  element(0xa0 | number, ...parts);

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A number that is not negative; its octets where a hex text is given. */
export function integer(value: number | string): Uint8Array {
  const hex = typeof value === 'string' ? value : value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return element(0x02, ...((bytes[0] ?? 0) < 0x80 ? [bytes] : [Uint8Array.of(0), bytes]));
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const arc = (value: number): number[] => {
    const digits = [value & 0x7f];
    for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    return digits;
  };
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(arc)));
}

const digitsOf = (at: Date): string => at.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
export const generalized = (text: string): Uint8Array => element(0x18, ascii(text));

/** A Time as RFC 5280 4.1.2.5 writes it. */
export const timeOf = (iso: string): Uint8Array => {
  const digits = digitsOf(new Date(iso));
  return digits < '2050' ? element(0x17, ascii(digits.slice(2))) : generalized(digits);
};

/** genTime, with a fraction where there is one. */
export const genTimeOf = (iso: string): Uint8Array => {
  const [, fraction = ''] = /\.(\d*?)0*Z$/.exec(iso) ?? [];
  return generalized(digitsOf(new Date(iso)).replace('Z', fraction === '' ? 'Z' : `.${fraction}Z`));
};

/** A distinguished name of one common name, as UTF8String unless told otherwise. */
export const nameOf = (commonName: string, tag = 0x0c): Uint8Array =>
  sequence(set(sequence(oid('2.5.4.3'), element(tag, ascii(commonName)))));

/**
 * The same elements with indefinite lengths, and octet strings in pieces of one or more (X.690 8.1.3.6, 8.7.3); some kept, as certificates
 * are, which are signed as they stand.
 */
export function berOf(der: Uint8Array, kept: readonly Uint8Array[] = [], piece = 100): Uint8Array {
  if (kept.some((each) => Buffer.compare(each, der) === 0)) return der;
  const [first = 0, second = 0] = der;
  const extra = second < 0x80 ? 0 : second & 0x7f;
  const content = der.subarray(2 + extra);
  const around = (tag: number, inner: readonly Uint8Array[]): Uint8Array =>
    Buffer.concat([Uint8Array.of(tag, 0x80), ...inner, Uint8Array.of(0, 0)]);
  if (first === 0x04)
    return around(
      0x24,
      cut(content, piece).map((part) => octets(part)),
    );
  if ((first & 0x20) === 0) return der;
  return around(
    first,
    elementsOf(content).map((each) => berOf(each, kept, piece)),
  );
}

const cut = (bytes: Uint8Array, piece: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / piece) }, (_, index) =>
    bytes.subarray(index * piece, (index + 1) * piece),
  );

/** The elements that stand one after another. */
export function elementsOf(content: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < content.length;) {
    const first = content[at + 1] ?? 0;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const size =
      extra === 0
        ? first
        : content.subarray(at + 2, at + 2 + extra).reduce((sum, octet) => sum * 256 + octet, 0);
    found.push(content.subarray(at, at + 2 + extra + size));
    at += 2 + extra + size;
  }
  return found;
}
