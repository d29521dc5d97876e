import { expect } from 'chai';
import { gzipSync } from 'node:zlib';
import { chromiumOrSkip, Desk, judged, TRUST_TEXT, type Opened } from './page-fixture.js';

const MEGABYTE = 1024 * 1024;

/** What a hostile file is answered with: a problem, or a verdict that failed. */
const HOSTILE: Readonly<
  Record<string, { readonly make: () => string | Uint8Array; readonly answer: string }>
> = {
  'larger than anybody reads': {
    make: () => new Uint8Array(60 * MEGABYTE).fill(0x20),
    answer: 'FAILED',
  },
  'small in gzip, larger than anybody reads': {
    make: () => gzipSync(new Uint8Array(400 * MEGABYTE), { level: 1 }),
    answer: 'FAILED',
  },
  'gzip that breaks off': { make: () => gzipSync('{}').subarray(0, 12), answer: 'CUT_SHORT' },
  'gzip with something behind it': {
    make: () => Buffer.concat([gzipSync('{}'), Buffer.from('more')]),
    answer: 'DAMAGED',
  },
  'arrays nested two million deep': { make: () => '['.repeat(2e6), answer: 'FAILED' },
  'closed arrays nested two million deep': {
    make: () => `${'['.repeat(2e6)}${']'.repeat(2e6)}`,
    answer: 'FAILED',
  },
  'objects nested a million deep': { make: () => '{"a":'.repeat(1e6), answer: 'FAILED' },
  'an empty file': { make: () => '', answer: 'CUT_SHORT' },
  'no text at all': { make: () => new Uint8Array(MEGABYTE).fill(0xff), answer: 'FAILED' },
  'script tags': {
    make: () => JSON.stringify({ mediaType: '<script>alert(1)</script>', '<img src=x onerror=alert(1)>': 1 }),
    answer: 'FAILED',
  },
  'two hundred thousand unknown members': {
    make: () => `{${Array.from({ length: 2e5 }, (_, index) => `"${index}":0`).join()}}`,
    answer: 'FAILED',
  },
};

describe('the one-file page, given hostile files', () => {
  let desk: Desk;
  let opened: Opened;
  let trust: string;
  before(async function () {
    desk = await Desk.with(chromiumOrSkip(this));
    opened = await desk.open();
    trust = await desk.file('trust.json', TRUST_TEXT);
  });
  after(() => (desk as Desk | undefined)?.close());

  for (const [name, { make, answer }] of Object.entries(HOSTILE)) {
    it(`refuses in time: ${name}`, async () => {
      const { page, incidents } = opened;
      await judged(page, await desk.file('hostile.json', make()), trust);
      const problem = await page.locator('#problem').getAttribute('data-code');
      const outcome = await page.locator('#verdict').getAttribute('data-outcome');
      expect(problem === '' ? outcome : problem).to.equal(answer);
      const milliseconds = Number(
        await page.evaluate("performance.getEntriesByName('verify').at(-1).duration"),
      );
      // A tenth of a second on an idle machine; what the bounds prevent takes minutes.
      expect(milliseconds).to.be.lessThan(20_000);
      expect(incidents).to.deep.equal([]);
    });
  }

  it('refuses a trust file that cannot be used, and says where it is wrong', async () => {
    const { page, incidents } = opened;
    const evidence = await desk.file('evidence.json', '{}');
    await judged(page, evidence, await desk.file('bad-trust.json', TRUST_TEXT.replace('sha256:', 'md5:')));
    expect(await page.locator('#problem').getAttribute('data-code')).to.equal('TRUST_UNUSABLE');
    expect(await page.locator('#problem .detail').textContent()).to.include('/genesis');
    expect(await page.locator('#verdict').textContent()).to.equal('');
    expect(incidents).to.deep.equal([]);
  });

  it('refuses a trust file that is no page to type', async () => {
    const { page } = opened;
    const evidence = await desk.file('evidence.json', '{}');
    await judged(page, evidence, await desk.file('large-trust.json', new Uint8Array(2 * MEGABYTE)));
    expect(await page.locator('#problem').getAttribute('data-code')).to.equal('TRUST_TOO_LARGE');
  });
});
