import { keys, type CheckpointBody, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handOver } from '../../scripts/demo/evidence.js';
import { kindsOfSuite } from '../../scripts/space/options.js';
import { USE } from '../policy/lineage.js';
import { grant, termsOf, Trial } from '../policy/classes/trial.js';
import { PLAINTEXT, setStage, strike, type Stage } from '../policy/stage.js';
import { bundleCollusion, FLIPPED } from './bundle.js';
import { auditOf, troublesOf, verdictOn } from './court.js';
import { divergencesOf, Majority, until, type Shown } from './majority.js';
import { PLOTS, text } from './plots.js';
import { archiveOn } from './resting.js';
import { isThorough, some } from '../sampling.js';
import { isUsual, POSITIONS, Round, type Attempt } from './round.js';

/**
 * A majority of the endorsers undoes what forbids a use, at every position, on a whole space: each gateway names it, nothing is released,
 * no file shows a use that the rules deny, Fabric is brought back, and honest uses go on.
 *
 * A thorough run tries every plot at every position (a landing, each plot at one). TALLYSTICK_SUITE_LEDGER=fabric-bft or fabric-raft (with
 * FABRIC_BIN) runs it on real Fabric.
 */
const kinds = kindsOfSuite();
/** Long enough that what is ordered at once shares a block. */
const BATCH = { timeoutMs: 60, maxMessages: 500 };

