import { expect } from 'chai';
import { STEPS, type Step } from '../src/checklist.js';
import { REASONS } from '../src/rejection.js';
import {
  catalogueOf,
  LANGUAGES,
  renderReport,
  renderText,
  renderVerdict,
  sentenceOf,
  STYLE,
  visible,
} from '../src/report/index.js';
import { WORDS } from '../src/report/wording/words.js';
import { NOT_PROVEN } from '../src/verdict.js';
import { failed, verified, VERSION } from './verdicts.js';

const HAN = /\p{Script=Han}/u;
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

describe('catalogue of texts', () => {
  for (const language of LANGUAGES) {
    const texts = catalogueOf(language);
    const sentences = [
      ...Object.values(texts.outcomes),
      ...Object.values(texts.reasons),
      ...Object.values(texts.notProven),
      ...Object.values(texts.words),
      ...STEPS.flatMap((step) => [
        texts.steps[step].title,
        texts.steps[step].checked,
        texts.steps[step].limit,
      ]),
      ...texts.clauses.flatMap(({ asks, answer }) => [asks, answer]),
    ];

    it(`says everything in ${language}, and in no other language`, () => {
      for (const sentence of sentences) {
        expect(HAN.test(sentence), sentence).to.equal(language === 'zh');
        if (language === 'zh')
          expect(sentence).not.to.match(/\p{Script=Han}[,;:?!()]|[,;:?!(]\p{Script=Han}/u);
      }
    });

    it(`holds no text beyond the closed lists in ${language}, and none twice`, () => {
      expect(Object.keys(texts.reasons)).to.have.members([...REASONS]);
      expect(Object.keys(texts.words)).to.have.members([...WORDS]);
      expect(new Set(Object.values(texts.reasons)).size).to.equal(REASONS.length);
      expect(new Set(STEPS.map((step) => texts.steps[step].title)).size).to.equal(STEPS.length);
    });

    it(`says of each point of the ledger regulation which step shows it, or that none does, in ${language}`, () => {
      const points = texts.clauses.filter(({ rule }) => rule.includes('2025/2531'));
      expect(points).to.have.length(7);
      expect(points.filter(({ steps }) => steps.length === 0)).to.have.length(2);
      const shown = textOf(renderVerdict(verified, language));
      for (const { rule } of points) expect(shown).to.include(rule);
      expect(shown.split(texts.words.notByThisFile)).to.have.length(4);
      const unchecked = language === 'zh' ? '未核对' : 'Not checked';
      expect(texts.clauses.filter(({ answer }) => answer.includes(unchecked))).to.have.length(4);
    });

    it(`maps the rules of evidence in ${language}, without a presumption that is not ours`, () => {
      const all = texts.clauses.map(({ rule, answer }) => `${rule} ${answer}`).join('\n');
      expect(all).to.include('no qualified-ledger presumption');
      for (const rule of ['45k', '45l', '2025/2531', '2025/1929', '902(13)', '902(14)'])
        expect(all).to.include(rule);
      const articles =
        language === 'zh'
          ? ['第十六条', '第十七条', '第十八条', '第十九条']
          : ['art. 16', 'art. 17', 'art. 18', 'art. 19'];
      for (const article of articles) expect(all).to.include(article);
    });
  }
});

describe('report for people', () => {
  it('is a whole page in its language, with no script and nothing from outside', () => {
    for (const [lang, tag] of [
      ['en', 'en'],
      ['zh', 'zh-Hans'],
    ] as const) {
      const page = renderReport(verified, { lang, now: '2026-11-24 18:00 UTC' });
      expect(page).to.match(new RegExp(`^<!doctype html>\\s*<html lang="${tag}">`));
      expect(page).to.include(STYLE).and.to.include('2026-11-24 18:00 UTC');
      expect(page).not.to.match(/<script|<link|<img|\bon\w+=|https?:\/\/|style="/);
      expect(page.match(/<h1>/g)).to.have.length(1);
    }
  });

  it('shows the verdict, parties, times, the decision, its facts, all steps and all limits', () => {
    const texts = catalogueOf('en');
    const shown = textOf(renderReport(verified, { lang: 'en' }));
    const expected = [
      `${texts.outcomes.VERIFIED} As of height 12. Final: nothing that comes later can change this state.`,
      'RegulatorMSP, signed at (its own clock) 2026-12-02T08:00:00.000Z',
      texts.words.corrected,
      'Baoshan Steel Works',
      'USCC 91310000132200821X',
      'usage:Answer',
      'not after 2026-11-24T08:00:06.000Z, signed by National time service',
      'ALLOWED',
      'component/one',
      texts.words.absent,
      'rolling-mill historian',
      VERSION.commitment.digest,
      VERSION.delivery.cid,
      'EXPORTED',
      ...NOT_PROVEN.map((limit) => texts.notProven[limit]),
      ...STEPS.map((step) => texts.steps[step].title),
    ];
    for (const text of expected) expect(shown).to.include(text.replaceAll('’', '’'));
  });

  it('unfolds everything on paper, and on screens what did not pass', () => {
    const opened = (html: string): number => html.match(/<details[^>]* open>/g)?.length ?? 0;
    expect(opened(renderReport(verified, { lang: 'en' }))).to.equal(STEPS.length);
    const page = renderVerdict(failed, 'en');
    expect(opened(page)).to.equal(2);
    expect(page.match(/data-result="fail"/g)).to.have.length(1);
    expect(textOf(page)).to.include(catalogueOf('en').reasons.SIGNATURE_INVALID);
  });

  it('takes nothing from a file for markup', () => {
    const evil = `"><script>alert(1)</script>'&\u202e\u0007`;
    const step: Step = {
      code: 'file.form',
      subject: evil,
      result: 'fail',
      reason: 'MALFORMED',
      facts: { [evil]: evil },
    };
    const record = { ...VERSION, collection: { ...VERSION.collection, system: evil } };
    const verdict = {
      ...failed,
      channel: evil,
      steps: [step],
      parties: [
        {
          role: 'provider' as const,
          participant: evil,
          legalName: evil,
          mspId: evil,
          identifiers: { [evil]: evil },
        },
      ],
      timeline: [
        {
          txId: evil,
          transaction: evil,
          time: evil,
          block: evil,
          mspId: evil,
          verdict: 'REPLAYED' as const,
          keys: [evil],
        },
      ],
      asOf: { height: 1, block: evil },
      witnesses: [{ mspId: evil, fingerprint: evil, signedAt: evil }],
      decision: { state: evil, action: evil, rules: evil, facts: [{ key: evil, value: evil }] },
      time: { notAfter: { at: evil, by: [evil] } },
      records: { 'version/x': JSON.stringify(record) },
      fileDigest: evil,
    };
    const page = renderReport(verdict, { lang: 'zh', now: evil });
    expect(page).not.to.match(/<script|[\u0007\u202e]|"'|'&[^#a-z]/);
    expect(page).to.include('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;\\u{202e}\\u{7}');
  });

  it('balances its tags', () => {
    for (const verdict of [verified, failed]) {
      const open: string[] = [];
      for (const [, end, name = '', rest] of renderVerdict(verdict, 'zh').matchAll(
        /<(\/?)([a-z0-9]+)([^>]*)>/g,
      )) {
        if (end === '/') expect(open.pop()).to.equal(name);
        else if (rest?.endsWith('/') !== true) open.push(name);
      }
      expect(open).to.deep.equal([]);
    }
  });
});

describe('the sentence of a verdict', () => {
  it('says of which height it is, and final only what is', () => {
    const [en, zh] = [catalogueOf('en'), catalogueOf('zh')];
    expect(sentenceOf(verified, en)).to.match(/^VERIFIED: .* As of height 12\. Final: nothing/);
    expect(sentenceOf({ ...verified, isFinal: false }, en)).to.match(/As of height 12\. Not final: /);
    for (const limits of [en.notProven, zh.notProven])
      expect(limits['holds-and-disputes']).to.match(/hold or dispute|限制措施/);
    const allowed = { ...verified, decision: { state: 'ALLOWED', rules: '', facts: [] } };
    expect(sentenceOf(allowed, en)).to.match(
      /As of height 12\. Final as to .* an acknowledgement may still follow/,
    );
    expect(sentenceOf(allowed, zh)).to.match(/签收确认/);
    expect(sentenceOf({ ...allowed, isFinal: false }, en)).to.match(/As of height 12\. Not final: /);
    expect(sentenceOf(verified, zh)).to.match(/截至高度 12/);
    for (const outcome of ['FAILED', 'INCOMPLETE'] as const)
      expect(sentenceOf({ ...verified, outcome }, en)).to.equal(en.outcomes[outcome]);
  });
});

describe('report for terminals', () => {
  it('says the verdict, counts by step, failures in full, the interval and every limit', () => {
    const text = renderText(failed, { lang: 'en', isExplained: false });
    expect(text.split('\n')[0]).to.equal(catalogueOf('en').outcomes.FAILED);
    expect(text).to.match(/transaction\.creator {5}pass 2, fail 1\n/);
    expect(text).to.match(/sealed\.openings {9}not evaluated 1\n/);
    expect(text).to.match(
      /\nFailed:\n {2}transaction\.creator c{64}\n {4}SIGNATURE_INVALID mspId=ForgeMSP\n/,
    );
    expect(text).to.include(catalogueOf('en').reasons.SIGNATURE_INVALID);
    expect(text).to.match(/not before - \(no independent party signed for this bound\)/);
    for (const limit of NOT_PROVEN) expect(text).to.include(catalogueOf('en').notProven[limit]);
    expect(text).not.to.include(catalogueOf('en').steps['file.form'].checked);
  });

  it('says beside the interval that its bounds contradict each other, where they do', () => {
    const reason = catalogueOf('en').reasons.INTERVAL_EMPTY;
    const step: Step = {
      code: 'time.bounds',
      subject: '',
      result: 'fail',
      reason: 'INTERVAL_EMPTY',
      facts: {},
    };
    const verdict = { ...failed, time: verified.time, steps: [step] };
    const interval = (text: string): string => text.slice(text.lastIndexOf('not before'));
    expect(interval(renderText(verdict, { lang: 'en', isExplained: false }))).to.include(reason);
    expect(interval(renderText(failed, { lang: 'en', isExplained: false }))).not.to.include(reason);
    expect(textOf(renderReport(verdict, { lang: 'en' })).split(reason)).to.have.length(3);
  });

  it('explains each step with its input, clause and limit, in both languages', () => {
    for (const lang of LANGUAGES) {
      const text = renderText(failed, { lang, isExplained: true });
      for (const step of STEPS) {
        const { title, checked, clause, limit } = catalogueOf(lang).steps[step];
        for (const part of [title, checked, clause, limit]) expect(text).to.include(part);
      }
    }
  });

  it('lets nothing from a file command the terminal', () => {
    const text = renderText(
      { ...failed, channel: '\u001b[2J\r\n\u009b\u202eVERIFIED' },
      { lang: 'en', isExplained: true },
    );
    expect(text).to.include('\\u{1b}[2J\\u{d}\\u{a}\\u{9b}\\u{202e}VERIFIED');
    expect(visible('\u2028\ud800 钢 é 😀')).to.equal('\\u{2028}\\u{d800} 钢 é 😀');
  });
});
