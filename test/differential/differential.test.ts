import { expect } from 'chai';
import { compare, describeDifference } from './comparison.js';
import { startEmbeddedLedger } from './embedded-ledger.js';
import { declaredCases } from './edge-cases/index.js';
import { generateProgram } from './generator.js';
import type { RunningLedger } from './ledger.js';
import type { ProgramOutcome, StepOutcome } from './outcome.js';
import { play } from './player.js';
import { programDigest, type Program } from './program.js';
import { some } from '../sampling.js';
import { programsOf, readRecording, type Recording } from './recording.js';
import { openStage, type Stage } from './stage.js';

const SHOWN = 20;

const isGenerated = ({ name }: { readonly name: string }): boolean => /^seed \d+$/.test(name);

/** All that were written by hand, and on a landing one of eight of the others. */
function playedOf(recording: Recording): readonly Program[] {
  const all = programsOf(recording);
  return [...all.filter((each) => !isGenerated(each)), ...some(all.filter(isGenerated), 8)];
}

describe('the embedded node against recordings of Fabric', () => {
  let ledger: RunningLedger;
  let stage: Stage;
  let bft: Recording;
  let raft: Recording;
  let found: readonly ProgramOutcome[];

  before(async () => {
    bft = await readRecording('bft');
    raft = await readRecording('raft');
    ledger = await startEmbeddedLedger();
    stage = await openStage(ledger);
    found = await play(stage, playedOf(bft), { together: 200 });
  });

  after(async () => {
    stage.close();
    await ledger.stop();
  });

  it('were made of the same programs, a thousand of them generated', () => {
    const selection = ({ seed, count }: Recording): unknown => ({ seed, count });
    expect(selection(raft)).deep.equals(selection(bft));
    expect(bft.count).at.least(1000);
    const digests = programsOf(bft).map(programDigest);
    for (const { outcomes } of [bft, raft]) expect(outcomes.map(({ digest }) => digest)).deep.equals(digests);
  });

  for (const ordering of ['bft', 'raft'] as const)
    it(`does what Fabric did with ${ordering === 'bft' ? 'BFT' : 'Raft'} ordering`, () => {
      const recording = ordering === 'bft' ? bft : raft;
      const played = playedOf(recording);
      const names = new Set(played.map(({ name }) => name));
      const recorded = recording.outcomes.filter(({ name }) => names.has(name));
      const { differences } = compare(played, recorded, found);
      expect(differences.slice(0, SHOWN).map(describeDifference)).deep.equals([]);
    });

  it('refuses in words what it declares not to have', () => {
    const names = declaredCases.map(({ name }) => name);
    for (const { name, groups } of found.filter((each) => names.includes(each.name)))
      expect(groups[0]?.[0]?.refused?.texts.join(), name).contains('unsupported by the embedded node: ');
  });

  describe('a comparison', () => {
    const withFirst = (outcome: ProgramOutcome, change: Partial<StepOutcome>): ProgramOutcome => ({
      ...outcome,
      groups: [
        [{ ...outcome.groups[0]?.[0], ...change }, ...(outcome.groups[0]?.slice(1) ?? [])],
        ...outcome.groups.slice(1),
      ],
    });

    const changes: Readonly<Record<string, Partial<StepOutcome>>> = {
      'another validation code': { code: 'MVCC_READ_CONFLICT' },
      'another read-write set': { sets: ['definition', { ns: 'raw', w: [['§', 'other']] }] },
      'another answer': { response: { status: 201 } },
      'another number of endorsements': { endorsers: 1 },
      'a refusal': { refused: { at: 'endorse', code: 10, texts: [] } },
    };
    for (const [what, change] of Object.entries(changes))
      it(`finds ${what}`, () => {
        const programs = programsOf({ seed: 1, count: 0 }).filter(
          ({ name }) => name === 'value: one NUL byte',
        );
        const [outcome] = found.filter(({ name }) => name === programs[0]?.name);
        expect(outcome).not.equals(undefined);
        const changed = outcome ? [withFirst(outcome, change)] : [];
        expect(compare(programs, found, changed).differences.map(({ at }) => at)).deep.equals(['0.0']);
      });

    it('finds another state, another program, and a program that was not played', () => {
      const programs = [generateProgram(1)];
      const [outcome] = found.filter(({ name }) => name === 'seed 1');
      const at = (changed: Partial<ProgramOutcome>): string[] =>
        compare(programs, found, outcome ? [{ ...outcome, ...changed }] : []).differences.map(
          (each) => each.at,
        );
      expect(at({})).deep.equals([]);
      expect(at({ state: [['§', 'other']] })).deep.equals(['state']);
      expect(at({ digest: '0' })).deep.equals(['program']);
      expect(at({ name: 'seed 2' })).deep.equals(['program']);
    });

    it('takes a refused resubmission for a duplicate, and nothing else for one', () => {
      const program = { name: 'p', groups: [[{ run: [] }, { run: [], again: { group: 0, step: 0 } }]] };
      const outcomes = (second: StepOutcome): ProgramOutcome[] => [
        { name: 'p', digest: 'd', groups: [[{ code: 'VALID' }, second]], state: [] },
      ];
      const refusal = (text: string): StepOutcome => ({ refused: { at: 'order', texts: [text] } });
      const duplicate: StepOutcome = { code: 'DUPLICATE_TXID' };
      const differing = (one: StepOutcome, other: StepOutcome): number =>
        compare([program], outcomes(one), outcomes(other)).differences.length;
      expect(differing(refusal('request already processed'), duplicate)).equals(0);
      expect(differing({ dropped: true }, duplicate)).equals(0);
      expect(differing({ dropped: true }, { code: 'ENDORSEMENT_POLICY_FAILURE' })).equals(0);
      expect(differing({ dropped: true }, { code: 'VALID' })).equals(1);
      expect(differing({ dropped: true }, refusal('no orderers'))).equals(1);
      expect(differing(refusal('no orderers'), duplicate)).equals(1);
      expect(differing(refusal('request already processed'), { code: 'VALID' })).equals(1);
    });
  });
});
