import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../../scripts/pages/page.js';
import { anchorsOf, documents, pathsNamedIn, proseOf, type Document } from './documents.js';

const pages = documents();
const byPath = new Map(pages.map((page) => [page.path, page]));

/** What is wrong with a link; `undefined` when nothing is. */
function faultOf(page: Document, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (!existsSync(ROOT + path)) return `${page.path}: ${target} does not exist`;
  if (anchor === undefined) return undefined;
  const linked = byPath.get(path);
  return linked !== undefined && anchorsOf(linked).has(anchor)
    ? undefined
    : `${page.path}: ${target} has no such heading`;
}

const linksOf = (page: Document): readonly string[] =>
  [...proseOf(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);

describe('links between pages', () => {
  it('lead to files and headings that exist', () => {
    expect(pages.flatMap(linksOf).length).to.be.greaterThan(60);
    const faults = pages.flatMap((page) => linksOf(page).flatMap((target) => faultOf(page, target) ?? []));
    expect(faults).to.deep.equal([]);
  });

  it('are told when they lead nowhere', () => {
    const page = { path: 'README.md', text: '# Here\n' };
    expect(faultOf(page, 'NOWHERE.md')).to.equal('README.md: NOWHERE.md does not exist');
    expect(faultOf(page, 'CONTRIBUTING.md#nowhere')).to.contain('no such heading');
  });

  for (const path of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
    it(`${path} names files and folders that exist`, () => {
      const named = pathsNamedIn(byPath.get(path) ?? { text: '' });
      expect(named).to.not.be.empty;
      const missing = named.filter(
        (name) => !existsSync(ROOT + name.replace(/<.*/, '')) && !name.startsWith('node_modules/'),
      );
      expect(missing).to.deep.equal([]);
    });
  }
});

describe('files that pages name', () => {
  /** From the page's own folder, from that of its package or of what it tells of, or from the root. */
  const basesOf = ({ path }: Document): readonly string[] => [
    dirname(path),
    path.split('/')[0] ?? '',
    'chaincode/src',
    '',
  ];

  it('exist', () => {
    const missing = pages.flatMap((page) =>
      pathsNamedIn(page)
        .filter((name) => /^[^<]*\.(?:ts|md|mjs|cjs)$/.test(name))
        .filter((name) => !basesOf(page).some((base) => existsSync(join(ROOT, base, name))))
        .map((name) => `${page.path}: ${name}`),
    );
    expect(missing).to.deep.equal([]);
  });
});

describe('pages called README', () => {
  /** So that a person reads them to the end; the rest is in pages beside them. */
  const MOST_WORDS = 900;

  for (const { path, text } of pages.filter(({ path }) => /(^|\/)README\.md$/.test(path))) {
    it(`${path} has at most ${MOST_WORDS} words`, () => {
      expect(text.split(/\s+/).filter((word) => word !== '').length).to.be.at.most(MOST_WORDS);
    });
  }
});
