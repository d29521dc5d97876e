/** The system suite on a ledger and a store of choice: the very same scenarios as `npm test` runs on the embedded ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  EXIT_PROGRAMS_MISSING,
  missingPrograms,
  SPACE_HELP,
  SPACE_OPTIONS,
  spaceKinds,
  suiteVariables,
  type SpaceKinds,
} from './space/options.js';

const HELP = `Usage: npm run test:system -- [--ledger KIND] [--store KIND]

Runs the scenarios of test/system/story.test.ts on a space of its own: the whole demo, everything that must be refused,
many requests at a time, crashes, and a restart. Compiled programs are needed (npm run build).

${SPACE_HELP}
  --help         this text

Exit codes: 0 all passed, 1 something failed, ${EXIT_PROGRAMS_MISSING} programs are missing (it says which).
`;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SCENARIOS = ['test/system/story.test.ts'];

async function runMocha(kinds: SpaceKinds): Promise<number> {
  const mocha = 'node_modules/mocha/bin/mocha.js';
  const child = spawn(process.execPath, [mocha, '--fail-zero', '--forbid-pending', ...SCENARIOS], {
    cwd: ROOT,
    env: { ...process.env, ...suiteVariables(kinds) },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { ...SPACE_OPTIONS, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const kinds = spaceKinds(values);
  const missing = await missingPrograms(kinds);
  if (missing.length > 0) {
    process.stderr.write(`${missing.join('\n')}\n`);
    return EXIT_PROGRAMS_MISSING;
  }
  process.stdout.write(`System suite: ledger ${kinds.ledger}, store ${kinds.store}\n`);
  const code = await runMocha(kinds);
  return code === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
