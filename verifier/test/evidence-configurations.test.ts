import { evidenceFile, usesFile } from '@tallystick/chaincode/model';
import { expect } from 'chai';

const block = { number: 1, previousHash: '', data: [], signatures: '' };

describe('configurations in a file', () => {
  // A few members can make some hundred of them on purpose, and a file needs every one.
  for (const [name, { config }] of [
    ['evidence', evidenceFile.shape],
    ['all uses', usesFile.shape],
  ] as const)
    it(`are as many as ten thousand: ${name}`, () => {
      const tooMany = (count: number): boolean => {
        const { error } = config.safeParse(Array.from({ length: count }, () => block));
        return error?.issues.some(({ code, path }) => code === 'too_big' && path.length === 0) === true;
      };
      expect([501, 10_000, 10_001].map(tooMany)).to.deep.equal([false, false, true]);
    });
});
