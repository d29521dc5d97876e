import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Id, Opening, Usage } from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import {
  acknowledging,
  answer,
  answering,
  ask,
  asking,
  buyerKey,
  counted,
  offer,
  register,
  steelKey,
  terms,
  type Granted,
} from '../../chaincode/test/rights.js';
import { component as buyer, regulator, RULEBOOK, steel } from '../../chaincode/test/world.js';
import {
  checkpointLines,
  InputError,
  readCheckpoint,
  reconciliation,
  usesReport,
  type Standing,
} from '../src/audit/index.js';
import { formatTrust } from '../src/trust/file.js';
import { audited, metadata, withBlock } from './audit-cases.js';
import { grantedLedger, type LedgerWorld } from './audit-ledger.js';

type Setting = Granted & { readonly world: LedgerWorld };

const SALT = 'ab'.repeat(16);
const FACTORS = { quality: 500_000, demand: 1_000_000, timeliness: 1_000_000 };
const OPENING: Opening = {
  salt: SALT,
  value: { layers: [{ layer: 'direct', amount: '1000001' }], factors: FACTORS },
};
const PROGRAM = fileURLToPath(new URL('../cli/audit.ts', import.meta.url));

/** A valuation whose inputs are sealed: its opening is nowhere on the ledger. */
async function assessSealed(at: Setting): Promise<void> {
  const { world, datasetId, claimId } = at;
  const sealed = { digest: openingDigest(OPENING), cid: `bafkrei${'a'.repeat(52)}` };
  const assessment = {
    nonce: world.nonce(),
    subject: datasetId,
    method: 'cost',
    methodVersion: 1,
    currency: 'CNY',
    inputs: { sealed },
    references: [claimId],
    result: '500000',
    asOf: world.now,
    validUntil: '2027-11-24T08:00:00.000Z',
    class: 'INDICATIVE',
  };
  await world.run(steel, 'valuations:Assess', assessment, [OPENING]);
}

/** Uses in every state, on two datasets, over four hours. */
async function manyUses(at: Setting): Promise<void> {
  const { world } = at;
  const asked: Id<'usage'>[] = [];
  for (let hour = 0; hour < 3; hour += 1) {
    asked.push(await ask(at), await ask(at));
    world.later(600);
  }
  const [first, second, third, fourth, fifth] = asked as [
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
  ];
  await answer(at, first, { slot: 0 });
  await world.run(steelKey, 'usage:Answer', [
    answering(at, second, { slot: 1 }),
    answering(at, third, { slot: 2 }),
    answering(at, fourth, { slot: 3 }),
  ]);
  await world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, first));
  await world.run(buyer, 'usage:Contest', { usageId: second, reason: 'NOT_DELIVERED' });
  world.later(RULEBOOK.answerWithin + 1);
  await world.run(buyer, 'usage:Lapse', { usageId: fifth });
  const other = await register(world);
  await world.run(regulator, 'claims:Register', { claimId: other.claimId });
  const { grantId, termsDigest } = await offer({ ...at, ...other });
  await world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  const elsewhere = { ...at, ...other, grantId };
  await answer(elsewhere, await ask(elsewhere));
  await world.run(buyerKey, 'usage:Request', [asking(elsewhere), asking(elsewhere)]);
}

/** Every usage by what the world remembers, which is no part of the auditor. */
const usagesIn = ({ state }: LedgerWorld): Usage[] =>
  [...state].filter(([key]) => key.startsWith('usage/')).map(([, text]) => JSON.parse(text) as Usage);

async function* linesOf(lines: Iterable<string>): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

