import protobuf from 'google-protobuf';

/** A message inside a message that claims to be longer than what was received. */
export class MessageOverrun extends RangeError {
  override readonly name = 'MessageOverrun';
  readonly code = 'MESSAGE_OVERRUN';
}

const CONTINUES = 0x80;

/** Where a length-delimited field that begins at the cursor ends; its length is a varint (protobuf encoding). */
function endOfField(bytes: Uint8Array, cursor: number): number {
  let length = 0;
  let scale = 1;
  for (let at = cursor; at < bytes.length; at += 1, scale *= CONTINUES) {
    const byte = bytes[at] ?? 0;
    length += (byte % CONTINUES) * scale;
    if (byte < CONTINUES) return at + 1 + length;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * Make google-protobuf 3.21 refuse an inner message that is longer than the bytes there are. As shipped it reads on past the
 * end, up to four thousand million zeros: one transaction of garbage in a block would stop every follower for a minute.
 * Covers the whole process; calling it again changes nothing.
 */
export function boundInnerMessages(): void {
  const { prototype } = protobuf.BinaryReader;
  const original = prototype.readMessage;
  if (original.name === bounded.name) return;
  prototype.readMessage = bounded;

  function bounded(this: protobuf.BinaryReader, ...[message, read]: Parameters<typeof original>): void {
    const bytes = this.getBuffer();
    if (endOfField(bytes, this.getCursor()) > bytes.length)
      throw new MessageOverrun('an inner message overruns its bytes');
    original.call(this, message, read);
  }
}
