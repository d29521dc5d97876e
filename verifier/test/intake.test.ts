import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { evidenceBytes, IntakeError, typedText } from '../src/intake/index.js';
import { times } from '../../test/sampling.js';

const LIMIT = 1 << 20;
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** What reading gives: the text, or why not. */
function read(file: Uint8Array, limit = LIMIT): string {
  try {
    return new TextDecoder().decode(evidenceBytes(file, limit));
  } catch (error) {
    return error instanceof IntakeError ? error.code : String(error);
  }
}

/** gzip with every part that a header may have (RFC 1952, section 2.3). */
function dressed(data: Uint8Array): Uint8Array {
  const plain = gzipSync(data);
  const flags = 2 | 4 | 8 | 16;
  const header = [...plain.subarray(0, 3), flags, ...plain.subarray(4, 10)];
  return Uint8Array.of(...header, 3, 0, 1, 2, 3, ...text('name\0note\0'), 0, 0, ...plain.subarray(10));
}

function unpackedByNode(file: Uint8Array): string | undefined {
  try {
    return gunzipSync(file).toString();
  } catch {
    return undefined;
  }
}

describe('evidence as it comes in', () => {
  const whole = '{"a":[1,"}\\"{",{}]}';

  it('unpacks what gzip packs, at every level, by every strategy', () => {
    const level = fc.constantFrom(0, 1, 6, 9);
    const strategy = fc.constantFrom(
      constants.Z_DEFAULT_STRATEGY,
      constants.Z_FIXED,
      constants.Z_HUFFMAN_ONLY,
      constants.Z_RLE,
    );
    const words = fc.array(fc.constantFrom('sha256:', 'participant', '钢', 'x', '0123', '\u0007'), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(words, level, strategy, (parts, depth, by) => {
        const json = JSON.stringify({ parts });
        expect(read(gzipSync(json, { level: depth, strategy: by }))).to.equal(json);
      }),
      { numRuns: times(60) },
    );
  });

  it('reads members one after another, zeros behind them, and whatever a header may have', () => {
    const [head, tail] = [text(whole.slice(0, 5)), text(whole.slice(5))];
    expect(read(joined(gzipSync(head), gzipSync(tail)))).to.equal(whole);
    expect(read(joined(gzipSync(text(whole)), new Uint8Array(700)))).to.equal(whole);
    expect(read(joined(gzipSync(head), gzipSync(tail), new Uint8Array(3)))).to.equal(whole);
    expect(read(dressed(text(whole)))).to.equal(whole);
  });

  it('unpacks what was packed twice, and gives no verdict on other archives', () => {
    const twice = gzipSync(gzipSync(whole));
    expect(read(twice)).to.equal(whole);
    expect(read(gzipSync(twice))).to.equal('OTHER_FILE');
    expect(read(twice.subarray(0, -9))).to.equal('CUT_SHORT');
    const zip = joined(text('PK'), Uint8Array.of(3, 4), text(whole));
    const page = Uint8Array.from(Buffer.from('\ufeff<html>', 'utf16le'));
    for (const other of [
      zip,
      gzipSync(zip),
      text('BZh9'),
      text('%PDF-1.7'),
      page,
      Buffer.from(page).swap16(),
    ])
      expect(read(Uint8Array.from(other))).to.equal('OTHER_FILE');
  });

  it('says of a packed file that breaks off, wherever it does, that it is not whole', () => {
    for (const packed of [gzipSync(text(whole)), dressed(text(whole)), joined(gzipSync(''), gzipSync(whole))])
      for (let length = 2; length < packed.length; length += 1)
        expect(read(packed.subarray(0, length)), `${length}`).to.equal('CUT_SHORT');
  });

  it('refuses what is behind the last member, and what is not what was packed', () => {
    const packed = gzipSync(text(whole));
    for (const more of ['more', '\u001f', '\u001fx', '\0\0x'])
      expect(read(joined(packed, text(more)))).to.be.oneOf(['DAMAGED', 'CUT_SHORT']);
    expect(read(joined(packed, text('more')))).to.equal('DAMAGED');
    for (let bit = 80; bit < packed.length * 8; bit += 1) {
      const changed = Uint8Array.from(packed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // Bits between the end of the stream and the next byte mean nothing: zlib's reader passes over them, too.
      expect(read(changed) === whole, `bit ${bit}`).to.equal(unpackedByNode(changed) === whole);
    }
  });

  it('refuses codes that are none, lengths beyond the symbols, and distances before the beginning', () => {
    const header = gzipSync('').subarray(0, 10);
    const streams = {
      'a block of no kind': [0x07],
      'a stored block of another length': [0x01, 1, 0, 0, 0],
      'a distance before the beginning': [
        ...deflateRawSync('a'.repeat(40), { strategy: constants.Z_FIXED }),
      ].slice(3),
      'more symbols than there are': [0xfd, 0xff, 0xff],
    };
    for (const [name, bytes] of Object.entries(streams))
      expect(read(joined(header, Uint8Array.from(bytes), new Uint8Array(40))), name).to.equal('DAMAGED');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        expect(read(joined(header, noise))).to.be.oneOf(['DAMAGED', 'CUT_SHORT', 'TOO_LARGE']);
      }),
      { numRuns: times(300) },
    );
  });

  it('lets no member repeat what another one held', () => {
    const [before, data] = [Buffer.from('{"abcdefghij":'), Buffer.from('"abcdefghij"}')];
    const plain = gzipSync(data);
    const reaching = deflateRawSync(data, { dictionary: before });
    const member = joined(plain.subarray(0, 10), reaching, plain.subarray(-8));
    expect(reaching.length).to.be.lessThan(data.length);
    expect(read(joined(gzipSync(before), member))).to.equal('DAMAGED');
  });

  it('holds no more than the bound, however small it was packed', () => {
    const zeros = gzipSync(new Uint8Array(8 * LIMIT));
    expect(read(zeros)).to.equal('TOO_LARGE');
    expect(read(new Uint8Array(11).fill(0x7b), 10)).to.equal('TOO_LARGE');
  });

  it('gives no verdict on a text that breaks off, is empty, or is a web page', () => {
    const bytes = text(whole);
    for (let length = 0; length < bytes.length; length += 1)
      expect(read(bytes.subarray(0, length)), `${length}`).to.equal('CUT_SHORT');
    for (const page of ['<!doctype html>', '\n <html>', '\ufeff<html>'])
      expect(read(text(page))).to.equal('OTHER_FILE');
    expect(read(text(' \r\n'))).to.equal('CUT_SHORT');
    // These are for the reader of the form: it says what is wrong with them.
    for (const other of [whole, `${whole}\n`, '{]', '['.repeat(100), 'no json'])
      expect(read(text(other))).to.equal(other);
  });

  it('reads typed texts in the encodings that their byte-order marks tell', () => {
    const utf16 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(`\ufeff${value}`, 'utf16le'));
    expect(typedText(text('\ufeff钢'))).to.equal('钢');
    expect(typedText(utf16('钢'))).to.equal('钢');
    expect(typedText(Uint8Array.from(Buffer.from(utf16('钢')).swap16()))).to.equal('钢');
    expect(() => typedText(Uint8Array.of(0x7b, 0xff))).to.throw(TypeError);
    expect(typedText(text('钢').subarray(0, 2), false)).to.equal('\ufffd');
  });
});
