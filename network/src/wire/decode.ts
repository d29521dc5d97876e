import { isUtf8 } from 'node:buffer';
import protobuf from 'google-protobuf';

/** Bytes that are no protobuf message: Fabric, which reads them with Go's protobuf, refuses them too. */
export class MalformedMessage extends RangeError {
  override readonly name = 'MalformedMessage';
  readonly code = 'MALFORMED_MESSAGE';
}

/** A class of messages that was generated for google-protobuf. */
export interface MessageType<T> {
  new (): T;
  deserializeBinaryFromReader(message: T, reader: protobuf.BinaryReader): T;
}

type Method = (this: StrictReader, ...given: unknown[]) => unknown;

const CONTINUES = 0x80;
/** Far deeper than any message of Fabric's; deeper ones would be read until the stack ends. */
const MAX_DEPTH = 100;
/** Wire types (protobuf encoding): of most numbers, and of messages, strings and bytes. */
const VARINT = 0;
const DELIMITED = 2;
/** Field of the key in an entry of a map. */
const KEY = 1;
const PACKED = /^readPacked[A-Z]/;

/** The varint at a place, and where it ends. */
function varintAt(bytes: Uint8Array, from: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let at = from; at < bytes.length; at += 1, scale *= CONTINUES) {
    const byte = bytes[at] ?? 0;
    value += (byte % CONTINUES) * scale;
    if (byte < CONTINUES) return { value, end: at + 1 };
  }
  throw new MalformedMessage('unexpected EOF');
}

/** The content of the length-delimited field whose length stands at a place. */
function contentAt(bytes: Uint8Array, from: number): Uint8Array {
  const { value: length, end: start } = varintAt(bytes, from);
  if (start + length > bytes.length) throw new MalformedMessage('unexpected EOF');
  return bytes.subarray(start, start + length);
}

function assertText(content: Uint8Array): void {
  if (!isUtf8(content)) throw new MalformedMessage('string field contains invalid UTF-8');
}

/**
 * An entry of a map has a key and a value, and google-protobuf reads both past whatever a subclass overrides. In the maps of Fabric's
 * messages keys are strings, and values are messages, strings, bytes, or numbers in varints.
 */
function assertEntry(entry: Uint8Array): void {
  for (let at = 0; at < entry.length;) {
    const { value: tag, end } = varintAt(entry, at);
    if (tag % 8 === VARINT) {
      at = varintAt(entry, end).end;
      continue;
    }
    if (tag % 8 !== DELIMITED) throw new MalformedMessage('an entry of a map with a field that none has');
    const content = contentAt(entry, end);
    if (Math.floor(tag / 8) === KEY) assertText(content);
    at = content.byteOffset + content.length - entry.byteOffset;
  }
}

/**
 * google-protobuf 3.21 trusts lengths before it has the bytes, which can cost a process its time or its memory, and takes a string that is
 * not UTF-8 for another one. One such transaction in a block would stop every follower. This reader refuses all of that, as Go's does.
 */
class StrictReader extends protobuf.BinaryReader {
  depth = 0;

  /** The content of the field at the cursor, which stays where it is. */
  content(): Uint8Array {
    return contentAt(this.getBuffer(), this.getCursor());
  }
}

const { prototype } = protobuf.BinaryReader;

/** A method of the reader as it is, after a check of the field that it is about to read. */
function checked(name: string, check: (content: Uint8Array) => void = () => undefined): Method {
  const original = Reflect.get(prototype, name) as Method;
  return function (...given) {
    check(this.content());
    return original.apply(this, given);
  };
}

const [readBounded, readEntry] = [checked('readMessage'), checked('readMessage', assertEntry)];

const readMessage: Method = function (message, read) {
  if (this.depth >= MAX_DEPTH) throw new MalformedMessage('messages within messages without end');
  this.depth += 1;
  (message instanceof protobuf.Map ? readEntry : readBounded).call(this, message, read);
  this.depth -= 1;
};

// Methods of packed lists allocate before they look at what is there; there is one for each type of number.
const packed = Object.getOwnPropertyNames(prototype).filter((name) => PACKED.test(name));
Object.assign(
  StrictReader.prototype,
  { readMessage, readString: checked('readString', assertText) },
  Object.fromEntries(packed.map((name) => [name, checked(name)])),
);

/**
 * Reads a message of Fabric's. The only way in which product code of gateway and network does so: `deserializeBinary`, which every
 * generated class has, reads hostile bytes without bounds.
 * @throws MalformedMessage or another error for bytes that are no such message
 */
export const decode = <T>(type: MessageType<T>, bytes: Uint8Array): T =>
  type.deserializeBinaryFromReader(new type(), new StrictReader(bytes));