describe(`forgeries by a majority, end to end (ledger ${kinds.ledger})`, () => {
  let directory: string;
  let stage: Stage;
  let majority: Majority;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-forgeries-'));
    const bundle = await bundleCollusion(directory);
    stage = await setStage({ ...kinds, bundle, batch: BATCH });
    majority = await Majority.of(stage);
  });
  after(async () => {
    majority.close();
    await strike(stage);
    await rm(directory, { recursive: true, force: true });
  });

  /** An honest use, from offer to plaintext, proven by what two others print. */
  async function provenUse(title: string, profile: string): Promise<void> {
    const [offered] = await grant(stage, [termsOf(USE)]);
    const trial = new Trial(stage, {}, offered!);
    const usageId = await trial.ask();
    expect(await trial.answered(usageId), title).to.equal('ALLOWED');
    const bytes = await stage.cast.supplier.connector.open(usageId);
    expect(Buffer.from(bytes).toString(), title).to.equal(PLAINTEXT);
    const maker = profile === 'compact' ? 'steel' : 'supplier';
    const verdict = await verdictOn(stage.cast, usageId, kinds.ledger, { maker, profile });
    expect(troublesOf(verdict), title).to.deep.equal([]);
    expect(verdict, title).to.include({ outcome: 'VERIFIED' });
  }

  async function expectNamed({ named: { txId, keys, reason }, title }: Attempt): Promise<void> {
    const isMeant = (shown: Shown): boolean =>
      (txId ?? shown.txId) === shown.txId && keys.every((key) => shown.keys.includes(key));
    for (const shown of await majority.named(isMeant)) expect(shown.reason, title).to.equal(reason);
  }

  async function expectDenied({ usageId, code, title }: Attempt): Promise<void> {
    const { steel, supplier } = stage.cast;
    const use = await supplier.connector.answered(usageId, 60_000);
    expect(use.answer, title).to.include({ outcome: 'DENIED', code });
    expect(use.answer?.header, title).to.equal(undefined);
    const journal = await until(
      () => steel.operator.get<{ custody: { state: string } }>(`/usages/${usageId}/status`),
      ({ custody }) => !['PREPARED', 'SUBMITTED'].includes(custody.state),
    );
    expect(journal.custody, title).to.include({ state: 'DENIED', reason: code });
    const verdict = await verdictOn(stage.cast, usageId, kinds.ledger);
    expect(troublesOf(verdict), title).to.deep.equal([]);
    expect(verdict.decision, title).to.include({ outcome: 'DENIED', code });
  }

  async function play(attempts: Round): Promise<void> {
    try {
      await expectNothing(attempts);
    } finally {
      await attempts.undo();
      await majority.restored();
    }
  }

  async function expectNothing(attempts: Round): Promise<void> {
    await attempts.play();
    for (const each of attempts.all) await expectNamed(each);
    await majority.restored();
    for (const each of attempts.all) await expectDenied(each);
  }

  const plots = PLOTS.flatMap((plot, index) =>
    POSITIONS.filter((position) => isThorough || isUsual(index, position)).map((position) => ({
      plot,
      position,
      stamp: index + POSITIONS.indexOf(position),
    })),
  );
  const ordinary = some(plots, 4).filter(({ plot }) => plot.isGeneral !== true);

  it('release nothing while the provider follows the ledger', async () => {
    const live = ordinary.filter(({ position }) => position !== 'BETWEEN');
    await play(new Round(stage, majority, live));
    await provenUse('afterwards', 'compact');
  });

  it('release nothing to who had asked before', async () => {
    const between = ordinary.filter(({ position }) => position === 'BETWEEN');
    await play(new Round(stage, majority, between));
    await provenUse('afterwards', 'full');
  });

  it('withhold nothing that the rules allow, where endorsers wrote that it is denied', async () => {
    const [offered] = await grant(stage, [termsOf(USE)]);
    const request = await majority.request('connector', {
      grant: offered!.grantId,
      version: stage.version,
      action: 'read',
      purpose: 'predictive-maintenance',
      territory: 'CN-31',
      component: stage.software.supplier.id,
    });
    const usageId = request.result['usageId'] ?? '';
    const { text: key } = keys.usage(usageId as Id<'usage'>);
    await majority.conspire(key, [[key, FLIPPED]]);
    expect(await request.order()).to.include({ code: 'VALID' });
    const { operator } = stage.cast.steel;
    await until(
      () => operator.get<{ custody?: { state: string } }>(`/usages/${usageId}/status`).catch(() => undefined),
      (status) => status?.custody?.state === 'RELEASED',
    );
    for (const shown of await majority.named((each) => each.keys.includes(key)))
      expect(shown).to.include({ verdict: 'CORRECTED', restored: true });
    const verdict = await verdictOn(stage.cast, usageId, kinds.ledger);
    expect(troublesOf(verdict)).to.deep.equal([]);
    expect(verdict.decision).to.include({ outcome: 'ALLOWED' });
  });

  it('change nothing of what happened', async () => {
    const { upheld, resting } = await archiveOn(stage);
    const held = await majority.unrelated(resting.map(({ forgery }) => forgery));
    expect(await held.order()).to.include({ code: 'VALID' });
    for (const shown of await majority.named(({ txId }) => txId === held.txId))
      expect(shown.keys).to.include.members(resting.map(({ key }) => key));
    const early = await verdictOn(stage.cast, upheld, kinds.ledger, { maker: 'supplier' });
    expect(early.decision).to.include({ state: 'UPHELD' });
    await majority.restored();
    for (const { key, before } of resting) expect(await text(stage, key), key).to.equal(before);
    const verdict = await verdictOn(stage.cast, upheld, kinds.ledger);
    expect(troublesOf(verdict)).to.deep.equal([]);
    expect(verdict.decision).to.include({ state: 'UPHELD' });
    await provenUse('afterwards', 'full');
  });

  for (const each of plots.filter(({ plot }) => plot.isGeneral === true))
    it(`release nothing where ${each.plot.title}, ${each.position}`, async () => {
      await play(new Round(stage, majority, [each]));
      await provenUse('afterwards', 'compact');
    });

  it('are told by an audit of anybody’s own peer as by every gateway, over equal checkpoints', async () => {
    const { cast, space } = stage;
    const { body } = await cast.steel.officer.get<{ body: CheckpointBody }>('/checkpoints/latest');
    const [offered] = await grant(stage, [termsOf(USE)]);
    const usage = await new Trial(stage, {}, offered!).ask();
    await cast.supplier.connector.answered(usage);
    const { trust } = await handOver(cast, usage, kinds.ledger);
    const { divergences, departures, standing } = await auditOf(space, 'ComponentMSP', trust, body.height);
    expect(divergences).to.deep.equal([]);
    expect(standing.progress.folded.body).to.deep.equal(body);
    const listed = await divergencesOf(cast.steel);
    const named = ({ txId, reason }: { txId?: string; reason: string }): object => ({ txId, reason });
    expect(departures.map(named)).to.deep.equal(
      listed.filter(({ block }) => block <= body.height).map(named),
    );
    expect(departures).to.not.deep.equal([]);
    for (const member of ['supplier', 'regulator'] as const) {
      const theirs = await cast[member].officer.get<{ body: CheckpointBody }>(`/checkpoints/${body.height}`);
      expect(theirs.body, member).to.deep.equal(body);
    }
  });
});
