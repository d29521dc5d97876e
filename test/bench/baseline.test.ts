import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  build,
  openCheckout,
  runIn,
  type Checkout,
  type Report,
} from '../../scripts/bench/baseline/checkout.js';
import { compare, comparisonTable } from '../../scripts/bench/baseline/comparison.js';
import { BaselineError } from '../../scripts/bench/baseline/errors.js';

/** A checkout as small as can be: its benchmark does what a line of JavaScript says, with `file`, `name` and `count` (the runs so far). */
const BENCH = (body: string): string => `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const at = (option) => process.argv[process.argv.indexOf(option) + 1];
const [name, file] = [at('--only'), at('--json')];
appendFileSync('runs', name + '\\n');
const count = readFileSync('runs', 'utf8').trim().split('\\n').length;
const write = (figures) => writeFileSync(file, JSON.stringify({ commit: 'c0ffee', figures: { [name]: figures } }));
${body}
`;

async function codeOf(act: () => Promise<unknown>): Promise<BaselineError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof BaselineError) return error;
    throw error;
  }
  throw new Error('it went well');
}

describe('a baseline', () => {
  let directory = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-baseline-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function checkout(body: string, buildScript = 'true'): Promise<Checkout> {
    const scripts = { bench: 'node bench.mjs', build: buildScript };
    await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'tallystick', scripts }));
    await writeFile(join(directory, 'bench.mjs'), BENCH(body));
    await mkdir(join(directory, 'node_modules'), { recursive: true });
    return openCheckout(directory);
  }

  it('is refused where there is nothing', async () => {
    const error = await codeOf(() => openCheckout(join(directory, 'nowhere')));
    expect(error.code).to.equal('NO_CHECKOUT');
    expect(error.message).to.include(join(directory, 'nowhere'));
  });

  for (const [what, text] of Object.entries({
    'another project': JSON.stringify({ name: 'other', scripts: { bench: 'x' } }),
    'a checkout from before there were benchmarks': JSON.stringify({ name: 'tallystick', scripts: {} }),
    'something that is no JSON': 'name: tallystick',
  })) {
    it(`is refused where there is ${what}`, async () => {
      await writeFile(join(directory, 'package.json'), text);
      expect((await codeOf(() => openCheckout(directory))).code).to.equal('NO_CHECKOUT');
    });
  }

  it('is refused without modules of its own', async () => {
    const text = JSON.stringify({ name: 'tallystick', scripts: { bench: 'x' } });
    await writeFile(join(directory, 'package.json'), text);
    const error = await codeOf(() => openCheckout(directory));
    expect(error.code).to.equal('NO_MODULES');
    expect(error.message).to.include('npm ci');
  });

  it('says what its benchmark measured, also when that missed its aim', async () => {
    const found = await runIn(await checkout('write({ ms: 5 }); process.exitCode = 1;'), 'audit');
    expect(found).to.deep.equal({ commit: 'c0ffee', figures: { audit: { ms: 5 } } });
  });

  it('says that it has no such benchmark', async () => {
    const at = await checkout('console.error("Error: nothing is called " + name); process.exitCode = 1;');
    expect(await runIn(at, 'follower')).to.equal(undefined);
  });

  it('is named with the end of its output when it fails', async () => {
    const at = await checkout(
      'console.error("the ledger of the benchmark is not clean"); process.exitCode = 1;',
    );
    const error = await codeOf(() => runIn(at, 'audit'));
    expect(error.code).to.equal('RUN_FAILED');
    expect(error.message).to.include(directory).and.to.include('not clean');
  });

  it('fails when it ends well and leaves no report', async () => {
    const at = await checkout('console.log("done");');
    expect((await codeOf(() => runIn(at, 'audit'))).code).to.equal('RUN_FAILED');
  });

  it('is built where it is not, or not since its sources changed', async () => {
    const script = `for p in chaincode verifier gateway network; do mkdir -p $p/dist; touch $p/dist/main.js; done; echo built >> builds`;
    const at = await checkout('', script);
    for (const name of ['chaincode', 'verifier', 'gateway', 'network']) {
      await mkdir(join(directory, name, 'src'), { recursive: true });
      await writeFile(join(directory, name, 'src', 'main.ts'), '');
    }
    const builds = async (): Promise<number> =>
      (await readFile(join(directory, 'builds'), 'utf8')).trim().split('\n').length;
    await build(at);
    await build(at);
    expect(await builds()).to.equal(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeFile(join(directory, 'gateway', 'src', 'main.ts'), 'changed');
    await build(at);
    expect(await builds()).to.equal(2);
  });

  it('is named when it cannot be built', async () => {
    const at = await checkout('', 'echo "error TS1005"; exit 2');
    const error = await codeOf(() => build(at));
    expect(error.code).to.equal('BUILD_FAILED');
    expect(error.message).to.include('TS1005');
  });

  it('takes turns with this checkout, and a round that fails ends the comparison', async () => {
    const ours = { directory: 'ours' };
    const baseline = { directory: 'baseline' };
    const order: string[] = [];
    const run = (at: Checkout, name: string): Promise<Report | undefined> => {
      order.push(`${name} ${at.directory}`);
      if (order.length === 4) throw new BaselineError('RUN_FAILED', 'in the second round');
      return Promise.resolve({ commit: at.directory, figures: { [name]: { ms: 1 } } });
    };
    const error = await codeOf(() => compare({ ours, baseline }, ['audit'], 3, run));
    expect(error.code).to.equal('RUN_FAILED');
    expect(order).to.deep.equal(['audit baseline', 'audit ours', 'audit baseline', 'audit ours']);
  });

  it('is compared figure by figure; what it does not know is said', async () => {
    const run = (at: Checkout, name: string): Promise<Report | undefined> => {
      const isOurs = at.directory === 'ours';
      if (name === 'follower' && !isOurs) return Promise.resolve(undefined);
      const figures = isOurs ? { ms: 5, newer: 1 } : { ms: 10, older: 2 };
      return Promise.resolve({ commit: at.directory, figures: { [name]: figures } });
    };
    const sides = { ours: { directory: 'ours' }, baseline: { directory: 'baseline' } };
    const comparison = await compare(sides, ['audit', 'follower'], 2, run);
    expect(comparison.commits).to.deep.equal({ baseline: 'baseline', ours: 'ours' });
    const [audit, follower] = comparison.benchmarks;
    expect(audit!.pairs).to.deep.equal([
      { figure: 'ms', baseline: 10, ours: 5, ratio: 0.5, ratios: [0.5, 0.5] },
    ]);
    expect(follower).to.deep.include({ isKnown: false, alone: { ms: 5, newer: 1 } });
    const table = comparisonTable(comparison);
    expect(table).to.match(/^audit ms +\| 10 +\| 5 +\| 0\.5 +\| 0\.5 0\.5$/m);
    expect(table).to.include('audit newer: the baseline has no such figure');
    expect(table).to.include('audit older: only the baseline has this figure');
    expect(table).to.include('follower: the baseline has no such benchmark');
  });
});
