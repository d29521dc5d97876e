import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { castOf, type Cast } from '../../scripts/demo/cast.js';
import { refusals } from '../../scripts/demo/refusals.js';
import { Narrator } from '../../scripts/demo/report.js';
import { inDays } from '../../scripts/demo/requests.js';
import { askOf, found, grant, register, use, value, type Scene } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { kindsOfSuite } from '../../scripts/space/options.js';
import { times } from '../sampling.js';
import { limitsHold } from './limits.js';

const kinds = kindsOfSuite();

/** Every process that the gateways stand on. */
const backingNames = ({ backings }: Space): string[] =>
  backings.flatMap(({ processes }) => Object.keys(processes));

/**
 * The compiled programs, each a process of its own, over HTTP. On the embedded ledger and store by default;
 * `npm run test:system` runs the same on real Fabric and Kubo.
 */
describe(`the main job, end to end (ledger ${kinds.ledger}, store ${kinds.store})`, () => {
  const secret = randomBytes(32).toString('hex');
  const narrator = new Narrator(() => undefined);
  let space: Space;
  let cast: Cast;
  let scene: Scene;
  let spent: string;

  before(async () => {
    space = await startSpace({ dataDir: await mkdtemp(join(tmpdir(), 'tallystick-story-')), ...kinds });
    cast = await castOf(space);
  });
  after(async () => {
    await space.stop();
    await rm(space.dataDir, { recursive: true, force: true });
  });

  it('runs on the ledger and with the store that were asked for', () => {
    expect(space.topology.ledger.kind).to.equal(kinds.ledger);
    const names = backingNames(space);
    expect(names.includes('node')).to.equal(kinds.ledger === 'embedded');
    const peers = names.filter((name) => name.startsWith('peer0.'));
    expect(peers).to.have.length(kinds.ledger === 'embedded' ? 0 : 3);
    const orderers = { embedded: 0, 'fabric-raft': 1, 'fabric-bft': 4 }[kinds.ledger];
    expect(names.filter((name) => name.startsWith('orderer'))).to.have.length(orderers);
    expect(names.filter((name) => name.startsWith('kubo.'))).to.have.length(kinds.store === 'kubo' ? 3 : 0);
  });

  it('registers a file, grants it, uses it, and opens the very same bytes', async () => {
    const component = await found(cast, narrator);
    scene = await register(cast, new Blob([`${secret}\n`.repeat(40_000)]), component, narrator);
    spent = await grant(scene, 'grant', { uses: 1, until: inDays(90) });
    await use(scene, spent);
    const { receipts, digests, states } = narrator.report;
    expect(receipts).to.equal(1);
    expect(states['usage']).to.equal('ACKNOWLEDGED');
    expect(digests['opened']).to.be.a('string').that.equals(digests['plaintext']);
  });

  it('values the use', () => value(scene, spent));

  it('refuses everything that must be refused, each with its code', async () => {
    await refusals(scene, spent);
    expect(narrator.report.refusals).to.have.length(8);
    for (const { scenario, code, expected } of narrator.report.refusals)
      expect(code, scenario).to.equal(expected);
  });

  const half = times(40, 100);
  it(`allows exactly ${half} of ${2 * half} parallel requests on a grant of ${half}`, async () => {
    const counted = await grant(scene, `grant of ${half}`, { uses: half, until: inDays(90) });
    const { connector } = cast.supplier;
    const asked = Array.from({ length: 2 * half }, () =>
      connector.post<{ usageId: string }>('/usages', askOf(scene, counted)),
    );
    const answers = await Promise.all(
      (await Promise.all(asked)).map(({ usageId }) => connector.answered(usageId, 60_000)),
    );
    const outcomes = answers.map(({ answer }) => answer?.code ?? answer?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'ALLOWED')).to.have.length(half);
    expect(outcomes.filter((outcome) => outcome === 'QUOTA')).to.have.length(half);
  });

  it('refuses to open what was denied, and what is another organisation’s use', async () => {
    const { usageId } = await cast.supplier.connector.post<{ usageId: string }>(
      '/usages',
      askOf(scene, spent),
    );
    expect((await cast.supplier.connector.answered(usageId)).state).to.equal('DENIED');
    for (const client of [cast.supplier.connector, cast.regulator.connector]) {
      const refused = await client.open(usageId).then(
        () => undefined,
        (error: unknown) => error as { status?: number },
      );
      expect(refused?.status).to.be.within(400, 499);
    }
  });

  it('takes what is as large as admitted, refuses what is larger, and serves everybody all the while', () =>
    limitsHold(space, scene, { isThorough: kinds.ledger !== 'embedded' }));

  it('leaves the plaintext in no block, log, database or directory', async () => {
    const entries = await readdir(space.dataDir, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).to.be.greaterThan(20);
    for (const file of files) expect((await readFile(file)).includes(secret), file).to.equal(false);
  });

  it('goes on where it was after everything but two gateways was killed at once', async () => {
    const victims = [...backingNames(space), 'SteelMSP'];
    await Promise.all(victims.map((name) => space.kill(name)));
    for (const name of victims) await space.restart(name);
    await useOnce('grant after a crash');
    expect(narrator.report.receipts).to.equal(2);
  });

  it('goes on where it was after it was stopped and started anew', async () => {
    const height = narrator.report.transactions.length;
    await space.stop();
    space = await startSpace({ dataDir: space.dataDir });
    cast = await castOf(space);
    scene = { ...scene, cast };
    await useOnce('grant after a restart');
    expect(narrator.report.receipts).to.equal(3);
    expect(narrator.report.transactions.length).to.be.greaterThan(height);
  });

  async function useOnce(name: string): Promise<void> {
    await use(scene, await grant(scene, name, { uses: 1, until: inDays(90) }));
    const { digests, states } = narrator.report;
    expect(states['usage']).to.equal('ACKNOWLEDGED');
    expect(digests['opened']).to.equal(digests['plaintext']);
  }
});
