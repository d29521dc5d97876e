import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { computeSha256By, digestOf, logNodeHash, type Sha256 } from '../../src/model/index.js';

const platform: Sha256 = {
  bytes: (input) => new Uint8Array(createHash('sha256').update(input).digest()),
  hex: (input) => createHash('sha256').update(input).digest('hex'),
};

const anyInput = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 }));

describe('SHA-256 of the platform', () => {
  it('gives what the portable one gives, before and after it is asked', () => {
    const nodes = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
    const portable = (input: Uint8Array | string): string => digestOf(input);
    const samples = fc.sample(anyInput, 300);
    const before = [samples.map(portable), logNodeHash(...nodes)];
    computeSha256By(platform);
    expect([samples.map(portable), logNodeHash(...nodes)]).to.deep.equal(before);
    expect(before[0]).to.deep.equal(samples.map((input) => `sha256:${platform.hex(input)}`));
  });

  it('is refused when it is another hash, in bytes or in hex, or of text only', () => {
    const other = (algorithm: string, input: Uint8Array | string): Buffer =>
      createHash(algorithm).update(input).digest();
    const wrong: readonly Sha256[] = [
      { ...platform, hex: (input) => other('sha512', input).toString('hex').slice(0, 64) },
      { ...platform, bytes: (input) => other('sha3-256', input) },
      { ...platform, hex: (input) => other('sha256', input).toString('hex').toUpperCase() },
      {
        ...platform,
        hex: (input) => platform.hex(typeof input === 'string' ? Buffer.from(input, 'latin1') : input),
      },
    ];
    for (const each of wrong) expect(() => computeSha256By(each)).to.throw('this is not SHA-256');
    expect(digestOf('abc')).to.equal(
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
