import { denials, refusals } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { decidingSources, naming, sourcesUnder } from '../../scripts/pages/sources.js';

/**
 * Every code -> the file that raises it -> a test that sees it. A code that nobody raises is dead, and one that no test
 * sees may be raised wrongly for years.
 */
describe('refusals and denials', () => {
  const raising = decidingSources();
  const tests = sourcesUnder('chaincode/test', 'test').filter(({ path }) => !path.includes('refusal-table'));
  const codes = [...new Set([...Object.keys(refusals), ...Object.keys(denials)])].sort();
  const rows: string[] = [];

  for (const code of codes) {
    it(`${code} is raised by a rule and seen by a test`, () => {
      const raisedBy = naming(raising, code);
      const seenBy = naming(tests, code);
      rows.push(`| ${code} | ${raisedBy.join(', ')} | ${seenBy.join(', ')} |`);
      expect(raisedBy, 'raised by').to.not.be.empty;
      expect(seenBy, 'seen by').to.not.be.empty;
    });
  }

  after(() => {
    process.stdout.write(
      ['', '| code | raised by | seen by |', '| --- | --- | --- |', ...rows, ''].join('\n'),
    );
  });
});
