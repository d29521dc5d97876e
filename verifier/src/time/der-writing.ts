/** One element in DER (ITU-T X.690 10.1): the shortest definite length, at most three octets of it. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const octets = [size >> 16, size >> 8, size].map((octet) => octet & 0xff);
  const length = size < 0x80 ? [size] : octets.slice(octets.findIndex((octet) => octet !== 0));
  const head = size < 0x80 ? length : [0x80 | length.length, ...length];
  const written = new Uint8Array(1 + head.length + size);
  written.set([tag, ...head]);
  let at = 1 + head.length;
  for (const part of parts) {
    written.set(part, at);
    at += part.length;
  }
  return written;
}
