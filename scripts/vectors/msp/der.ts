/** Writes DER (ITU-T X.690 10), and whatever a case wants to be no DER. */
export type Bytes = Uint8Array<ArrayBuffer>;

export const joined = (...parts: readonly Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));

export const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'));

export const latin1 = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'latin1'));

export function element(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const content = joined(...parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return joined(Uint8Array.of(tag, ...length), content);
}

export const sequence = (...parts: readonly Uint8Array[]): Bytes => element(0x30, ...parts);
export const set = (...parts: readonly Uint8Array[]): Bytes => element(0x31, ...parts);
export const octets = (...parts: readonly Uint8Array[]): Bytes => element(0x04, ...parts);
export const bits = (content: Uint8Array, unused = 0): Bytes => element(0x03, Uint8Array.of(unused), content);
export const boolean = (value: boolean): Bytes => element(0x01, Uint8Array.of(value ? 0xff : 0));
export const nothing = (): Bytes => element(0x05);
/** Context-specific; constructed ones hold elements. */
export const context = (tag: number, ...parts: readonly Uint8Array[]): Bytes => element(0xa0 | tag, ...parts);
export const implicit = (tag: number, content: Uint8Array): Bytes => element(0x80 | tag, content);

/** An INTEGER in its shortest form. */
export function integer(value: bigint | number): Bytes {
  const digits = BigInt(value).toString(16);
  const content = hex(digits.padStart(digits.length + (digits.length % 2), '0'));
  return element(0x02, (content[0] ?? 0) >= 0x80 ? joined(Uint8Array.of(0), content) : content);
}

function arc(value: number): number[] {
  const groups = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}

/** An OBJECT IDENTIFIER from its dotted form. */
export function identifier(dotted: string): Bytes {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(arc)));
}

/** Times as texts, which a case may spell as it likes: `YYMMDDHHMMSSZ` and `YYYYMMDDHHMMSSZ`. */
export const utcTime = (text: string): Bytes => element(0x17, latin1(text));
export const generalizedTime = (text: string): Bytes => element(0x18, latin1(text));
