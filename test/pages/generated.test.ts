import { expect } from 'chai';
import { PAGES } from '../../scripts/pages/index.js';
import { present } from '../../scripts/pages/page.js';
import { CHAINCODE_VARIABLES, NETWORK_VARIABLES, NOT_READ } from '../../scripts/pages/program-variables.js';
import { sourcesUnder } from '../../scripts/pages/sources.js';

describe('pages that follow from code', () => {
  for (const page of PAGES) {
    it(`${page.path} is as the code has it (npm run pages)`, async () => {
      expect(await present(page)).to.equal(await page.text());
    });
  }

  it('name every environment variable of chaincode and network', () => {
    const read = sourcesUnder('chaincode/src', 'network/src').flatMap(({ text }) => [
      ...text.matchAll(/\b(?:TALLYSTICK|CORE|FABRIC)_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g),
    ]);
    const told = [...CHAINCODE_VARIABLES, ...NETWORK_VARIABLES].map(({ name }) => name);
    expect([...new Set(read.map(([name]) => name))].filter((name) => !NOT_READ.has(name))).to.have.members(
      told,
    );
  });
});
