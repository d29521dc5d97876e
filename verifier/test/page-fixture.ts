import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Verdict } from '../src/verdict.js';
import type { Answer } from '../page/task.js';

const BUILD = fileURLToPath(new URL('../page/build.mjs', import.meta.url));
const ABSENT = 'no chromium found; install it, or name one in TALLYSTICK_CHROMIUM';

const PLACES = [process.env['TALLYSTICK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where Chromium is, if it is. */
export const chromiumPath = (): string | undefined =>
  PLACES.find((path) => path !== undefined && existsSync(path));

/** Root, as in containers, may not use Chromium's sandbox. */
export const sandboxArguments = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : []);

/** The browser to test with. Without one the suite is skipped, unless TALLYSTICK_REQUIRE_CHROMIUM=1: then it fails. */
export function chromiumOrSkip(context: Mocha.Context): string {
  const found = chromiumPath();
  if (found !== undefined) return found;
  if (process.env['TALLYSTICK_REQUIRE_CHROMIUM'] === '1') throw new Error(ABSENT);
  console.log(`      (skipped: ${ABSENT})`);
  return context.skip();
}

/** Builds the page as `npm run page` does. */
export async function buildPage(outfile: string): Promise<void> {
  await promisify(execFile)(process.execPath, [BUILD, outfile]);
}

export interface Opening {
  readonly locale?: 'en-GB' | 'zh-CN';
  /** Run before the page's own script; costs a browser context of its own. */
  readonly early?: string;
  /** Run after it. */
  readonly scripts?: readonly string[];
}

/** A page that was opened from its file, and what it should never do. */
export interface Opened {
  readonly page: Page;
  /** Everything the page asked a network or disk for but itself, and everything it complained of. Must stay empty. */
  readonly incidents: readonly string[];
}

interface Tab extends Opened {
  readonly incidents: string[];
}

/** A freshly built page and a browser, with a directory for files. */
export class Desk {
  readonly #directory: string;
  readonly #browser: Browser;
  readonly #tabs = new Map<string, Tab>();

  private constructor(directory: string, browser: Browser) {
    this.#directory = directory;
    this.#browser = browser;
  }

  static async with(executablePath: string): Promise<Desk> {
    const directory = await mkdtemp(join(tmpdir(), 'tallystick-page-'));
    const args = sandboxArguments();
    const [browser] = await Promise.all([
      chromium.launch({ executablePath, args }),
      buildPage(join(directory, 'page.html')),
    ]);
    return new Desk(directory, browser);
  }

  get #url(): string {
    return pathToFileURL(join(this.#directory, 'page.html')).href;
  }

  /** SHA-256 of the page's file, hex. */
  async pageDigest(): Promise<string> {
    return createHash('sha256')
      .update(await readFile(join(this.#directory, 'page.html')))
      .digest('hex');
  }

  async file(name: string, contents: string | Uint8Array): Promise<string> {
    const path = join(this.#directory, name);
    await writeFile(path, contents);
    return path;
  }

  /** The page, as new. Whoever opens it again takes it from whoever had it, for contexts are dear. */
  async open({ locale = 'en-GB', early = '', scripts = [] }: Opening = {}): Promise<Opened> {
    const opened = await this.#opened(locale, early);
    opened.incidents.length = 0;
    await opened.page.emulateMedia({ media: null, colorScheme: null });
    await opened.page.goto(this.#url);
    for (const script of scripts) await opened.page.evaluate(script);
    return opened;
  }

  async #opened(locale: string, early: string): Promise<Tab> {
    const known = this.#tabs.get(locale + early);
    if (known) return known;
    const context = await this.#browser.newContext({ locale });
    context.setDefaultTimeout(60_000);
    const tab = { page: await context.newPage(), incidents: [] };
    if (early !== '') await tab.page.addInitScript({ content: early });
    this.#watch(tab);
    this.#tabs.set(locale + early, tab);
    return tab;
  }

  #watch({ page, incidents }: Tab): void {
    page.on('request', (request) => {
      const url = request.url();
      if (url !== this.#url && !/^(blob:null\/|data:,$)/.test(url)) incidents.push(url);
    });
    page.on('console', (message) => incidents.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => incidents.push(error.message));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Makes the page's worker give this answer, whatever it is asked: any state of the page, without evidence for it. */
export function answering(answer: Answer): string {
  return `globalThis.Worker = class {
    postMessage() { setTimeout(() => this.onmessage({ data: ${JSON.stringify(answer)} }), 1); }
    terminate() {}
  };`;
}

/** Gives the page evidence and a trust file, and waits for what it says. */
export async function judged(page: Page, evidence: string, trust: string, payload?: string): Promise<void> {
  for (const role of ['evidence', 'trust']) await page.locator(`#${role}`).setInputFiles([]);
  // Else what it says may still be what it said of the files before.
  await page.locator('html[data-state="waiting"]').waitFor();
  await page.locator('#payload').setInputFiles(payload ?? []);
  await page.locator('#trust').setInputFiles(trust);
  await page.locator('#evidence').setInputFiles(evidence);
  await settled(page);
}

/** The verdict as a reader of the page has it, without the page's own filter, beside what the given HTML is to a reader. */
export const texts = (page: Page, html: string): Promise<{ shown: string; expected: string }> =>
  page.evaluate(`(() => {
    const copy = document.querySelector('#verdict').cloneNode(true);
    copy.querySelector('.filter')?.remove();
    const given = new DOMParser().parseFromString(${JSON.stringify(html)}, 'text/html');
    return { shown: copy.textContent, expected: given.body.textContent };
  })()`);

/** Waits until the page tells this: it looks into files before it says anything of them. */
export async function tells(page: Page, status: string): Promise<void> {
  await page.locator(`#status:text-is(${JSON.stringify(status)})`).waitFor({ state: 'attached' });
}

export async function settled(page: Page): Promise<void> {
  await page.locator('html:is([data-state="verdict"], [data-state="problem"])').waitFor();
}

/** A trust file that can be read. It believes in a ledger that does not exist. */
export const TRUST_TEXT = JSON.stringify({
  format: 1,
  genesis: `sha256:${'0'.repeat(64)}`,
  channel: 'space',
  chaincode: 'tallystick',
  constitution: '0'.repeat(64),
  rules: ['1'],
});

const TX = 'ab'.repeat(32);

/** A verdict with everything that a page can show. */
export const VERDICT: Verdict = {
  outcome: 'VERIFIED',
  subject: { kind: 'usage', id: `usage-${'a'.repeat(52)}` },
  profile: 'compact',
  channel: 'space',
  asOf: { height: 7, block: `sha256:${'7'.repeat(64)}`, at: '2026-12-02T08:00:00.000Z' },
  isFinal: true,
  witnesses: [{ mspId: 'Org1MSP', fingerprint: 'ef'.repeat(32), signedAt: '2026-12-02T08:00:00.000Z' }],
  steps: [
    { code: 'file.form', subject: '', result: 'pass', facts: { bytes: '40000', profile: 'compact' } },
    { code: 'transaction.creator', subject: TX, result: 'pass', facts: { mspId: 'Org1MSP' } },
    { code: 'payload.commitment', subject: '', result: 'not-evaluated', reason: 'NOT_GIVEN', facts: {} },
    {
      code: 'sealed.openings',
      subject: 'terms',
      result: 'not-evaluated',
      reason: 'OPENING_MISSING',
      facts: {},
    },
  ],
  parties: [
    { role: 'provider', participant: 'participant-a', legalName: 'Alfa GmbH', mspId: 'Org1MSP' },
    { role: 'consumer', participant: 'participant-b', legalName: '乙方有限公司', mspId: 'Org2MSP' },
  ],
  timeline: [
    {
      txId: TX,
      transaction: 'usage:Answer',
      time: '2026-11-24T10:00:00.000Z',
      block: '12',
      mspId: 'Org1MSP',
      verdict: 'REPLAYED',
      keys: ['usage/x'],
    },
  ],
  decision: {
    state: 'ALLOWED',
    outcome: 'ALLOW',
    action: 'use',
    purpose: 'quality',
    at: '2026-11-24T10:00:00.000Z',
    rules: '1',
    facts: [{ key: 'grant/x', value: `sha256:${'1'.repeat(64)}` }],
  },
  time: { notAfter: { at: '2026-11-24T10:00:05.000Z', by: ['Authority'] } },
  records: { 'grant/x': '{"state":"ACTIVE"}' },
  disclosed: {},
  fileDigest: `sha256:${'2'.repeat(64)}`,
};

export const FAILED: Verdict = {
  ...VERDICT,
  outcome: 'FAILED',
  steps: [
    ...VERDICT.steps,
    {
      code: 'transaction.endorsement',
      subject: TX,
      result: 'fail',
      reason: 'POLICY_NOT_SATISFIED',
      facts: { policy: '2 of 3' },
    },
  ],
};
