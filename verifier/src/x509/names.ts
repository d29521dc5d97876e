import { Der, TAG, type DerElement } from '../bytes/der.js';

export const COMMON_NAME = '2.5.4.3';
export const ORGANISATIONAL_UNIT = '2.5.4.11';

/** Which octets a form of text has, as Go reads it (crypto/x509, parseASN1String), and how they become letters. */
interface Text {
  readonly label: 'utf-8' | 'utf-16be' | 'latin1';
  readonly form: RegExp;
}

const ANY = /^[^]*$/u;
const TEXTS: Readonly<Record<number, Text>> = {
  0x0c: { label: 'utf-8', form: ANY }, // UTF8String
  0x12: { label: 'latin1', form: /^[0-9 ]*$/u }, // NumericString
  0x13: { label: 'latin1', form: /^[A-Za-z0-9'()+,\-./ :=?*&]*$/u }, // PrintableString, and what authorities took for it
  0x14: { label: 'latin1', form: ANY }, // TeletexString, which everybody wrote as Latin-1
  0x16: { label: 'latin1', form: /^[\0-\x7f]*$/u }, // IA5String
  0x1e: { label: 'utf-16be', form: /^[^\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]*$/ }, // BMPString, of 16 bits
};

/** `undefined` for what Go does not take for a text. */
function textOf({ tag, content }: DerElement): string | undefined {
  const found = TEXTS[tag];
  if (found === undefined) return undefined;
  try {
    // The label `latin1` stands for Windows-1252, which has other letters from 0x80 to 0x9f.
    const text =
      found.label === 'latin1'
        ? Array.from(content, (octet) => String.fromCharCode(octet)).join('')
        : new TextDecoder(found.label, { fatal: true, ignoreBOM: true }).decode(content);
    const plain = tag === BMP ? text.replace(/\0$/u, '') : text;
    return found.form.test(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

const BMP = 0x1e;

interface Attribute {
  readonly type: string;
  /** `undefined` for a form of text that is not read. */
  readonly text: string | undefined;
}

/** The attributes of a distinguished name in their order (RFC 5280 4.1.2.4). @param name a reader of its content */
export function readName(name: Der): Attribute[] {
  const attributes: Attribute[] = [];
  while (!name.isAtEnd) {
    const set = name.inner(TAG.set);
    while (!set.isAtEnd) {
      const attribute = set.inner(TAG.sequence);
      attributes.push({ type: attribute.objectIdentifier(), text: textOf(attribute.any()) });
    }
  }
  return attributes;
}

/** Values of one type. Whether a name that holds something else is to be believed is asked where somebody is identified by it. */
export const valuesOf = (name: readonly Attribute[], wanted: string): string[] =>
  name.flatMap(({ type, text }) => (type === wanted && text !== undefined ? [text] : []));
