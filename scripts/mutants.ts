import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run test:mutants -- [--only GLOB]

Changes the sources of the policy engine (chaincode/src/policy), one operator, condition or text at a time, and runs
the tests on vectors that cover the place; tests of properties see more and would take hours. Texts that are made once, when
a module is loaded, are left out: each would cost a run of all tests. Fails below 90 % of changes seen. Survivors are listed
with their place; the whole report is in .tallystick/mutants.json. Stryker has a mocha of its own beside it
(scripts/mutants), because its runner knows 11.

  --only GLOB   sources to change, for example 'chaincode/src/policy/evaluation/**/*.ts'
  --help        this text
`;

const HOME = 'scripts/mutants';

function run(command: string, args: readonly string[], cwd = '.'): void {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

const { values } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help) {
  process.stdout.write(HELP);
} else {
  if (!existsSync(`${HOME}/node_modules`)) run('npm', ['ci', '--ignore-scripts'], HOME);
  const only = values.only === undefined ? [] : ['--mutate', values.only];
  run(`${HOME}/node_modules/.bin/stryker`, ['run', `${HOME}/stryker.config.json`, ...only]);
}
