import { expect } from 'chai';
import { renderReport, renderText, type Language } from '../../verifier/src/report/index.js';
import type { Verdict } from '../../verifier/src/verdict.js';
import { judge } from './judging.js';
import { STORIES } from './stories.js';
import { vector } from './vectors.js';

const explained = (verdict: Verdict, lang: Language): string =>
  renderText(verdict, { lang, isExplained: true })
    .split('\n\n')
    .find((part) => /^(?:Why|理由): /.test(part)) ?? '';

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

  it('names parties and data, and the ledger records that a count was taken from', () => {
    const english = explained(verdict, 'en');
    expect(english).to.match(/Party: “[^”]+ Company” \(participant-[a-z2-7]{52}\)\./);
    expect(english).to.match(/Data: “Vibration of mill 2 #1” \(version-/);
    expect(english).to.match(/Known: 2, from usage-slot\/grant-[a-z2-7]{52}\/0 and usage-slot\//);
    expect(english).not.to.include('the request or the transaction itself');
    expect(explained(verdict, 'zh')).to.match(/请求方：“[^”]+ Company” \(participant-/);
  });

  it('tells the ruling on a contest first, then the answer that was contested', () => {
    const upheld = vector('valid', 'use-contested-upheld');
    return judge(upheld).then((judged) => {
      const [first = '', ...rest] = explained(judged, 'en').split('\n');
      expect(first).to.match(/^Why: UPHELD: .*RegulatorMSP.*“Delivered too late\.”/);
      expect(rest.join('\n')).to.match(/The answer that was contested: ALLOWED: rule 1/);
    });
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
