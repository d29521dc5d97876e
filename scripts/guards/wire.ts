import type { Guard } from './guard.js';

const guard = (name: string, source: string, without: string, only: string): Guard => ({
  name: `wire: ${name}`,
  file: 'network/src/wire/decode.ts',
  source,
  without,
  tests: ['network/test/wire/decode.test.ts'],
  only,
});

/** What keeps a message that lies about itself from stopping whoever reads it. */
export const wireGuards: readonly Guard[] = [
  guard(
    'lengths are bounded by what there is',
    'start + length > bytes.length',
    'start < 0',
    'a quarter of a gigabyte',
  ),
  guard('text is UTF-8', '!isUtf8(content)', 'content.length < 0', 'a string that is not UTF-8'),
  guard(
    'entries of maps are looked at',
    'message instanceof protobuf.Map ? readEntry : readBounded',
    'readBounded',
    'a key of a map that is not UTF-8',
  ),
  guard('depth is bounded', 'this.depth >= MAX_DEPTH', 'this.depth < 0', 'without end'),
];
