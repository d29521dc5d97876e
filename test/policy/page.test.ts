import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { cellsOf, partOf } from '../../scripts/policy-classes/page.js';
import { dutyTable, labelTable, operandTable } from '../../scripts/policy-classes/tables.js';

const PAGE = new URL('../../chaincode/src/policy/README.md', import.meta.url);

/** `npm run policy:classes` writes them. */
describe('the page on policies', () => {
  const tables = { operands: operandTable, duties: dutyTable, labels: labelTable };

  for (const [name, table] of Object.entries(tables)) {
    it(`says of the ${name} what the code says`, async () => {
      expect(cellsOf(partOf(await readFile(PAGE, 'utf8'), name))).to.deep.equal(cellsOf(table()));
    });
  }
});
