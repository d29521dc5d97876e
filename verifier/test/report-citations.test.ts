import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { STEPS } from '../src/checklist.js';
import { catalogueOf, LANGUAGES } from '../src/report/index.js';

const headingsOf = (path: string): readonly string[] =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .map((line) => line.replace(/^#+ (?:\d+\. )?/, ''));

/** What a clause calls a document of ours, and where that is. */
const DOCUMENTS: readonly (readonly [name: RegExp, path: string])[] = [
  [/VERDICTS\.md of the verifier, "([^"]+)"/g, 'verifier/VERDICTS.md'],
  [/GUIDE-FOR-COURTS\.md of the verifier, "([^"]+)"/g, 'verifier/GUIDE-FOR-COURTS.md'],
  [/REFUSALS\.md, "([^"]+)"/g, 'REFUSALS.md'],
  [/SPECIFICATION\.md of the verifier, "([^"]+)"/g, 'verifier/SPECIFICATION.md'],
  [/校验程序结论说明（VERDICTS\.md）“([^”]+)”一节/g, 'verifier/VERDICTS.md'],
  [/校验程序使用指南（GUIDE-FOR-COURTS\.md）“([^”]+)”一节/g, 'verifier/GUIDE-FOR-COURTS.md'],
  [/拒绝代码一览（REFUSALS\.md）“([^”]+)”一节/g, 'REFUSALS.md'],
  [/校验程序技术规范（SPECIFICATION\.md）“([^”]+)”一节/g, 'verifier/SPECIFICATION.md'],
];

/** Sections that a clause sends its reader to, as `path#heading`. */
const citedIn = (clause: string): readonly string[] =>
  DOCUMENTS.flatMap(([name, path]) =>
    [...clause.matchAll(name)].map(([, heading = '']) => `${path}#${heading}`),
  );

const existing = new Set(
  [...new Set(DOCUMENTS.map(([, path]) => path))].flatMap((path) =>
    headingsOf(path).map((heading) => `${path}#${heading}`),
  ),
);

describe('sections that the report sends its reader to', () => {
  for (const language of LANGUAGES) {
    const clauses = STEPS.map((step) => catalogueOf(language).steps[step].clause);

    it(`exist, in ${language}`, () => {
      const cited = clauses.flatMap(citedIn);
      expect(cited.length).to.be.greaterThan(15);
      expect(cited.filter((each) => !existing.has(each))).to.deep.equal([]);
    });

    it(`are all looked at, in ${language}: no document of ours is named in another way`, () => {
      for (const clause of clauses)
        expect(clause.match(/README|[\w-]+\.md/g)?.length ?? 0, clause).to.equal(citedIn(clause).length);
    });
  }

  it('are the same in every language', () => {
    const [english, chinese] = LANGUAGES.map((language) =>
      STEPS.map((step) => citedIn(catalogueOf(language).steps[step].clause)),
    );
    expect(chinese).to.deep.equal(english);
  });
});
