import { expect } from 'chai';
import { component as buyer, steel } from '../../chaincode/test/world.js';
import {
  InputError,
  readResume,
  reconciliation,
  resumeLines,
  usesReport,
  type Standing,
} from '../src/audit/index.js';
import { audited, metadata, withBlock } from './audit-cases.js';
import { busyLedger, OPENING, usagesIn, type Setting } from './audit-stage.js';

async function* linesOf(lines: Iterable<string>): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

describe('Audit: reports and resuming', () => {
  let at: Setting;
  let blocks: Uint8Array[] = [];
  before(async () => {
    at = await busyLedger();
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
      expect(result.counts.unopened).equals(0);
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

  describe('files to resume from', () => {
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
        const lines = [...resumeLines(part.standing, trustDigest, 'tallystick')];
        const resume = await readResume(linesOf(lines), trustDigest);
        for (const rest of [forged, forged.slice(until)]) {
          const fresh: Standing = rest === forged ? resume : await readResume(linesOf(lines), trustDigest);
          const result = await audited(rest, at.world.trust(), { ...options, resume: fresh });
          expect(result.counts, `after ${until}`).deep.equals(whole.counts);
          expect(result.divergences).deep.equals(whole.divergences);
          expect(result.notEvaluated).deep.equals(whole.notEvaluated);
          expect(usesReport(result, {})).deep.equals(usesReport(whole, {}));
          expect(reconciliation(result)).deep.equals(reconciliation(whole));
          expect(result.ledgerTime).equals(whole.ledgerTime);
          expect(result.standing.progress.folded.body).deep.equals(whole.standing.progress.folded.body);
        }
      }
    });

    it('refuses one of another trust file, another form, and one that is cut off', async () => {
      const part = await audited(blocks, at.world.trust());
      const lines = [...resumeLines(part.standing, trustDigest, 'tallystick')];
      const changed = (until: RegExp): string[] => {
        const forged = lines.map((line) => line.replace(until, (start) => `${start}1`));
        expect(forged).not.deep.equals(lines);
        return forged;
      };
      const cases: (readonly [readonly string[], string])[] = [
        [lines, 'sha256:another'],
        [lines.slice(0, -1), trustDigest],
        [lines.filter((_, index) => index !== 3), trustDigest],
        [['{"format":"tallystick-audit-resume/9"}'], trustDigest],
        [changed(/^\{"map":\["record","space",.*"leaf":/u), trustDigest],
        [changed(/^\{"list":\["dataset[^[]*\[/u), trustDigest],
        [['no JSON'], trustDigest],
        [[], trustDigest],
      ];
      for (const [given, digest] of cases) {
        const error = await readResume(linesOf(given), digest).catch((cause: unknown) => cause);
        expect(error).instanceOf(InputError);
        expect((error as InputError).code).equals('RESUME_UNUSABLE');
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
});
