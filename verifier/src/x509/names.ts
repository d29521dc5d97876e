import { TAG, type Der, type DerElement } from '../bytes/der.js';

export const COMMON_NAME = '2.5.4.3';
export const ORGANISATIONAL_UNIT = '2.5.4.11';

/** UTF8String, PrintableString and IA5String: all of them are UTF-8. */
const TEXT_TAGS = [0x0c, 0x13, 0x16];
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(der: Der, { tag, content }: DerElement): string {
  der.demand(TEXT_TAGS.includes(tag), 'a name in a form of text that is not read');
  try {
    return utf8.decode(content);
  } catch {
    throw der.rejection({ what: 'a name that is not UTF-8' });
  }
}

/**
 * Values of an attribute of a distinguished name, in their order (RFC 5280 4.1.2.4). Texts of other types, such as TeletexString, which
 * readers decode differently, are refused where a role or a name for people would come from them.
 */
export function nameValues(name: Der, type: string): string[] {
  const values: string[] = [];
  while (!name.isAtEnd) {
    const set = name.inner(TAG.set);
    while (!set.isAtEnd) {
      const attribute = set.inner(TAG.sequence);
      const found = attribute.objectIdentifier();
      const value = attribute.any();
      attribute.end();
      if (found === type) values.push(textOf(attribute, value));
    }
  }
  return values;
}
