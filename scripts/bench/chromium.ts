import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { median } from './figures.js';

const PLACES = [process.env['TALLYSTICK_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];
const RUNS = 9;

/** Hands the evidence in once more, and waits for the time that the page itself took. */
async function once(page: Page, evidence: string): Promise<number> {
  const box = page.locator('#verdict[data-outcome]');
  await page.setInputFiles('#evidence', []);
  await box.waitFor({ state: 'hidden' });
  await page.setInputFiles('#evidence', evidence);
  await box.waitFor();
  return Number(await box.getAttribute('data-duration-ms'));
}

/** Milliseconds of one verification in the page, warm; `undefined` where there is no Chromium. */
export async function inChromium(
  page: string,
  evidence: Uint8Array,
  trust: string,
): Promise<number | undefined> {
  const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-bench-page-'));
  const [evidencePath, trustPath] = [join(directory, 'evidence.json'), join(directory, 'trust.json')];
  await Promise.all([writeFile(evidencePath, evidence), writeFile(trustPath, trust)]);
  // Root, as in containers, may not use Chromium's sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const opened = await browser.newPage();
    await opened.goto(pathToFileURL(page).href);
    await opened.setInputFiles('#trust', trustPath);
    const times: number[] = [];
    for (let count = 0; count < RUNS; count += 1) times.push(await once(opened, evidencePath));
    return median(times);
  } finally {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  }
}
