import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { withPart } from './policy-classes/page.js';
import {
  classTable,
  dutyTable,
  labelTable,
  operandTable,
  type ClassOutcome,
} from './policy-classes/tables.js';

/**
 * `npm run policy:classes`: tries every usage-policy class through the gateways, and writes what came of it, with the
 * tables that follow from code, into the page on policies.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGE = join(ROOT, 'chaincode/src/rules/policy/README.md');
const SUITE = 'test/policy/classes/classes.test.ts';

async function tried(): Promise<readonly ClassOutcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-classes-'));
  const file = join(directory, 'outcomes.json');
  try {
    const mocha = ['node_modules/mocha/bin/mocha.js', '--no-config', '--exit', SUITE];
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', ...mocha], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, TALLYSTICK_CLASS_OUTCOMES: file },
    });
    await once(child, 'exit');
    return JSON.parse(await readFile(file, 'utf8')) as readonly ClassOutcome[];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const parts = {
  operands: operandTable(),
  duties: dutyTable(),
  labels: labelTable(),
  classes: classTable(await tried()),
};
const before = await readFile(PAGE, 'utf8');
const page = Object.entries(parts).reduce((text, [name, table]) => withPart(text, name, table), before);
const options = await resolveConfig(PAGE);
await writeFile(PAGE, await format(page, { ...options, filepath: PAGE }));
