import { expect } from 'chai';
import { renderReport, renderText, type Language } from '../../verifier/src/report/index.js';
import type { Verdict } from '../../verifier/src/verdict.js';
import { judge } from './judging.js';
import { STORIES } from './stories.js';

const explained = (verdict: Verdict, lang: Language): string =>
  renderText(verdict, { lang, isExplained: true }).split('\n\n')[1] ?? '';

/** The same verdict with another text of its use. */
function changed(verdict: Verdict, from: RegExp, to: string): Verdict {
  const key = `usage/${verdict.subject?.id ?? ''}`;
  const text = (verdict.records[key] ?? '').replace(from, to);
  return { ...verdict, records: { ...verdict.records, [key]: text } };
}

describe('explanation of a decision from evidence', () => {
  let verdict: Verdict;

  before(async () => {
    const story = STORIES['use-denied'];
    if (!story) throw new Error('the story is told');
    verdict = await judge(await story());
  });

  it('says in both languages why a use was denied, from the report made again', () => {
    const english = explained(verdict, 'en');
    expect(english).to.match(/^Why: .*QUOTA/);
    expect(english).to.contain(verdict.decision?.report);
    expect(english).to.contain(`grant/`);
    expect(explained(verdict, 'zh')).to.match(/^理由: .*QUOTA/);
  });

  it('shows on paper what it says on a terminal', () => {
    const page = renderReport(verdict, { lang: 'en' });
    expect(page).to.contain('<h3>Why</h3>').and.to.contain(verdict.decision?.report);
  });

  it('names the report in the step that made it again', () => {
    const replayed = verdict.steps.filter(
      ({ code, facts }) => code === 'decision.replay' && facts['reports'],
    );
    expect(replayed.map(({ facts }) => facts['reports'])).to.deep.equal([verdict.decision?.report]);
  });

  it('explains nothing whose report does not come out again, and nothing of other rules', () => {
    const otherReport = changed(
      verdict,
      /"report":"sha256:[0-9a-f]{64}"/,
      `"report":"sha256:${'0'.repeat(64)}"`,
    );
    const otherRules = changed(verdict, /"rules":"[^"]*"/, '"rules":"tallystick-rules/0"');
    for (const each of [otherReport, otherRules]) expect(explained(each, 'en')).to.match(/^Why: none/);
  });
});
