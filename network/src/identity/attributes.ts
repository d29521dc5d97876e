import { z } from 'zod';
import { IdentityError } from './errors.js';

/** Certificate attributes, name to value. Their meaning belongs to the chaincode; here they are opaque. */
export type Attributes = Readonly<Record<string, string>>;

/** Source: fabric-ca:lib/attrmgr/attrmgr.go (AttrOID). */
export const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1';

const Extension = z.object({ attrs: z.record(z.string(), z.string()) });

// Go releases spell control characters differently in JSON, and no attribute has a use for them. `__proto__` would
// vanish in most JavaScript readers, so that the certificate would say one thing and its reader another.
const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
const isName = (name: string): boolean => name !== '' && name !== '__proto__' && isPlain(name);

/** Whether the pair can be written byte for byte the same by everybody. */
export const isAttribute = (name: string, value: string): boolean => isName(name) && isPlain(value);

function checkAttribute(name: string, value: string): void {
  if (!isAttribute(name, value)) {
    const message = `attribute ${JSON.stringify(name)}: empty or reserved name, control character or lone surrogate`;
    throw new IdentityError('ATTRIBUTE_NOT_ALLOWED', message, { name });
  }
}

const byBytes = ([a]: [string, string], [b]: [string, string]): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A JSON string as Go's encoding/json writes it: with HTML and line-separator escapes. */
const goString = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * The value of the attribute extension, byte for byte as Fabric CA writes it: Go JSON of `{"attrs": {...}}`, names in
 * byte order, put into the extension without a further DER wrapping (fabric-ca:lib/attrmgr/attrmgr.go AddAttributesToCert).
 * Throws `ATTRIBUTE_NOT_ALLOWED`.
 */
export function encodeAttributes(attributes: Attributes): Uint8Array {
  const pairs = Object.entries(attributes).sort(byBytes);
  for (const [name, value] of pairs) checkAttribute(name, value);
  const members = pairs.map(([name, value]) => `${goString(name)}:${goString(value)}`);
  return new TextEncoder().encode(`{"attrs":{${members.join(',')}}}`);
}

/** Reads the extension's value; throws `NOT_READABLE` on anything but UTF-8 JSON with strings under `attrs`, as Fabric reads it. */
export function decodeAttributes(bytes: Uint8Array): Attributes {
  try {
    return Extension.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).attrs;
  } catch (cause) {
    throw new IdentityError('NOT_READABLE', 'the attribute extension is not readable', {}, { cause });
  }
}
