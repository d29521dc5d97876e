import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EDITIONS } from '@tallystick/chaincode/rules';
import { readTrust, verify, type Verdict } from '@tallystick/verifier';
import { expect } from 'chai';
import { castOf, type Cast, type Member } from '../../scripts/demo/cast.js';
import { Problem } from '../../scripts/demo/client.js';
import { handOver, type HandedEvidence } from '../../scripts/demo/evidence.js';
import { Narrator } from '../../scripts/demo/report.js';
import { inDays } from '../../scripts/demo/requests.js';
import { askOf, found, grant, register, type Scene } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { BUNDLE } from '../../scripts/space/programs.js';
import { missingPrograms } from '../../scripts/space/options.js';

/** Versions of the definition that name the first and the second edition of the rules. */
const [BEFORE, AFTER] = ['1.0.0', '2.0.0'];
const [FIRST, SECOND] = EDITIONS.map(({ name }) => name);
const CLIENTS = 4;
const USES_AROUND = 6;
/** Longer than a commit takes: by then an operation that is still pending was never ordered. */
const SETTLED_WITHIN = 15_000;
const RELEASED_WITHIN = 60_000;
const ACKNOWLEDGED_WITHIN = 30_000;

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

/** The use, or the operation to ask about where the outcome is unknown (202). */
type Asked = { readonly usageId: string } | { readonly id: string };
interface Operation {
  readonly state: 'PENDING' | 'COMMITTED' | 'FAILED';
  readonly result?: { readonly usageId: string };
}

/** Clients of the consumer's gateway that use the dataset one use after the other, until they are told to stop. */
class Load {
  readonly done: Use[] = [];
  readonly failed: string[] = [];
  readonly #scene: Scene;
  readonly #grantId: string;
  readonly #digest: string;
  readonly #mayPause: boolean;
  #isOver = false;

  constructor(scene: Scene, grantId: string, digest: string, mayPause: boolean) {
    this.#mayPause = mayPause;
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
    while (this.done.length < enough && this.failed.length === 0) await pause(50);
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

  /**
   * What became of a request whose outcome the gateway did not know: it answers 202, and finds out. `undefined` where nothing did: a node
   * that dies with a transaction it never ordered leaves its outcome unknown for ever.
   */
  async #usageOf(operation: string): Promise<string | undefined> {
    const until = Date.now() + SETTLED_WITHIN;
    for (;;) {
      const { state, result } = await this.#scene.cast.supplier.connector.get<Operation>(
        `/operations/${operation}`,
      );
      if (state === 'COMMITTED') return result?.usageId;
      if (state === 'FAILED' || Date.now() > until) {
        if (this.#mayPause) return undefined;
        throw new Error(`${operation} is ${state}`);
      }
      await pause(100);
    }
  }

  async #client(): Promise<void> {
    while (!this.#isOver) await this.#use().catch((error: unknown) => this.#failed(error));
  }

  /** Where the ledger is one process, it is away while it starts with another version: what was asked meanwhile is asked anew. */
  async #failed(error: unknown): Promise<void> {
    if (!this.#mayPause || !isAway(error)) this.failed.push(String(error));
    else await pause(100);
  }

