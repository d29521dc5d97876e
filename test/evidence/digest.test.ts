import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { digestOfVectors, sumsFile, sumsOfVectors, verifierReadme } from './digest.js';

describe('the digest of the evidence vectors', () => {
  it('stands for the files that lie there', () => {
    expect(readFileSync(sumsFile, 'utf8')).to.equal(sumsOfVectors());
  });

  it('is the one that the README names', () => {
    expect(readFileSync(verifierReadme, 'utf8')).to.include(`\`${digestOfVectors()}\``);
  });
});
