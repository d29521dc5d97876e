import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeAttributes, encodeAttributes } from '@tallystick/network/identity';
import { refused } from './identity-fixture.js';

interface Vectors {
  valid: { name: string; attributes: Record<string, string>; extension: string }[];
  invalid: { name: string; attributes: Record<string, string> }[];
  unreadable: { name: string; extension: string }[];
}

const path = new URL('./vectors/identity-attributes.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('identity: the attribute extension', () => {
  for (const { name, attributes, extension } of vectors.valid) {
    it(`is written as Fabric CA writes it: ${name}`, () => {
      expect(hex(encodeAttributes(attributes))).to.equal(extension);
    });
    it(`is read back: ${name}`, () => {
      expect(decodeAttributes(Buffer.from(extension, 'hex'))).to.deep.equal(attributes);
    });
  }
  for (const { name, attributes } of vectors.invalid) {
    it(`refuses to write: ${name}`, () =>
      refused('ATTRIBUTE_NOT_ALLOWED', () => encodeAttributes(attributes)));
  }
  for (const { name, extension } of vectors.unreadable) {
    it(`refuses to read: ${name}`, () =>
      refused('NOT_READABLE', () => decodeAttributes(Buffer.from(extension, 'hex'))));
  }

  it('refuses a lone surrogate, which UTF-8 cannot carry', async () => {
    await refused('ATTRIBUTE_NOT_ALLOWED', () => encodeAttributes({ unit: '\ud800' }));
    await refused('ATTRIBUTE_NOT_ALLOWED', () => encodeAttributes({ '\udc00': 'x' }));
  });

  it('survives a round trip for any attributes, in any order of insertion', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((s) => !/\p{Cc}/u.test(s));
    const name = text.filter((s) => s !== '' && s !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, text, { noNullPrototype: true }), (attributes) => {
        const bytes = encodeAttributes(attributes);
        expect(decodeAttributes(bytes)).to.deep.equal(attributes);
        const reversed = Object.fromEntries(Object.entries(attributes).reverse());
        expect(hex(encodeAttributes(reversed))).to.equal(hex(bytes));
      }),
    );
  });
});
