import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const MOCHA = at('../../../node_modules/mocha/bin/mocha.js');

interface Report {
  readonly stats: { readonly tests: number; readonly passes: number };
  readonly failures: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
}

// The shim brings Fabric's messages of another version, which it registers under the same global names as those that other tests use:
// the last to be loaded wins for everybody in the process. So this suite has a process of its own.
describe('the gate before the contract API, in a process of its own', () => {
  it('holds', () => {
    const options = [
      '--conditions=source',
      '--import=tsx',
      MOCHA,
      '--no-config',
      '--exit',
      '--reporter=json',
    ];
    const { stdout, stderr } = spawnSync(process.execPath, [...options, at('gate.suite.ts')], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const { stats, failures } = JSON.parse(stdout || '{"failures":[],"stats":{}}') as Report;
    expect(failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message ?? ''}`)).to.deep.equal([]);
    expect(stats.passes, stderr).to.be.greaterThan(20);
    expect(stats.passes).to.equal(stats.tests);
  });
});
