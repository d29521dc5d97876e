import { isUtf8 } from 'node:buffer';
import protobuf from 'google-protobuf';

/** Bytes that are no protobuf message: Fabric, which reads them with Go's protobuf, refuses them in the same words. */
export class MalformedMessage extends RangeError {
  override readonly name = 'MalformedMessage';
  readonly code = 'MALFORMED_MESSAGE';
}

type Reader = protobuf.BinaryReader;
type ReaderMethod = (this: Reader, ...rest: never[]) => unknown;

const CONTINUES = 0x80;
const PACKED = /^readPacked[A-Z]/;

/** First byte and end of the length-delimited field at the cursor; its length is a varint (protobuf encoding). */
function extentAt(bytes: Uint8Array, cursor: number): { readonly start: number; readonly end: number } {
  let length = 0;
  let scale = 1;
  for (let at = cursor; at < bytes.length; at += 1, scale *= CONTINUES) {
    const byte = bytes[at] ?? 0;
    length += (byte % CONTINUES) * scale;
    if (byte < CONTINUES) return { start: at + 1, end: at + 1 + length };
  }
  return { start: bytes.length, end: Number.POSITIVE_INFINITY };
}

/** The bytes of the field at the cursor of `reader`, which stays where it is. */
function fieldAt(reader: Reader): Uint8Array {
  const bytes = reader.getBuffer();
  const { start, end } = extentAt(bytes, reader.getCursor());
  if (end > bytes.length) throw new MalformedMessage('unexpected EOF');
  return bytes.subarray(start, end);
}

function replace(name: string, wrap: (original: ReaderMethod) => ReaderMethod): void {
  const prototype = protobuf.BinaryReader.prototype as unknown as Record<string, ReaderMethod>;
  const original = prototype[name];
  if (original === undefined) throw new Error(`google-protobuf has no ${name}`);
  prototype[name] = wrap(original);
}

function bounded(original: ReaderMethod): ReaderMethod {
  return function (this: Reader, ...rest: never[]): unknown {
    fieldAt(this);
    return original.apply(this, rest);
  };
}

function wellFormed(original: ReaderMethod): ReaderMethod {
  return function (this: Reader, ...rest: never[]): unknown {
    if (!isUtf8(fieldAt(this))) throw new MalformedMessage('string field contains invalid UTF-8');
    return original.apply(this, rest);
  };
}

let isStrict = false;

/**
 * Makes google-protobuf 3.21 refuse malformed bytes, in the whole process; calling it again changes nothing. As shipped it
 * trusts lengths before it has the bytes: a client's field that claims four gigabytes keeps the node busy for a minute
 * (inner messages, strings) or takes all its memory (packed lists), and a string that is not UTF-8 is taken for another one.
 */
export function readStrictly(): void {
  if (isStrict) return;
  isStrict = true;
  const packed = Object.getOwnPropertyNames(protobuf.BinaryReader.prototype).filter((name) =>
    PACKED.test(name),
  );
  for (const name of ['readMessage', ...packed]) replace(name, bounded);
  replace('readString', wellFormed);
}
