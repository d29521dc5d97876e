import { digestOf, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { catalogueOf, renderReport, renderText } from '../src/report/index.js';
import type { Verdict } from '../src/verdict.js';
import { verified, VERSION } from './verdicts.js';

const id = (kind: string, letter: string): string => `${kind}-${letter.repeat(52)}`;
const at = (second: number): string => `2026-11-24T08:00:0${second}.000Z`;
const PERIOD = { from: '2026-11-01T00:00:00.000Z', until: '2027-11-01T00:00:00.000Z' };
const SEALED = { title: `sha256:${'5'.repeat(64)}`, agreement: `sha256:${'6'.repeat(64)}` };
const [PROVIDER, CONSUMER, REGULATOR] = ['p', 'c', 'r'].map((letter) => id('participant', letter));

const HOLDS = {
  subject: id('dataset', 'd'),
  holds: [
    {
      authority: 'Shanghai Intermediate Court',
      onBehalfOf: 'Baoshan District Court',
      orderNumber: '(2026) 12',
      effects: ['NO_USE'],
      term: PERIOD,
    },
    { authority: 'A court that released', orderNumber: '1', effects: ['NO_USE'], term: PERIOD, released: {} },
    { authority: 'A court about deletion', orderNumber: '2', effects: ['NO_DELETION'], term: PERIOD },
  ],
};
const HOLDS_KEY = `holds/${id('dataset', 'd')}`;

const USAGE = {
  id: id('usage', 'a'),
  state: 'ACKNOWLEDGED',
  rules: 'tallystick-rules/1',
  grant: id('grant', 'g'),
  version: id('version', 'v'),
  dataset: id('dataset', 'd'),
  consumer: CONSUMER,
  custodian: PROVIDER,
  action: 'read',
  purpose: 'quality',
  requestedAt: at(1),
  answer: {
    outcome: 'ALLOWED',
    at: at(2),
    provider: PROVIDER,
    facts: [{ key: HOLDS_KEY, value: digestOf(encode(HOLDS)) }],
  },
  acknowledgement: { at: at(3), bytes: '1550' },
};

const GRANT = {
  id: id('grant', 'g'),
  state: 'SUSPENDED',
  dataset: id('dataset', 'd'),
  selector: { version: id('version', 'v') },
  rightsUsed: ['USE'],
  provider: PROVIDER,
  consumer: CONSUMER,
  quota: 3,
  activatedAt: at(1),
  suspension: { by: REGULATOR, reason: 'Under inquiry.' },
  terms: { term: PERIOD, agreement: { sealed: { digest: SEALED.agreement, cid: 'b' } }, enforced: {} },
};

const CLAIM = {
  id: id('claim', 'k'),
  state: 'REJECTED',
  dataset: id('dataset', 'd'),
  holders: [
    { participant: PROVIDER, share: 666_667 },
    { participant: CONSUMER, share: 333_333 },
  ],
  rights: ['HOLD', 'USE'],
  territory: ['CN'],
  term: PERIOD,
  rejection: { registrar: REGULATOR, code: 'RJ2', reason: 'Somebody else’s.' },
};

const VALUATION = {
  id: id('valuation', 'w'),
  subject: id('dataset', 'd'),
  method: 'cost',
  methodVersion: 1,
  class: 'INDICATIVE',
  currency: 'JPY',
  result: '1200',
  asOf: PERIOD.from,
  validUntil: PERIOD.until,
  assessor: PROVIDER,
  assessedAt: at(4),
};

const RECORDS: Readonly<Record<string, object>> = {
  [`grant/${GRANT.id}`]: GRANT,
  [`version/${USAGE.version}`]: { ...VERSION, id: USAGE.version, dataset: USAGE.dataset, number: 2 },
  [`dataset/${USAGE.dataset}`]: { id: USAGE.dataset, title: { sealed: { digest: SEALED.title, cid: 'b' } } },
  [`participant/${PROVIDER}`]: { legalName: 'Baoshan Steel Works' },
  [`participant/${CONSUMER}`]: { legalName: '乙方有限公司' },
  [HOLDS_KEY]: HOLDS,
};

const PRICE = { price: { amount: '120050', currency: 'CNY', per: 'USE' } };

/** A verdict on one record, with what was disclosed beside it. */
function verdictOn(
  kind: 'usage' | 'grant' | 'claim' | 'valuation',
  record: { readonly id: string },
  more: Partial<Verdict> = {},
): Verdict {
  const records = Object.entries({ ...RECORDS, [`${kind}/${record.id}`]: record });
  return {
    ...verified,
    subject: { kind, id: record.id },
    steps: [
      { code: 'subject.newest', subject: '', result: 'pass', facts: {} },
      {
        code: 'ledger.operators',
        subject: '',
        result: 'pass',
        facts: { consensus: 'BFT', orderers: 'NorthMSP:2 EastMSP:1', quorum: '3/4', colluding: '1' },
      },
      {
        code: 'subject.course',
        subject: '',
        result: 'pass',
        facts: { participant: REGULATOR!, mspId: 'RegulatorMSP' },
      },
    ],
    records: Object.fromEntries(records.map(([key, value]) => [key, encode(value)])),
    disclosed: { [SEALED.title]: 'Vibration of mill 2', [SEALED.agreement]: PRICE },
    ...more,
  };
}

/** What the command says by default, from the account on. */
function told(verdict: Verdict, lang: 'en' | 'zh' = 'en', isExplained = false): string {
  const text = renderText(verdict, { lang, isExplained });
  const { title, unverified } = catalogueOf(lang).account;
  const start = Math.max(text.indexOf(`${title}:`), text.indexOf(`${unverified}:`));
  return start < 0 ? '' : text.slice(start, text.indexOf(`${catalogueOf(lang).words.checklist}:`));
}

describe('what happened', () => {
  it('is told of a use by legal names, with data, decision, receipt, price and times', () => {
    const text = told(verdictOn('usage', USAGE));
    for (const line of [
      'State: ACKNOWLEDGED: allowed, and the consumer acknowledged what it received',
      `Asked by: “乙方有限公司” (${CONSUMER})`,
      `Provider: “Baoshan Steel Works” (${PROVIDER})`,
      `Data: “Vibration of mill 2”, version 2, ${USAGE.dataset}`,
      `Asked at: ${at(1)}`,
      `Decision: ALLOWED, at ${at(2)}`,
      `Receipt: 1550 bytes acknowledged, at ${at(3)}`,
      'Price: 1200.50 CNY for each use',
      'Stated purpose: quality',
      'Who orders the ledger: BFT; orderers of NorthMSP:2 EastMSP:1; 3/4 of them sign a block; organisations that would have to collude to give two readers two histories: 1',
    ])
      expect(text).to.include(`\n  ${line}\n`);
    expect(text).not.to.include('Contest');
  });

  it('is on paper and in Chinese, too', () => {
    const verdict = verdictOn('usage', USAGE);
    expect(told(verdict, 'zh')).to.include('已准许，使用方已确认收到').and.to.include('1200.50 CNY 每次使用');
    for (const lang of ['en', 'zh'] as const)
      for (const text of [catalogueOf(lang).account.title, 'Baoshan Steel Works', '1200.50 CNY'])
        expect(renderReport(verdict, { lang })).to.include(text);
  });

  it('tells a denial with its reason, and a hold with its court and order number', () => {
    const answer = { ...USAGE.answer, outcome: 'DENIED', code: 'HOLD' };
    const denied = { ...USAGE, state: 'DENIED', answer, acknowledgement: undefined };
    const text = told(verdictOn('usage', JSON.parse(JSON.stringify(denied)) as typeof USAGE));
    expect(text).to.match(/Decision: DENIED \(HOLD\): .*hold.*, at 2026/);
    expect(text).to.include(
      `Hold in the way: “Shanghai Intermediate Court” on behalf of “Baoshan District Court”, order number “(2026) 12”, on “Vibration of mill 2” (${USAGE.dataset}), ${PERIOD.from} until ${PERIOD.until}`,
    );
    expect(text.match(/Hold in the way/g)).to.have.length(1);
  });

  it('says nothing of a hold that the decision did not look at', () => {
    const facts = [{ key: HOLDS_KEY, value: digestOf('another') }];
    const answer = { ...USAGE.answer, outcome: 'DENIED', code: 'HOLD', facts };
    expect(told(verdictOn('usage', { ...USAGE, ...{ answer } }))).not.to.include('Hold in the way');
  });

  const finding = { by: REGULATOR, at: at(6), reason: 'Delivered too late.' };
  for (const state of ['UPHELD', 'REJECTED'] as const) {
    it(`tells the ruling on a contest, and never explains it as allowed: ${state}`, () => {
      const contest = { at: at(4), reason: 'NOT_DELIVERED', finding };
      const text = told(verdictOn('usage', { ...USAGE, ...{ state, contest } }), 'en', true);
      expect(text).to.match(new RegExp(`State: ${state}: allowed, then contested`));
      expect(text).to.include(`Contest: NOT_DELIVERED (the data was not delivered), at ${at(4)}`);
      const ruling = `${state}: ${REGULATOR} (RegulatorMSP; its record is not in this file), at ${at(6)}: “Delivered too late.”`;
      expect(text).to.include(`Ruling: ${ruling}`);
    });
  }

  it('says of a use that nobody answered what became of it, where others are explained', () => {
    const lapsed = { ...USAGE, state: 'LAPSED', answer: undefined, acknowledgement: undefined };
    const record = JSON.parse(JSON.stringify(lapsed)) as typeof USAGE;
    const decision = { state: 'LAPSED', rules: '', facts: [] };
    const text = told(verdictOn('usage', record, { decision }), 'en', true);
    expect(text).to.match(/\nWhy: LAPSED: not answered in time/);
    expect(text).to.include('Asked of: “Baoshan Steel Works”').and.not.to.include('Decision:');
  });

  it('tells a grant, with who suspended it and why', () => {
    const text = told(verdictOn('grant', GRANT));
    for (const line of [
      'State: SUSPENDED: agreed, and suspended',
      `Consumer: “乙方有限公司” (${CONSUMER})`,
      'Uses at most: 3',
      'Price: 1200.50 CNY for each use',
      `Suspended by: ${REGULATOR} (RegulatorMSP; its record is not in this file): “Under inquiry.”`,
    ])
      expect(text).to.include(`\n  ${line}\n`);
  });

  it('tells a claim and a valuation', () => {
    const claim = told(verdictOn('claim', CLAIM));
    expect(claim).to.include(
      `“Baoshan Steel Works” (${PROVIDER}) (66.6667 %); “乙方有限公司” (${CONSUMER}) (33.3333 %)`,
    );
    expect(claim).to.match(/Rejected by: .*: RJ2, “Somebody else’s\.”/);
    const valuation = told(verdictOn('valuation', VALUATION));
    expect(valuation).to.include('Result: 1200 JPY').and.to.include('Value of: “Vibration of mill 2”');
  });

  it('says what is sealed, and shows nothing of another form than it should have', () => {
    const closed = told(verdictOn('usage', USAGE, { disclosed: {} }));
    expect(closed).to.include('Data: sealed; not disclosed').and.to.include('Price: sealed; not disclosed');
    const odd = { [SEALED.title]: { a: 1 }, [SEALED.agreement]: { price: { amount: -1 } } };
    expect(told(verdictOn('usage', USAGE, { disclosed: odd }))).to.equal(closed);
  });

  it('is called what the file says, where it was not verified, and is left out where no state was shown', () => {
    for (const outcome of ['FAILED', 'INCOMPLETE'] as const)
      expect(told(verdictOn('usage', USAGE, { outcome }))).to.match(
        /^What the file says happened \(not verified\):/,
      );
    expect(told(verdictOn('usage', USAGE, { steps: [] }))).to.equal('');
  });

  it('takes nothing from a record for markup, or for a command to a terminal', () => {
    const evil = '<b>\u202e\u001b[2J”';
    const verdict = verdictOn('usage', USAGE, { disclosed: { [SEALED.title]: evil } });
    expect(told(verdict)).to.include('<b>\\u{202e}\\u{1b}[2J\\u{201d}');
    expect(renderReport(verdict, { lang: 'en' })).to.include('&lt;b&gt;\\u{202e}');
  });
});
