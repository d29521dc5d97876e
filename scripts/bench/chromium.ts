import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { chromiumPath, sandboxArguments } from '../../verifier/test/page-fixture.js';
import { median } from './figures.js';

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
  const executablePath = chromiumPath();
  if (executablePath === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-bench-page-'));
  const [evidencePath, trustPath] = [join(directory, 'evidence.json'), join(directory, 'trust.json')];
  await Promise.all([writeFile(evidencePath, evidence), writeFile(trustPath, trust)]);
  const browser = await chromium.launch({ executablePath, args: sandboxArguments() });
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
