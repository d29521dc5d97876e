import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { FabricNetwork } from '@tallystick/network/fabric';
import { castOf, type Cast, type Member } from '../../scripts/demo/cast.js';
import { Problem } from '../../scripts/demo/client.js';
import { Narrator } from '../../scripts/demo/report.js';
import { inDays } from '../../scripts/demo/requests.js';
import { askOf, found, grant, register, type Scene } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { COMPILED } from '../../scripts/space/programs.js';
import { missingPrograms } from '../../scripts/space/options.js';
import { bundleChaincodeOf } from '../bundling.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RULES = 'tallystick-rules/1';
const NEXT_RULES = 'tallystick-rules/2-of-a-test';
const CLIENTS = 4;
const USES_AROUND = 6;
const RELEASED_WITHIN = 60_000;
const ACKNOWLEDGED_WITHIN = 30_000;

const VERSION_SOURCE = /rules[/\\]version\.[jt]s$/;

/** The source of the rules' version, as the next version would have it. Both versions are known, the next one is the present. */
async function nextVersion(file: string): Promise<string> {
  const changed = (await readFile(file, 'utf8'))
    .replace(`'${RULES}'`, `'${NEXT_RULES}'`)
    .replace('[RULES_VERSION]', `['${RULES}', RULES_VERSION]`);
  expect(changed).to.include(`'${NEXT_RULES}'`).and.include(`['${RULES}', RULES_VERSION]`);
  return changed;
}

/** Options of Node under which a gateway knows the rules of both versions: gateways are upgraded before the chaincode. */
async function knowingBoth(directory: string): Promise<string[]> {
  const source = await nextVersion(join(ROOT, 'chaincode/dist/rules/version.js'));
  const hooks = `export async function load(url, context, next) {
    return url.endsWith('/chaincode/dist/rules/version.js')
      ? { format: 'module', shortCircuit: true, source: ${JSON.stringify(source)} }
      : next(url, context);
  }`;
  await writeFile(join(directory, 'hooks.mjs'), hooks);
  const main = join(directory, 'register.mjs');
  await writeFile(main, `import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);`);
  return ['--import', main];
}

/** The sources with one observable and harmless change, bundled as the product is. */
async function bundleOfOtherRules(directory: string): Promise<string> {
  const changed = await nextVersion(join(ROOT, 'chaincode/src/rules/version.ts'));
  return bundleChaincodeOf(
    join(ROOT, 'chaincode/src/contract/main.ts'),
    join(directory, 'next-chaincode.cjs'),
    [
      {
        name: 'other-rules',
        setup: (bundling) =>
          bundling.onLoad({ filter: VERSION_SOURCE }, () => ({ contents: changed, loader: 'ts' })),
      },
    ],
  );
}

interface UseRecord {
  readonly state: string;
  readonly rules: string;
  readonly answer?: { readonly outcome: string };
}

/** One use from its request to its acknowledgement. */
interface Use {
  readonly usageId: string;
  readonly began: number;
  readonly milliseconds: number;
  /** Rules version in the record when it was answered. */
  readonly rules: string;
}

/** Clients of the consumer's gateway that use the dataset one use after the other, until they are told to stop. */
class Load {
  readonly done: Use[] = [];
  readonly failed: string[] = [];
  readonly #scene: Scene;
  readonly #grantId: string;
  readonly #digest: string;
  #isOver = false;

  constructor(scene: Scene, grantId: string, digest: string) {
    this.#scene = scene;
    this.#grantId = grantId;
    this.#digest = digest;
  }

