import { expect } from 'chai';
import type { Verdict } from '../../verifier/src/verdict.js';
import type { Case } from './acts.js';
import { draftOf, spell, type Draft } from './draft.js';
import { judge } from './judging.js';
import { numbersFrom } from './mutation/sample.js';
import { seed, some, times } from '../sampling.js';
import { calledIn, IDLE, isIdle, partsOf, without } from './stripping/parts.js';
import { vector } from './vectors.js';

const STRIPPED = [
  'use-acknowledged',
  'use-contested-upheld',
  'use-under-duties',
  'use-under-a-sub-licence',
  'use-after-a-transfer-of-the-claim',
  'use-stamped',
  'use-by-three-witnesses',
  'answer-corrected',
  'grant-suspended-and-resumed',
  'claim-registered',
  'valuation-opened',
  'configuration-updated',
] as const;
const STRIPPED_WHOLE = ['use-contested-upheld-full', 'claim-in-a-shared-block-full'] as const;

/** Between them they have all that may be missing. */
const SHOWN = [
  'use-acknowledged',
  'use-stamped',
  'use-by-three-witnesses',
  'grant-suspended-and-resumed',
  'claim-in-a-shared-block-full',
];

const SUBSETS = times(8, 200);

/** A good file that parts can be taken out of. */
class Whole {
  readonly draft: Draft;
  readonly verdict: Verdict;
  readonly #story: Case;

  private constructor(story: Case, verdict: Verdict) {
    this.draft = draftOf(story.text);
    this.verdict = verdict;
    this.#story = story;
  }

  static async of(name: string): Promise<Whole> {
    const { payload: _payload, ...rest } = vector('valid', name);
    const verdict = await judge({ ...rest, text: spell(draftOf(rest.text)) });
    if (verdict.outcome !== 'VERIFIED') throw new Error(`nothing to strip: ${verdict.outcome}`);
    return new Whole(rest, verdict);
  }

  judge(parts: readonly string[]): Promise<Verdict> {
    return judge({ ...this.#story, text: spell(without(this.draft, parts)) });
  }

  /** What is wrong with the verdict on what is left; `undefined`: nothing. */
  async complaint(parts: readonly string[]): Promise<string | undefined> {
    const left = await this.judge(parts);
    if (left.outcome !== 'VERIFIED') return undefined;
    if (left.profile === 'full' && left.asOf!.height < this.verdict.asOf!.height) return undefined;
    const missed = parts.filter((part) => !isIdle(this.draft, part));
    if (missed.length > 0) return `VERIFIED without ${missed.join(' ')}`;
    const isSame = sentenceOf(left) === sentenceOf(this.verdict);
    return isSame ? undefined : `another sentence without ${parts.join(' ')}`;
  }
}

/** What a verdict says: of what, as of when, how it ended. Who vouches for it may be fewer. */
function sentenceOf({ subject, asOf, decision, outcome, records }: Verdict): string {
  const key = `${subject!.kind}/${subject!.id}`;
  const { height, block } = asOf!;
  return JSON.stringify({ subject, height, block, decision, outcome, text: records[key] });
}

/** A subset of the parts, of any size. */
function subsetOf(parts: readonly string[], below: (bound: number) => number): string[] {
  const count = 1 + below(Math.min(parts.length, 12));
  return [...new Set(Array.from({ length: count }, () => parts[below(parts.length)]!))];
}

describe('evidence that parts are taken out of', () => {
  for (const name of [...STRIPPED, ...STRIPPED_WHOLE])
    it(`is not believed, or says the same: ${name}, seed ${seed}`, async () => {
      const whole = await Whole.of(name);
      const parts = partsOf(whole.draft);
      const below = numbersFrom(seed);
      const subsets = Array.from({ length: SUBSETS }, () => subsetOf(parts, below));
      const complaints: string[] = [];
      for (const each of [...some(parts, 9).map((part) => [part]), ...subsets]) {
        const complaint = await whole.complaint(each);
        if (complaint !== undefined) complaints.push(complaint);
      }
      expect(complaints).to.deep.equal([]);
    });

  it('says the same without what the list names, one by one', async () => {
    const found = new Set<RegExp>();
    for (const name of SHOWN) {
      const whole = await Whole.of(name);
      for (const part of partsOf(whole.draft)) {
        const idle = IDLE.find((each) => each.part.test(calledIn(whole.draft, part)));
        if (idle && (await whole.judge([part])).outcome === 'VERIFIED') found.add(idle.part);
      }
    }
    expect([...found]).to.have.members(IDLE.map(({ part }) => part));
  });
});
