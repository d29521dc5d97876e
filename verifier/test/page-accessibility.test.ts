import { STATEMENT_TITLE } from '@tallystick/chaincode/model';
import axe from 'axe-core';
import { expect } from 'chai';
import type { FileChooser, Page } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import type { Answer } from '../page/task.js';
import { some } from '../../test/sampling.js';
import { answering, chromiumOrSkip, Desk, FAILED, judged, TRUST_TEXT, VERDICT } from './page-fixture.js';

const STATES: Readonly<Record<string, Answer | undefined>> = {
  empty: undefined,
  verified: { verdict: VERDICT },
  failed: { verdict: FAILED },
  'statements to confirm': {
    gathered: {
      trust: '{}',
      signers: [{ organisation: 'SteelMSP', signer: 'sha256:00', pages: ['sha256:11'] }],
    },
  },
  'without a verdict': { problem: { code: 'TRUST_UNUSABLE', detail: '/genesis: must be a digest' } },
};

/** The first and the last of them are as unlike as two can be. */
const LOOKS = [
  ['English', 'light'],
  ['English', 'dark'],
  ['中文', 'light'],
  ['中文', 'dark'],
] as const;

describe('the one-file page, for everybody', () => {
  let desk: Desk;
  let trust: string;
  let evidence: string;
  let statement: string;
  before(async function () {
    desk = await Desk.with(chromiumOrSkip(this));
    trust = await desk.file('trust.json', TRUST_TEXT);
    evidence = await desk.file('evidence.json', '{}');
    statement = await desk.file('statement.txt', `${STATEMENT_TITLE}\n`);
  });
  after(() => (desk as Desk | undefined)?.close());

  for (const [name, answer] of Object.entries(STATES)) {
    it(`has no accessibility violation in either language, light or dark: ${name}`, async () => {
      const { page } = await desk.open({ scripts: [axe.source, ...(answer ? [answering(answer)] : [])] });
      if (answer && 'gathered' in answer) await confirming(page, statement);
      else if (answer) await judged(page, evidence, trust);
      for (const [language, colorScheme] of some(LOOKS, 3)) {
        await page.getByRole('button', { name: language }).click();
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true");
        await page.emulateMedia({ colorScheme });
        expect(await violations(page), `${language}, ${colorScheme}`).to.deep.equal([]);
      }
    });
  }

  it('is used with the keyboard alone', async () => {
    const { page } = await desk.open({ scripts: [answering({ verdict: FAILED })] });
    await expectFocus(page, '[data-language="en"]');
    await expectFocus(page, '[data-language="zh"]');
    for (const [role, path] of [
      ['evidence', evidence],
      ['trust', trust],
    ] as const) {
      await expectFocus(page, `#${role}`);
      await (await chooserOn(page)).setFiles(path);
    }
    await page.locator('#verdict[data-outcome]').waitFor();
    await expectFocus(page, '#payload');
    await expectFocus(page, '#print');
    await expectFocus(page, 'input[name="show"][value="all"]');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#verdict').getAttribute('data-show')).to.equal('fail');
    await reach(page, '#verdict .step.failed > summary');
    const isOpen = (): Promise<boolean> => page.evaluate('document.activeElement.parentElement.open');
    const before = await isOpen();
    await page.keyboard.press('Enter');
    expect(await isOpen()).to.equal(!before);
  });

  it('shows where the focus is', async () => {
    const { page } = await desk.open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const style = "getComputedStyle(document.querySelector('#evidence + label .choose')).outlineStyle";
    expect(await page.evaluate(style)).to.equal('solid');
  });

  it('announces progress, verdict and refusal', async () => {
    const { page } = await desk.open();
    expect(await page.getByRole('status').count()).to.equal(1);
    expect(await page.locator('#problem').getAttribute('role')).to.equal('alert');
  });
});

async function confirming(page: Page, statement: string): Promise<void> {
  await page.locator('#trust').setInputFiles(statement);
  await page.locator('html[data-state="confirming"]').waitFor();
}

/** Chromium begins to hand out its file choosers some time after it was first asked to. */
async function chooserOn(page: Page): Promise<FileChooser> {
  const chosen = page.waitForEvent('filechooser');
  const pressed = setInterval(() => void page.keyboard.press('Enter'), 500);
  return chosen.finally(() => clearInterval(pressed));
}

async function expectFocus(page: Page, selector: string): Promise<void> {
  await page.keyboard.press('Tab');
  expect(await isFocused(page, selector), selector).to.equal(true);
}

async function reach(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 40 && !(await isFocused(page, selector)); presses++) {
    await page.keyboard.press('Tab');
  }
  expect(await isFocused(page, selector), selector).to.equal(true);
}

const isFocused = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);

async function violations(page: Page): Promise<string[]> {
  const run = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })`;
  const results: AxeResults = await page.evaluate(run);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}
