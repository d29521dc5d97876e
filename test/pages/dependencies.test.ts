import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../scripts/pages/page.js';
import { cellsOf } from '../../scripts/policy-classes/page.js';

type Packages = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies?: Packages;
  readonly devDependencies?: Packages;
}

/** Heading of the page, and where its package is. */
const SECTIONS = {
  chaincode: 'chaincode/package.json',
  verifier: 'verifier/package.json',
  gateway: 'gateway/package.json',
  network: 'network/package.json',
  'The project: tests, checks and builds': 'package.json',
};

const sections = new Map(
  readFileSync(`${ROOT}DEPENDENCIES.md`, 'utf8')
    .split(/^## /m)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

function dependenciesOf(path: string): Packages {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(ROOT + path, 'utf8')) as Manifest;
  return { ...dependencies, ...devDependencies };
}

const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

describe('dependencies', () => {
  for (const [heading, path] of Object.entries(SECTIONS)) {
    it(`of ${path} are justified in DEPENDENCIES.md, each in one line, and no others`, () => {
      const [, , ...rows] = cellsOf(sections.get(heading) ?? '');
      const justified = rows.map(([name = '']) => name.replaceAll('`', ''));
      const used = Object.keys(dependenciesOf(path));
      expect(without(used, justified), 'used, and not justified').to.deep.equal([]);
      expect(without(justified, used), 'justified, and not used').to.deep.equal([]);
      for (const [name, why = ''] of rows) expect(why, name).to.match(/\w{3}/);
    });

    it(`of ${path} are pinned exactly`, () => {
      for (const [name, version] of Object.entries(dependenciesOf(path)))
        expect(version, name).to.match(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    });
  }
});