  run(clients: number): Promise<unknown> {
    return Promise.all(Array.from({ length: clients }, () => this.#client()));
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Resolves when so many more uses have ended. */
  async more(count: number): Promise<void> {
    const enough = this.done.length + count;
    while (this.done.length < enough && this.failed.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** As the problem advises: the header follows the answer when the provider's own peer has shown it. */
  async #opened(usageId: string): Promise<Uint8Array> {
    const until = Date.now() + RELEASED_WITHIN;
    for (;;) {
      try {
        return await this.#scene.cast.supplier.connector.open(usageId);
      } catch (error) {
        const mayPass = error instanceof Problem && error.code === 'HEADER_NOT_RELEASED';
        if (!mayPass || Date.now() > until) throw error;
      }
    }
  }

  async #client(): Promise<void> {
    while (!this.#isOver) await this.#use().catch((error: unknown) => this.failed.push(String(error)));
  }

  async #use(): Promise<void> {
    const { connector } = this.#scene.cast.supplier;
    const began = performance.now();
    const { usageId } = await connector.post<{ usageId: string }>(
      '/usages',
      askOf(this.#scene, this.#grantId),
    );
    await connector.answered(usageId, 60_000);
    const { state, rules, answer } = await connector.get<UseRecord>(`/usages/${usageId}`);
    if (answer?.outcome !== 'ALLOWED') throw new Error(`${usageId} is ${state}`);
    const opened = createHash('sha256')
      .update(await this.#opened(usageId))
      .digest('hex');
    if (opened !== this.#digest) throw new Error(`${usageId} opened other bytes`);
    this.done.push({ usageId, began, milliseconds: performance.now() - began, rules });
  }
}

/** A use once its acknowledgement has reached an organisation's projection. */
async function acknowledged({ connector }: Member, usageId: string): Promise<UseRecord> {
  const until = Date.now() + ACKNOWLEDGED_WITHIN;
  for (;;) {
    const use = await connector.get<UseRecord>(`/usages/${usageId}`);
    if (use.state === 'ACKNOWLEDGED' || Date.now() > until) return use;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('an upgrade of the chaincode under load, on real Fabric with BFT ordering', function () {
  this.timeout(300_000);
  let directory: string;
  let gateway: string[];
  let space: Space;
  let cast: Cast;
  let load: Load;
  const ends: (() => unknown)[] = [];

  const network = (): FabricNetwork => {
    const [ledger] = space.backings;
    if (ledger?.network === undefined) throw new Error('the ledger of this space is real Fabric');
    return ledger.network;
  };

  before(async function () {
    const missing = await missingPrograms({ ledger: 'fabric-bft', store: 'embedded' });
    if (missing.length > 0) {
      process.stderr.write(`    NOT TESTED on real Fabric. ${missing.join('\n')}\n`);
      this.skip();
    }
    directory = await mkdtemp(join(tmpdir(), 'tallystick-upgrade-'));
    ends.push(() => rm(directory, { recursive: true, force: true }));
    gateway = [...(await knowingBoth(directory)), ...COMPILED.gateway];
    space = await startSpace({
      dataDir: join(directory, 'space'),
      ledger: 'fabric-bft',
      programs: { gateway },
    });
    ends.push(() => space.stop());
    cast = await castOf(space);
    const narrator = new Narrator(() => undefined);
    const component = await found(cast, narrator);
    const file = randomBytes(20_000);
    const scene = await register(cast, new Blob([file]), component, narrator);
    const granted = await grant(scene, 'grant', { uses: 100_000, until: inDays(90) });
    ends.push(() => load.stop());
    load = new Load(scene, granted, createHash('sha256').update(file).digest('hex'));
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  it('fails no use', async () => {
    const bundle = await bundleOfOtherRules(directory);
    const running = load.run(CLIENTS);
    await load.more(USES_AROUND);
    const began = performance.now();
    const before = load.done.length;
    await network().upgrade({ version: '0.2.0', bundle });
    const took = performance.now() - began;
    const during = load.done.slice(before);
    await load.more(USES_AROUND);
    load.stop();
    await running;
    expect(load.failed).to.deep.equal([]);
    expect(before).to.be.greaterThan(0);
    expect(during.length).to.be.greaterThan(0);
    const longest = (uses: readonly Use[]): number =>
      Math.round(Math.max(...uses.map((use) => use.milliseconds)));
    process.stderr.write(
      `      (upgrade ${Math.round(took)} ms, ${during.length} uses meanwhile; longest use ${longest(during)} ms, ` +
        `before it ${longest(load.done.slice(0, before))} ms; ${load.done.length} uses in all)\n`,
    );
  });

  it('decides by the old rules before it and by the new ones after it', () => {
    const rules = load.done.toSorted((a, b) => a.began - b.began).map((use) => use.rules);
    expect(rules[0]).to.equal(RULES);
    expect(rules.at(-1)).to.equal(NEXT_RULES);
    expect(new Set(rules)).to.deep.equal(new Set([RULES, NEXT_RULES]));
  });

  it('has committed the same records at every organisation', async () => {
    const usages = load.done.map(({ usageId }) => usageId);
    for (const usageId of [usages[0], usages[Math.floor(usages.length / 2)], usages.at(-1)]) {
      const [steel, supplier] = await Promise.all(
        [cast.steel, cast.supplier].map((member) => acknowledged(member, usageId ?? '')),
      );
      expect(steel).to.deep.equal(supplier);
      expect(steel?.state).to.equal('ACKNOWLEDGED');
    }
  });

  it('stays when the whole network is started again', async () => {
    const { chaincode } = network();
    const { dataDir } = space;
    expect(chaincode).to.include({ version: '0.2.0', sequence: 2 });
    await space.stop();
    space = await startSpace({ dataDir, programs: { gateway } });
    expect(network().chaincode).to.deep.equal(chaincode);
    cast = await castOf(space);
    const { rules } = await cast.supplier.connector.get<UseRecord>(`/usages/${load.done.at(-1)?.usageId}`);
    expect(rules).to.equal(NEXT_RULES);
    const scene = await register(cast, new Blob([randomBytes(100)]), '', new Narrator(() => undefined));
    expect(scene.dataset).to.be.a('string');
  });
});
