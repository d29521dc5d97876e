import { BytesReader, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { BytesWriter } from '../../src/features/evidence/bytes-writer.js';
import { times } from '../../../test/sampling.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const certificate = (body: string): string =>
  `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;

/** What is written is read again, through the JSON of a file. */
function back(all: readonly Uint8Array[]): readonly Uint8Array[] {
  const writer = new BytesWriter();
  const pieces = all.map((bytes) => writer.write(bytes));
  const file = JSON.parse(encode({ pieces, shared: writer.shared })) as {
    pieces: string[][];
    shared: string[];
  };
  const reader = new BytesReader(file.shared);
  const read = file.pieces.map((each) => reader.read(each));
  reader.assertAllUsed();
  return read;
}

const part = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => utf8(text.toWellFormed())),
  fc
    .constantFrom(
      certificate('AAAA'),
      certificate('BBBB'),
      '\ufeffa byte order mark',
      '-----BEGIN CERTIFICATE-----\n',
    )
    .map(utf8),
  fc.constantFrom('', 'eleven char', 'twelve chars').map(utf8),
);

describe('bytes of an evidence file', () => {
  it('are read back exactly, whatever they are', () => {
    const bytes = fc.array(part, { maxLength: 8 }).map((parts) => joined(...parts));
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 6 }), (all) => {
        expect(back(all).map((each) => [...each])).to.deep.equal(all.map((each) => [...each]));
      }),
      { numRuns: times(500) },
    );
  });

  it('hold a certificate once, text as text, and the rest in base64', () => {
    const writer = new BytesWriter();
    const identity = joined(
      Uint8Array.of(10, 8),
      utf8('SteelMSP'),
      Uint8Array.of(18, 1),
      utf8(certificate('AAAA')),
    );
    const argument = joined(Uint8Array.of(0, 255), utf8('{"key":"Stahl für 两"}'), Uint8Array.of(7));
    expect(writer.write(identity)).to.deep.equal(['=CghTdGVlbE1TUBIB', '#0']);
    expect(writer.write(argument)).to.deep.equal(['=AP8=', '\'{"key":"Stahl für 两"}', '=Bw==']);
    expect(writer.write(identity)).to.deep.equal(['=CghTdGVlbE1TUBIB', '#0']);
    expect(writer.shared).to.deep.equal([`'${certificate('AAAA')}`]);
    expect(writer.write(new Uint8Array())).to.deep.equal([]);
  });

  it('never fall into more pieces than a reader takes, nor are they too long for the engine', () => {
    const word = joined(Uint8Array.of(1), utf8('twelve chars'));
    const many = new Uint8Array(word.length * 5000);
    for (let index = 0; index < 5000; index += 1) many.set(word, index * word.length);
    const long = utf8('a'.repeat(3_000_000));
    const writer = new BytesWriter();
    expect(writer.write(many)).to.have.length(1);
    expect(writer.write(long)).to.have.length(750);
    expect(back([many, long]).map(({ length }) => length)).to.deep.equal([many.length, long.length]);
  });
});
