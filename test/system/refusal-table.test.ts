import { denials, refusals } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Every code -> the file that raises it -> a test that sees it. A code that nobody raises is dead, and one that no test
 * sees may be raised wrongly for years.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesUnder(...directories: readonly string[]): Source[] {
  return directories.flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') })),
  );
}

const naming = (sources: readonly Source[], code: string): string[] =>
  sources.filter(({ text }) => text.includes(`'${code}'`)).map(({ path }) => path);

describe('refusals and denials', () => {
  // The limits are refused by one function, which gateways share.
  const limits = sourcesUnder('chaincode/src/model').filter(({ path }) => path.endsWith('/limits.ts'));
  const raising = [...sourcesUnder('chaincode/src/rules', 'chaincode/src/policy', 'chaincode/src/contract'), ...limits];
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

  it('are listed in the page that says where each is decided', () => {
    const page = readFileSync(join(ROOT, 'chaincode/src/rules/README.md'), 'utf8');
    expect(
      codes.filter((code) => !page.includes(`| \`${code}\``) && !page.includes(`| ${code} `)),
    ).to.deep.equal([]);
  });

  after(() => {
    process.stdout.write(
      ['', '| code | raised by | seen by |', '| --- | --- | --- |', ...rows, ''].join('\n'),
    );
  });
});
