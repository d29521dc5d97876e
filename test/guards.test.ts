import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { guards } from '../scripts/guards/list.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A landing tries some guards only; that all can be tried is seen here. */
describe('guards that can be taken out', () => {
  it('stand in their files exactly once', () => {
    const stale = guards.filter(({ file, source }) => textOf(file).split(source).length !== 2);
    expect(stale.map(({ name, file }) => `${name}, in ${file}`)).to.deep.equal([]);
  });

  it('are another text without their check', () => {
    const idle = guards.filter(({ source, without }) => source === without);
    expect(idle.map(({ name }) => name)).to.deep.equal([]);
  });

  it('have tests that are there', () => {
    const missing = guards.flatMap(({ tests }) => tests.filter((test) => !existsSync(join(ROOT, test))));
    expect(missing).to.deep.equal([]);
    expect(guards.filter(({ tests }) => tests.length === 0)).to.deep.equal([]);
  });

  it('have names of their own', () => {
    const names = guards.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.deep.equal([]);
  });
});
