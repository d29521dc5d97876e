import { USES_MEDIA_TYPE } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  answering,
  chromiumOrSkip,
  Desk,
  FAILED,
  judged,
  settled,
  tells,
  texts,
  TRUST_TEXT,
  VERDICT,
} from './page-fixture.js';
import { renderVerdict } from '../src/report/index.js';
import type { Verdict } from '../src/verdict.js';
import { newStatementSigner, statementBy } from './statements.js';

/** SHA-256 of `{}`. */
const EMPTY_DIGEST = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';

describe('the one-file page', () => {
  let desk: Desk;
  let trust: string;
  let empty: string;
  before(async function () {
    desk = await Desk.with(chromiumOrSkip(this));
    trust = await desk.file('trust.json', TRUST_TEXT);
    empty = await desk.file('evidence.json', '{}');
  });
  after(() => (desk as Desk | undefined)?.close());

  it('waits for both files, says for which, and verifies as soon as they are there', async () => {
    const { page, incidents } = await desk.open();
    const status = page.locator('#status');
    expect(await status.textContent()).to.equal('Waiting for the evidence and the trust file.');
    await page.locator('#trust').setInputFiles(trust);
    await tells(page, 'Waiting for the evidence.');
    await page.locator('#evidence').setInputFiles(empty);
    await settled(page);
    expect(await page.locator('#verdict').getAttribute('data-outcome')).to.equal('FAILED');
    expect(await status.textContent()).to.match(/^FAILED: /);
    expect(await page.locator('#evidence-name').textContent()).to.equal('evidence.json');
    await page.locator('#trust').setInputFiles([]);
    await tells(page, 'Waiting for the trust file.');
    expect(await page.locator('#result').isVisible()).to.equal(false);
    expect(incidents).to.deep.equal([]);
  });

  it('says how long it took', async () => {
    const { page } = await desk.open();
    await judged(page, empty, trust);
    const text = await page.locator('#verdict').getAttribute('data-duration-ms');
    expect(Number(text)).to.be.within(0.1, 10_000);
  });

  it('unpacks gzip, whatever the name', async () => {
    const { page } = await desk.open();
    await judged(page, await desk.file('packed', gzipSync('{}')), trust);
    expect(await page.locator('#verdict').getAttribute('data-outcome')).to.equal('FAILED');
    expect(await page.locator('#verdict').textContent()).to.include(EMPTY_DIGEST);
  });

  it('tells the digest of its own file, and how to compare it', async () => {
    const { page } = await desk.open();
    const shown = page.locator('#own-digest');
    await page.waitForFunction("document.querySelector('#own-digest').textContent !== ''");
    expect(await shown.textContent()).to.equal(`sha256:${await desk.pageDigest()}`);
    expect(await page.locator('.colophon').textContent()).to.match(
      /forged one shows whatever it likes.*sha256sum/,
    );
  });

  it('makes a trust file of statements, and believes nobody before the fingerprints are confirmed', async function () {
    const signers = [newStatementSigner(), newStatementSigner()];
    const [steel, forge] = signers.map((signer, index) =>
      statementBy(index === 0 ? 'SteelMSP' : 'ForgeMSP', signer),
    );
    const { page, incidents } = await desk.open();
    await page.evaluate(dropping({ 'e.json': '{"blocks":[]}', 's.txt': steel! }));
    await settled(page);
    expect(await page.locator('#problem').getAttribute('data-code')).to.equal('STATEMENTS_UNUSABLE');
    await page.evaluate(dropping({ 'f.txt': `\ufeff${forge!.replaceAll('\n', '\r\n')}` }));
    await page.locator('html[data-state="confirming"]').waitFor();
    const told = (await page.locator('#statements').textContent()) ?? '';
    for (const { der } of signers)
      expect(told).to.include(`sha256:${createHash('sha256').update(der).digest('hex')}`);
    expect(told)
      .to.include('SteelMSP')
      .and.to.include('ForgeMSP')
      .and.to.include(`sha256:${'30'.repeat(32)}`);
    expect(await page.locator('#trust-name').textContent()).to.equal('s.txt, f.txt');
    expect(await page.locator('#result').isVisible()).to.equal(false);
    await page.getByRole('button', { name: /I have confirmed/ }).click();
    await settled(page);
    expect(await page.locator('#verdict').getAttribute('data-outcome')).to.equal('FAILED');
    expect(await page.locator('#trust-name').textContent()).to.equal('trust.json');
    expect(incidents).to.deep.equal([]);
  });

  it('does not make a trust file of statements that differ', async () => {
    const { page } = await desk.open();
    const other = statementBy('ForgeMSP', newStatementSigner(), { channel: 'other' });
    await page.evaluate(dropping({ 's.txt': statementBy('SteelMSP', newStatementSigner()), 'f.txt': other }));
    await settled(page);
    expect(await page.locator('#problem .detail').textContent()).to.match(/STATEMENT_DIFFERS member=channel/);
  });

  it('gives the answers that the command gives on packed and broken files', async () => {
    const { page } = await desk.open();
    const members = Buffer.concat([gzipSync('{'), gzipSync('}'), Buffer.alloc(100)]);
    await judged(page, await desk.file('members.json.gz', members), trust);
    expect(await page.locator('#verdict').textContent()).to.include(EMPTY_DIGEST);
    const broken: readonly [string, string | Uint8Array, string][] = [
      ['cut.json', '{"blocks":[', 'CUT_SHORT'],
      ['cut.json.gz', gzipSync('{}').subarray(0, 12), 'CUT_SHORT'],
      ['login.json', '<html>', 'OTHER_FILE'],
      ['noise.json.gz', Buffer.concat([gzipSync('{}'), Buffer.from('noise')]), 'DAMAGED'],
      ['uses.json', `{"mediaType": "${USES_MEDIA_TYPE}"}`, 'EVIDENCE_USES'],
      ['packed.json.br', 'any', 'EVIDENCE_BROTLI'],
    ];
    for (const [name, bytes, code] of broken) {
      await judged(page, await desk.file(name, bytes), trust);
      expect(await page.locator('#problem').getAttribute('data-code'), name).to.equal(code);
    }
    expect(await page.locator('#problem').textContent()).to.include('brotli');
  });

  it('takes files that are dropped together, each for what it is', async () => {
    const { page, incidents } = await desk.open({ scripts: [answering({ verdict: VERDICT })] });
    await page.evaluate(`{
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(TRUST_TEXT)}], 'a.json'));
      transfer.items.add(new File(['{"blocks":[],'], 'b.json'));
      transfer.items.add(new File(['time,celsius'], 'c.csv'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }`);
    await settled(page);
    expect(await page.locator('.slot-name').allTextContents()).to.deep.equal(['b.json', 'a.json', 'c.csv']);
    expect(incidents).to.deep.equal([]);
  });

  it('cannot reach a network even when it is told to', async () => {
    const { page } = await desk.open();
    const answers = await page.evaluate(`Promise.all([
      fetch('http://127.0.0.1:9/').then(() => 'open', () => 'shut'),
      new Promise((resolve) => addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true })),
    ])`);
    expect(answers).to.deep.equal(['shut', 'connect-src']);
  });

  it('shows what files say as text, never as markup', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>"\'><b>&lt;';
    const { page, incidents } = await desk.open({ scripts: [answering({ verdict: poisoned(hostile) })] });
    await judged(page, empty, trust);
    expect(await page.locator('#verdict').textContent()).to.include(hostile);
    expect(await page.locator('#verdict :is(img, script, b, style, iframe, a)').count()).to.equal(0);
    expect(incidents).to.deep.equal([]);
  });

  it('shows why there is no verdict as text, never as markup', async () => {
    const detail = '<b>bold</b>';
    const { page } = await desk.open({ scripts: [answering({ problem: { code: 'MISTAKE', detail } })] });
    await judged(page, empty, trust);
    expect(await page.locator('#problem').textContent()).to.include(detail);
    expect(await page.locator('#problem b').count()).to.equal(0);
  });

  it('speaks English and Chinese, and begins with the reader’s', async () => {
    const { page } = await desk.open({ locale: 'zh-CN', scripts: [answering({ verdict: FAILED })] });
    const html = page.locator('html');
    expect(await html.getAttribute('lang')).to.equal('zh-Hans');
    expect(await page.title()).to.equal('Tallystick 校验器');
    await judged(page, empty, trust);
    const chinese = await texts(page, renderVerdict(FAILED, 'zh'));
    expect(chinese.shown).to.equal(chinese.expected);
    await page.getByRole('button', { name: 'English' }).click();
    expect(await html.getAttribute('lang')).to.equal('en');
    expect(await page.title()).to.equal('Tallystick verifier');
    const english = await texts(page, renderVerdict(FAILED, 'en'));
    expect(english.shown).to.equal(english.expected);
    expect(await page.evaluate('[localStorage.length, document.cookie]')).to.deep.equal([0, '']);
  });

  it('filters the checklist on the screen, and never on paper', async () => {
    const { page } = await desk.open({ scripts: [answering({ verdict: FAILED })] });
    await judged(page, empty, trust);
    await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
    const visible = (): Promise<number> => page.locator('#verdict [data-result]:visible').count();
    const groups = page.locator('#verdict .step:visible');
    expect(await visible()).to.equal(FAILED.steps.length);
    await page.getByRole('radio', { name: 'failed (1)', exact: true }).check();
    expect([await visible(), await groups.count()]).to.deep.equal([1, 1]);
    await page.getByRole('radio', { name: 'not evaluated (2)' }).check();
    expect([await visible(), await groups.count()]).to.deep.equal([2, 2]);
    await page.getByRole('button', { name: '中文' }).click();
    expect(await groups.count(), 'after a change of language').to.equal(2);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await visible(), 'printed').to.equal(FAILED.steps.length);
    expect(await page.locator('#files').isVisible()).to.equal(false);
  });

  it('unfolds everything for printing, and folds it again', async () => {
    const { page } = await desk.open({ scripts: [answering({ verdict: FAILED })] });
    await judged(page, empty, trust);
    const closed = page.locator('#verdict details:not([open])');
    const before = await closed.count();
    expect(before).to.be.greaterThan(0);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await closed.count()).to.equal(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await closed.count()).to.equal(before);
  });

  it('says so when the browser has no cryptography for it, or no worker', async () => {
    const early = "Object.defineProperty(crypto, 'subtle', { value: undefined })";
    const bare = await desk.open({ early });
    expect(await bare.page.locator('#problem').getAttribute('data-code')).to.equal('NO_CRYPTOGRAPHY');
    expect(await bare.page.locator('#evidence').isDisabled()).to.equal(true);
    const scripts = ["globalThis.Worker = class { constructor() { throw new Error('no') } }"];
    const workerless = await desk.open({ scripts });
    await judged(workerless.page, empty, trust);
    expect(await workerless.page.locator('#problem').getAttribute('data-code')).to.equal('NO_WORKER');
  });

  it('ends a verification that newer files overtake', async () => {
    const { page, incidents } = await desk.open();
    await judged(page, empty, trust);
    await page.locator('#evidence').setInputFiles(await desk.file('long.json', `[${'0,'.repeat(8e6)}0]`));
    await page.locator('#evidence').setInputFiles(empty);
    await settled(page);
    expect(await page.locator('#evidence-name').textContent()).to.equal('evidence.json');
    expect(await page.locator('#verdict').textContent()).to.include(EMPTY_DIGEST);
    expect(incidents).to.deep.equal([]);
  });
});

function poisoned(text: string): Verdict {
  return {
    ...FAILED,
    channel: text,
    steps: FAILED.steps.map((step) => ({ ...step, subject: text, facts: { [text]: text } })),
    parties: VERDICT.parties.map((party) => ({ ...party, legalName: text, identifiers: { [text]: text } })),
    timeline: VERDICT.timeline.map((entry) => ({ ...entry, transaction: text, keys: [text] })),
    decision: { ...VERDICT.decision!, purpose: text, facts: [{ key: text, value: text }] },
    time: { notAfter: { at: text, by: [text] } },
    records: { [text]: text },
    fileDigest: text,
  };
}

/** A script that drops files with these texts on the page. */
const dropping = (files: Readonly<Record<string, string>>): string => `{
  const transfer = new DataTransfer();
  for (const [name, text] of Object.entries(${JSON.stringify(files)})) transfer.items.add(new File([text], name));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}`;
