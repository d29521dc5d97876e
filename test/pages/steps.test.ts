import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../scripts/pages/page.js';
import { STEPS } from '../../verifier/src/checklist.js';

describe('the page on verdicts', () => {
  it('says of every step what it shows', () => {
    const rows = readFileSync(`${ROOT}verifier/VERDICTS.md`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const told = (step: string): boolean => rows.some((row) => row.includes(`\`${step}\``));
    expect(STEPS.filter((step) => !told(step))).to.deep.equal([]);
  });
});
