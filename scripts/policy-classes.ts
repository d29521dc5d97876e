import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatted } from './formatted.js';
import { withPart } from './policy-classes/page.js';
import { classTable, type ClassOutcome } from './policy-classes/tables.js';

const HELP = `Usage: npm run policy:classes

Tries every usage-policy class of the IDS through the gateways of a space of three organisations (npm run build first), and
writes what came of it into chaincode/src/policy/CLASSES.md. Tables that follow from code alone are written by npm run pages.

  --help  this text

Ends with code 0 when the page is written, 1 when a case ended otherwise than it must; nothing is written then.
`;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = join(ROOT, 'chaincode/src/policy/CLASSES.md');
const SUITE = 'test/policy/classes/classes.test.ts';

/** What the cases have ended in; `undefined` when one of them has not ended as it must. */
async function tried(): Promise<readonly ClassOutcome[] | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-classes-'));
  const file = join(directory, 'outcomes.json');
  try {
    const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', SUITE], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, TALLYSTICK_CLASS_OUTCOMES: file },
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code !== 0 ? undefined : (JSON.parse(await readFile(file, 'utf8')) as readonly ClassOutcome[]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function write(outcomes: readonly ClassOutcome[]): Promise<void> {
  const page = withPart(await readFile(PAGE, 'utf8'), 'classes', classTable(outcomes));
  await writeFile(PAGE, await formatted(PAGE, page));
}

const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
if (values.help === true) process.stdout.write(HELP);
else {
  const outcomes = await tried();
  if (outcomes === undefined) process.exitCode = 1;
  else await write(outcomes);
}
