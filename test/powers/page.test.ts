import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cellsOf, partOf } from '../../scripts/policy-classes/page.js';
import { powersTable } from '../../scripts/powers/table.js';

describe('the page of the rules', () => {
  it('shows who may end or lift what as the rules have it (npm run powers)', () => {
    const page = readFileSync(
      fileURLToPath(new URL('../../chaincode/src/rules/README.md', import.meta.url)),
      'utf8',
    );
    expect(cellsOf(partOf(page, 'powers'))).to.deep.equal(cellsOf(powersTable()));
  });
});