  async #use(): Promise<void> {
    const { connector } = this.#scene.cast.supplier;
    const began = performance.now();
    const asked = await connector.post<Asked>('/usages', askOf(this.#scene, this.#grantId));
    const usageId = 'usageId' in asked ? asked.usageId : await this.#usageOf(asked.id);
    if (usageId === undefined) return;
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

const isAway = (error: unknown): boolean => error instanceof Problem && error.status >= 500;

/** A use once its acknowledgement has reached an organisation's projection. */
async function acknowledged({ connector }: Member, usageId: string): Promise<UseRecord> {
  const until = Date.now() + ACKNOWLEDGED_WITHIN;
  for (;;) {
    const use = await connector.get<UseRecord>(`/usages/${usageId}`);
    if (use.state === 'ACKNOWLEDGED' || Date.now() > until) return use;
    await pause(100);
  }
}

/** Evidence of a height or a later one: a gateway shows the newest that enough witnesses have signed, and some may be behind. */
async function verifiedAsOf(
  height: number,
  made: () => Promise<HandedEvidence>,
): Promise<HandedEvidence & { readonly verdict: Verdict }> {
  const until = Date.now() + SETTLED_WITHIN;
  for (;;) {
    const handed = await made();
    const { evidence, trust } = handed;
    const verdict = await verify({ evidence, trust: readTrust(trust) }, webcrypto.subtle);
    if ((verdict.asOf?.height ?? 0) >= height || Date.now() > until) return { ...handed, verdict };
    await pause(200);
  }
}

/** Commits a definition that names the next edition, while the space is in use. */
type Upgrade = (space: Space) => Promise<void>;

const onFabric: Upgrade = async (space) => {
  const [ledger] = space.backings;
  if (ledger?.network === undefined) throw new Error('the ledger of this space is real Fabric');
  await ledger.network.upgrade({ version: AFTER, bundle: BUNDLE });
};

/** The embedded node commits what its configuration says when it starts. */
const onEmbedded: Upgrade = async (space) => {
  const file = join(space.dataDir, 'node.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as { readonly chaincode: object };
  await writeFile(file, JSON.stringify({ ...config, chaincode: { ...config.chaincode, version: AFTER } }));
  await space.restart('node');
};

const UPGRADES = { embedded: onEmbedded, 'fabric-bft': onFabric } as const;

for (const [ledger, upgrade] of Object.entries(UPGRADES) as [keyof typeof UPGRADES, Upgrade][])
  describe(`an upgrade to the next edition of the rules under load (ledger ${ledger})`, function () {
    let directory: string;
    let space: Space;
    let cast: Cast;
    let load: Load;
    const ends: (() => unknown)[] = [];

    before(async function () {
      const missing = await missingPrograms({ ledger, store: 'embedded' });
      if (missing.length > 0) {
        process.stderr.write(`    NOT TESTED on real Fabric. ${missing.join('\n')}\n`);
        this.skip();
      }
      directory = await mkdtemp(join(tmpdir(), 'tallystick-upgrade-'));
      ends.push(() => rm(directory, { recursive: true, force: true }));
      space = await startSpace({ dataDir: join(directory, 'space'), ledger, version: BEFORE });
      ends.push(() => space.stop());
      cast = await castOf(space);
      const narrator = new Narrator(() => undefined);
      const component = await found(cast, narrator);
      const file = randomBytes(20_000);
      const scene = await register(cast, new Blob([file]), component, narrator);
      const granted = await grant(scene, 'grant', { uses: 100_000, until: inDays(90) });
      const digest = createHash('sha256').update(file).digest('hex');
      load = new Load(scene, granted, digest, ledger === 'embedded');
      ends.push(() => load.stop());
    });
    after(async () => {
      for (const end of ends.toReversed()) await end();
    });

    const decidedBy = (rules: string | undefined): readonly Use[] =>
      load.done.filter((use) => use.rules === rules);

    it('fails no use', async () => {
      const running = load.run(CLIENTS);
      await load.more(USES_AROUND);
      const began = performance.now();
      const before = load.done.length;
      await upgrade(space);
      const took = performance.now() - began;
      const during = load.done.slice(before);
      await load.more(USES_AROUND);
      load.stop();
      await running;
      expect(load.failed).to.deep.equal([]);
      expect(before).to.be.greaterThan(0);
      const longest = (uses: readonly Use[]): number =>
        Math.round(Math.max(0, ...uses.map((use) => use.milliseconds)));
      process.stderr.write(
        `      (upgrade ${Math.round(took)} ms, ${during.length} uses meanwhile; longest use ${longest(during)} ms, ` +
          `before it ${longest(load.done.slice(0, before))} ms; ${load.done.length} uses in all)\n`,
      );
    });

    it('decides by the first edition before it and by the second one after it', () => {
      const rules = load.done.toSorted((a, b) => a.began - b.began).map((use) => use.rules);
      expect(rules[0]).to.equal(FIRST);
      expect(rules.at(-1)).to.equal(SECOND);
      expect(new Set(rules)).to.deep.equal(new Set([FIRST, SECOND]));
    });

    it('leaves no transaction that is not what the rules give', async () => {
      const { items } = await cast.supplier.operator.get<{ items: readonly unknown[] }>('/divergences');
      expect(items).to.deep.equal([]);
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

    it('leaves evidence that verifies offline and names its edition, of uses before, during and after', async () => {
      const [first, second] = [decidedBy(FIRST), decidedBy(SECOND)];
      // The newest first: the others are then told as of no earlier height, where both editions have decided something.
      let height = 0;
      const subjects = [second.at(-1), second[0], first.at(-1), first[0]];
      for (const { usageId, rules } of subjects.filter((use) => use !== undefined)) {
        const { evidence, trust, verdict } = await verifiedAsOf(height, () =>
          handOver(cast, usageId, ledger),
        );
        height = verdict.asOf?.height ?? 0;
        expect(verdict.outcome).to.equal('VERIFIED');
        const replayed = verdict.steps.find(({ code }) => code === 'decision.replay');
        expect(replayed?.facts['rules']).to.equal(rules);
        const { editions, ...known } = JSON.parse(trust) as { readonly editions: readonly object[] };
        const older = JSON.stringify({ ...known, editions: editions.slice(0, 1) });
        const { outcome, steps } = await verify({ evidence, trust: readTrust(older) }, webcrypto.subtle);
        const [open] = steps.filter(({ reason }) => reason === 'RULES_UNKNOWN');
        expect([outcome, open?.code]).to.deep.equal(['INCOMPLETE', 'checkpoint.body']);
      }
    });

    it('stays when everything is started again', async () => {
      const { dataDir } = space;
      await space.stop();
      space = await startSpace({ dataDir, ...(ledger === 'embedded' && { version: AFTER }) });
      cast = await castOf(space);
      const { rules } = await cast.supplier.connector.get<UseRecord>(`/usages/${load.done.at(-1)?.usageId}`);
      expect(rules).to.equal(SECOND);
      const scene = await register(cast, new Blob([randomBytes(100)]), '', new Narrator(() => undefined));
      expect(scene.dataset).to.be.a('string');
    });
  });
