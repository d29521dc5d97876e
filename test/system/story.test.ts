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

/** The compiled programs, each a process of its own, over HTTP. */
describe('the main job, end to end on the embedded ledger', function () {
  this.timeout(180_000);
  const secret = randomBytes(32).toString('hex');
  const narrator = new Narrator(() => undefined);
  let space: Space;
  let cast: Cast;
  let scene: Scene;
  let spent: string;

  before(async () => {
    space = await startSpace({ dataDir: await mkdtemp(join(tmpdir(), 'tallystick-story-')) });
    cast = await castOf(space);
  });
  after(async () => {
    await space.stop();
    await rm(space.dataDir, { recursive: true, force: true });
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

  it('allows exactly one hundred of two hundred parallel requests on a grant of one hundred', async () => {
    const counted = await grant(scene, 'grant of one hundred', { uses: 100, until: inDays(90) });
    const { connector } = cast.supplier;
    const asked = Array.from({ length: 200 }, () =>
      connector.post<{ usageId: string }>('/usages', askOf(scene, counted)),
    );
    const answers = await Promise.all(
      (await Promise.all(asked)).map(({ usageId }) => connector.answered(usageId, 60_000)),
    );
    const outcomes = answers.map(({ answer }) => answer?.code ?? answer?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'ALLOWED')).to.have.length(100);
    expect(outcomes.filter((outcome) => outcome === 'QUOTA')).to.have.length(100);
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

  it('leaves the plaintext in no block, log, database or directory', async () => {
    const entries = await readdir(space.dataDir, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).to.be.greaterThan(20);
    for (const file of files) expect((await readFile(file)).includes(secret), file).to.equal(false);
  });

  it('goes on where it was after a crash of the ledger and of a gateway', async () => {
    await Promise.all([space.kill('node'), space.kill('SteelMSP')]);
    await space.restart('node');
    await space.restart('SteelMSP');
    const again = await grant(scene, 'grant after a crash', { uses: 1, until: inDays(90) });
    await use(scene, again);
    expect(narrator.report.receipts).to.equal(2);
  });
});