describe('Audit: reports, checkpoints, command line', function () {
  this.timeout(120_000);
  let at: Setting;
  let blocks: Uint8Array[] = [];
  before(async () => {
    at = await grantedLedger({ terms: terms(counted(3)) });
    await manyUses(at);
    await assessSealed(at);
    blocks = at.world.blocks();
  });
  after(() => at.world.end());

  describe('openings', () => {
    it('counts what cannot be replayed without its opening, and guesses nothing', async () => {
      const result = await audited(blocks, at.world.trust());
      expect(result.divergences).deep.equals([]);
      expect(result.notEvaluated.map(({ step, reason, count }) => [step, reason, count])).deep.equals([
        ['transaction.replay', 'OPENING_MISSING', 1],
      ]);
    });

    it('replays it with the opening', async () => {
      const result = await audited(blocks, at.world.trust(), { openings: [OPENING] });
      expect(result.notEvaluated).deep.equals([]);
      expect(result.counts.replayed).equals(result.counts.valid - 2);
    });

    it('does not evaluate rules that the trust file does not accept', async () => {
      const result = await audited(blocks, at.world.trust({ rules: ['tallystick-rules/0'] }), {
        openings: [OPENING],
      });
      const [only, ...more] = result.notEvaluated;
      expect(more).deep.equals([]);
      expect(only).deep.include({ reason: 'RULES_UNKNOWN', count: result.counts.valid - 2 });
    });
  });

  describe('uses', () => {
    it('lists all uses of a dataset, of a participant and of a period, as the ledger has them', async () => {
      const result = await audited(blocks, at.world.trust());
      const usages = usagesIn(at.world);
      expect(usages).length(9);
      const times = [...new Set(usages.map(({ requestedAt }) => requestedAt))].sort();
      const filters = [
        {},
        { dataset: at.datasetId },
        { participant: buyer.participant },
        { participant: steel.participant },
        { dataset: at.datasetId, from: times[1]! },
        { participant: buyer.participant, from: times[1]!, until: times[2]! },
        { dataset: 'dataset-of-nobody' },
      ];
      for (const filter of filters) {
        const { dataset, participant, from = '', until = '9' } = filter as Record<string, string | undefined>;
        const expected = usages.filter(
          (usage) =>
            usage.dataset === (dataset ?? usage.dataset) &&
            usage.consumer === (participant ?? usage.consumer) &&
            usage.requestedAt >= from &&
            usage.requestedAt < until,
        );
        const rows = usesReport(result, filter);
        expect(new Set(rows.map(({ usage, state }) => `${usage} ${state}`))).deep.equals(
          new Set(expected.map(({ id, state }) => `${id} ${state}`)),
        );
        expect(rows).length(expected.length);
        expect(rows.map(({ requestedAt }) => requestedAt)).deep.equals(
          expected.map(({ requestedAt }) => requestedAt).sort(),
        );
      }
    });

    it('names the transactions of each use in order, and why it was denied', async () => {
      const rows = usesReport(await audited(blocks, at.world.trust()), { dataset: at.datasetId });
      const acknowledged = rows.find(({ state }) => state === 'ACKNOWLEDGED');
      expect(acknowledged?.transactions.map(({ transaction }) => transaction)).deep.equals([
        'usage:Request',
        'usage:Answer',
        'usage:Acknowledge',
      ]);
      const denied = rows.filter(({ state }) => state === 'DENIED');
      expect(denied.map(({ code }) => code)).deep.equals(['QUOTA']);
    });
  });

  it('reconciles: unanswered, unacknowledged, contested, lapsed, with what is due by the rulebook', async () => {
    const result = await audited(blocks, at.world.trust());
    const counts = new Map<string, number>();
    for (const { finding } of reconciliation(result)) counts.set(finding, (counts.get(finding) ?? 0) + 1);
    const inState = (...states: string[]): number =>
      usagesIn(at.world).filter(({ state }) => states.includes(state)).length;
    expect(Object.fromEntries(counts)).deep.equals({
      UNANSWERED: inState('REQUESTED'),
      UNACKNOWLEDGED: inState('ALLOWED'),
      CONTESTED: inState('CONTESTED'),
      LAPSED: inState('LAPSED'),
    });
    const unanswered = reconciliation(result).filter(({ finding }) => finding === 'UNANSWERED');
    expect(unanswered.map(({ isOverdue }) => isOverdue)).deep.equals([true, false, false]);
    expect(result.ledgerTime).equals(at.world.now);
  });

  describe('checkpoints', () => {
    const trustDigest = 'sha256:of-the-trust-file';
    const options = { keepGoing: true, openings: [OPENING] };

    it('resumes after any block with the result of one pass, divergences included', async () => {
      const forged = withBlock(
        blocks,
        9,
        metadata(2, () => Uint8Array.of(11)),
      );
      const whole = await audited(forged, at.world.trust(), options);
      expect(whole.divergenceCount).greaterThan(1);
      for (const until of [1, 2, 8, 10, 17, forged.length]) {
        const part = await audited(forged.slice(0, until), at.world.trust(), options);
        const lines = [...checkpointLines(part.standing, trustDigest, 'tallystick')];
        const resume = await readCheckpoint(linesOf(lines), trustDigest);
        for (const rest of [forged, forged.slice(until)]) {
          const fresh: Standing =
            rest === forged ? resume : await readCheckpoint(linesOf(lines), trustDigest);
          const result = await audited(rest, at.world.trust(), { ...options, resume: fresh });
          expect(result.counts, `after ${until}`).deep.equals(whole.counts);
          expect(result.divergences).deep.equals(whole.divergences);
          expect(result.notEvaluated).deep.equals(whole.notEvaluated);
          expect(usesReport(result, {})).deep.equals(usesReport(whole, {}));
          expect(reconciliation(result)).deep.equals(reconciliation(whole));
          expect(result.ledgerTime).equals(whole.ledgerTime);
        }
      }
    });

    it('refuses one of another trust file, another form, and one that is cut off', async () => {
      const part = await audited(blocks.slice(0, 9), at.world.trust());
      const lines = [...checkpointLines(part.standing, trustDigest, 'tallystick')];
      const cases: (readonly [readonly string[], string])[] = [
        [lines, 'sha256:another'],
        [lines.slice(0, -1), trustDigest],
        [lines.filter((_, index) => index !== 3), trustDigest],
        [['{"format":"tallystick-audit-checkpoint/9"}'], trustDigest],
        [['no JSON'], trustDigest],
        [[], trustDigest],
      ];
      for (const [given, digest] of cases) {
        const error = await readCheckpoint(linesOf(given), digest).catch((cause: unknown) => cause);
        expect(error).instanceOf(InputError);
        expect((error as InputError).code).equals('CHECKPOINT_UNUSABLE');
      }
    });
  });

  describe('unusable input', () => {
    const codeOf = async (given: readonly Uint8Array[]): Promise<unknown> =>
      audited(given, at.world.trust()).catch((error: unknown) => error instanceof InputError && error.code);

    it('says that blocks are missing, out of order or none', async () => {
      expect(await codeOf([])).equals('NO_BLOCKS');
      expect(await codeOf(blocks.slice(1))).equals('NOT_CONTIGUOUS');
      expect(await codeOf([...blocks.slice(0, 4), ...blocks.slice(5)])).equals('NOT_CONTIGUOUS');
      expect(await codeOf([blocks[0]!, Uint8Array.of(1, 2, 3)])).equals('BLOCK_UNREADABLE');
    });
  });

  describe('tallystick-audit', () => {
    let directory = '';
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'audit-cli-'));
      await mkdir(join(directory, 'blocks'));
      for (const [number, block] of blocks.entries())
        await writeFile(join(directory, 'blocks', `${number}.block`), block);
      await writeFile(join(directory, 'trust.json'), formatTrust(at.world.trust()));
      await writeFile(join(directory, 'openings.json'), JSON.stringify([OPENING]));
    });
    after(() => rm(directory, { recursive: true, force: true }));

    interface Ended {
      readonly code: number | null;
      readonly out: string;
      readonly err: string;
    }

    function run(args: readonly string[], input?: Uint8Array): Promise<Ended> {
      const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', PROGRAM, ...args], {
        cwd: directory === '' ? '.' : fileURLToPath(new URL('../..', import.meta.url)),
      });
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.stdin.end(input);
      return new Promise((resolve) =>
        child.once('close', (code) =>
          resolve({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }),
        ),
      );
    }

    const at_ = (name: string): string => join(directory, name);
    const trusting = (): string[] => ['--trust', at_('trust.json')];
    const opened = (): string[] => [...trusting(), '--openings', at_('openings.json')];

    function delimited(given: readonly Uint8Array[]): Buffer {
      return Buffer.concat(
        given.flatMap((block) => {
          const length: number[] = [];
          let rest = block.length;
          for (; rest >= 0x80; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
          return [Uint8Array.from([...length, rest]), block];
        }),
      );
    }

    it('ends with 0 when clean, from a directory, a file and standard input', async () => {
      const file = at_('blocks.json');
      const list = blocks.map((block, number) => ({ number, base64: Buffer.from(block).toString('base64') }));
      await writeFile(file, JSON.stringify({ blocks: list }));
      const fromDirectory = await run([at_('blocks'), ...opened(), '--json']);
      expect(fromDirectory.err).equals('');
      expect(fromDirectory.code).equals(0);
      expect((await run([file, ...opened(), '--json'])).out).equals(fromDirectory.out);
      expect((await run(['-', ...opened(), '--json'], delimited(blocks))).out).equals(fromDirectory.out);
      expect(JSON.parse(fromDirectory.out)).deep.include({ isWhole: true, divergenceCount: 0 });
    });

    it('ends with 3 when something was not evaluated, with 1 at a divergence', async () => {
      const unopened = await run([at_('blocks'), ...trusting()]);
      expect([unopened.code, unopened.out]).deep.equals([3, unopened.out]);
      expect(unopened.out).includes('NOT EVALUATED 1 times: transaction.replay OPENING_MISSING');
      const forged = withBlock(
        blocks,
        9,
        metadata(2, () => Uint8Array.of(11)),
      );
      const ended = await run(['-', ...opened()], delimited(forged));
      expect(ended.code).equals(1);
      expect(ended.out).includes('DIVERGENCE at block 9, transaction 0');
    });

    it('ends with 4 when the input cannot be used', async () => {
      const cases = [
        [at_('nowhere'), ...trusting()],
        [at_('blocks'), '--trust', at_('openings.json')],
        [at_('blocks')],
        [at_('blocks'), ...trusting(), '--report', 'uses'],
        [at_('blocks'), ...trusting(), '--dataset', at.datasetId],
        [at_('blocks'), ...trusting(), '--openings', at_('trust.json')],
      ];
      for (const args of cases) expect((await run(args)).code, args.join(' ')).equals(4);
      expect((await run(['-', ...trusting()], delimited(blocks).subarray(0, -1))).code).equals(4);
      expect((await run(['-', ...trusting()], Buffer.from('no blocks at all'))).code).equals(4);
    });

    it('resumes from its checkpoint, and refuses that of another trust file', async () => {
      const checkpoint = ['--checkpoint', at_('audit.checkpoint'), '--checkpoint-every', '5', '--json'];
      const half = await run(['-', ...opened(), ...checkpoint], delimited(blocks.slice(0, 12)));
      expect(half.code).equals(0);
      const whole = await run([at_('blocks'), ...opened(), ...checkpoint]);
      expect(whole.out).equals((await run([at_('blocks'), ...opened(), '--json'])).out);
      await writeFile(at_('other.json'), formatTrust(at.world.trust({ clockSkew: 1 })));
      const other = await run([at_('blocks'), '--trust', at_('other.json'), ...checkpoint]);
      expect([other.code, other.err]).deep.equals([
        4,
        'tallystick-audit: the checkpoint cannot be used: it belongs to another trust file\n',
      ]);
    });

    it('writes reports as CSV and JSON', async () => {
      const uses = ['--report', 'uses', '--dataset', at.datasetId];
      const csv = await run([at_('blocks'), ...opened(), ...uses]);
      expect(csv.code).equals(0);
      const [header, ...lines] = csv.out.trimEnd().split('\r\n');
      expect(header?.split(',').slice(0, 4)).deep.equals(['usage', 'state', 'outcome', 'code']);
      expect(lines).length(usagesIn(at.world).filter(({ dataset }) => dataset === at.datasetId).length);
      const json = await run([at_('blocks'), ...opened(), ...uses, '--json', '--out', at_('uses.json')]);
      expect(JSON.parse(json.out)).not.property('rows');
      const report = JSON.parse(await readFile(at_('uses.json'), 'utf8')) as { rows: unknown[] };
      expect(report.rows).length(lines.length);
      const open = await run([at_('blocks'), ...opened(), '--report', 'reconciliation', '--json']);
      const expected = reconciliation(await audited(blocks, at.world.trust()));
      expect((JSON.parse(open.out) as { rows: unknown[] }).rows).deep.equals(expected);
    });
  });
});
