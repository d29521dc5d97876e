import { generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { isLowS, signLowS, verifyLowS } from '../../src/embedded/ecdsa.js';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
}

function der(...integers: readonly Buffer[]): Buffer {
  const body = Buffer.concat(integers.map((bytes) => Buffer.concat([Buffer.of(2, bytes.length), bytes])));
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

/** The two numbers of a DER signature. */
function numbers(signature: Buffer): [bigint, bigint] {
  const length = signature[3]!;
  const at = (start: number, count: number): bigint =>
    BigInt(`0x${signature.subarray(start, start + count).toString('hex')}`);
  return [at(4, length), at(6 + length, signature[5 + length]!)];
}

describe('embedded node: signatures', () => {
  it('signs with low S whatever the data, and verifies it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const signature = signLowS(privateKey, data);
        expect(numbers(signature)[1] <= ORDER / 2n).equals(true);
        expect(verifyLowS(publicKey, data, signature)).equals(true);
        expect(verifyLowS(publicKey, Buffer.concat([data, Buffer.of(0)]), signature)).equals(false);
      }),
    );
  });

  it('refuses the other half of the same signature', () => {
    const data = Buffer.from('data');
    const [r, s] = numbers(signLowS(privateKey, data));
    expect(verifyLowS(publicKey, data, der(integer(r), integer(s)))).equals(true);
    expect(verifyLowS(publicKey, data, der(integer(r), integer(ORDER - s)))).equals(false);
  });

  it('accepts exactly the signatures of OpenSSL that are low', () => {
    for (let i = 0; i < 50; i += 1) {
      const data = Buffer.from(String(i));
      const signature = sign('sha256', data, privateKey);
      expect(verifyLowS(publicKey, data, signature)).equals(numbers(signature)[1] <= ORDER / 2n);
    }
  });

  const [one, two] = [Buffer.of(1), Buffer.of(2)];
  const malformed: readonly [string, Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['another tag', Buffer.from([0x31, ...der(one, two).subarray(1)])],
    ['trailing bytes', Buffer.concat([der(one, two), Buffer.of(0)])],
    ['a length beyond the end', Buffer.from([0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x7f, 0x01])],
    ['padding', der(Buffer.of(0, 1), two)],
    ['a negative number', der(Buffer.of(0x80), two)],
    ['an empty number', der(Buffer.alloc(0), two)],
    ['a third number', der(one, two, one)],
    ['one number', der(one)],
  ];
  for (const [what, signature] of malformed)
    it(`refuses ${what}`, () => {
      expect(isLowS(signature)).equals(false);
      expect(verifyLowS(publicKey, Buffer.from('data'), signature)).equals(false);
    });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(verifyLowS(publicKey, Buffer.from('data'), bytes)).equals(false);
      }),
    );
  });
});
