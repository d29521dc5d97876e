import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs, promisify } from 'node:util';
import type { Guard } from './guards/guard.js';
import { guards } from './guards/list.js';
import { newSandbox, type Sandbox } from './guards/sandbox.js';

/** A landing of a whole redesign changes the file of every guard. */
const MOST_CHANGED = 5;

const HELP = `Usage: npm run guards [-- --only WORD] [--part K/N] [--since COMMIT]

Disables each guard in a copy of the sources and runs the tests that should notice. A guard that can be disabled
without a red test is reported, and the command fails.

  --only WORD   guards whose name holds the word
  --part K/N    every N-th of them, from the K-th on: a landing tries one part, npm run ci:full all
  --since COMMIT  besides, those whose file or tests were changed after the commit; of more than ${MOST_CHANGED} every second, or third, ...
  --tests-pass  the tests are known to pass with all guards on: do not run them first
  --help        this text
`;

const SHOWN_LINES = 60;

interface Verdict {
  readonly guard: Guard;
  /** `seen`: a test failed. `unseen`: all passed without the guard. `stale`: its source text is gone. */
  readonly result: 'seen' | 'unseen' | 'stale';
}

async function judge(sandbox: Sandbox, guard: Guard): Promise<Verdict> {
  if (!(await sandbox.disable(guard))) return { guard, result: 'stale' };
  try {
    return { guard, result: (await sandbox.test(guard.tests, guard.only)).isGreen ? 'unseen' : 'seen' };
  } finally {
    await sandbox.restore(guard);
  }
}

/** Each worker has its own copy, so that two guards are never off at once. */
async function work(queue: Guard[], verdicts: Verdict[]): Promise<void> {
  const sandbox = await newSandbox();
  try {
    for (let guard = queue.shift(); guard; guard = queue.shift()) {
      const verdict = await judge(sandbox, guard);
      verdicts.push(verdict);
      process.stdout.write(`  ${verdict.result.padEnd(7)} ${guard.name}\n`);
    }
  } finally {
    await sandbox.remove();
  }
}

/** A red test proves nothing about a guard unless the same tests are green with it. */
async function checkBaseline(chosen: readonly Guard[]): Promise<void> {
  const sandbox = await newSandbox();
  try {
    const [some, whole] = [
      chosen.filter(({ only }) => only !== undefined),
      chosen.filter(({ only }) => only === undefined),
    ];
    await assertGreen(sandbox, whole);
    await assertGreen(sandbox, some, some.map(({ only }) => `(${only ?? ''})`).join('|'));
  } finally {
    await sandbox.remove();
  }
}

async function assertGreen(sandbox: Sandbox, chosen: readonly Guard[], only?: string): Promise<void> {
  if (chosen.length === 0) return;
  const { isGreen, output } = await sandbox.test([...new Set(chosen.flatMap(({ tests }) => tests))], only);
  if (!isGreen) throw new Error(`the tests fail with all guards on:\n${lastLines(output)}`);
}

const lastLines = (output: string): string => output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');

function partOf(text: string): (index: number) => boolean {
  const [first, every] = (/^([1-9]\d?)\/([1-9]\d?)$/.exec(text) ?? []).slice(1).map(Number);
  if (first === undefined || every === undefined || first > every)
    throw new TypeError('--part is K/N, with K from 1 to N');
  return (index) => index % every === first - 1;
}

async function changedAfter(commit: string): Promise<ReadonlySet<string>> {
  const { stdout } = await promisify(execFile)('git', ['diff', '--name-only', commit, 'HEAD']);
  return new Set(stdout.split('\n'));
}

/** As many as are tried at most, from all over the list; which ones, by the offset. */
function thinned(all: readonly Guard[], offset: number): readonly Guard[] {
  const every = Math.max(1, Math.ceil(all.length / MOST_CHANGED));
  return all.filter((_, index) => index % every === offset % every);
}

interface Choice {
  readonly only: string;
  readonly part: string;
  readonly since?: string | undefined;
}

async function choose({ only, part, since }: Choice): Promise<readonly Guard[]> {
  const isPart = partOf(part);
  const named = guards.filter(({ name }) => name.includes(only));
  const chosen = named.filter((_, index) => isPart(index));
  if (since === undefined) return chosen;
  const files = await changedAfter(since);
  const changed = named.filter(({ file, tests }) => [file, ...tests].some((each) => files.has(each)));
  return [...new Set([...thinned(changed, Number.parseInt(part, 10)), ...chosen])];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      part: { type: 'string', default: '1/1' },
      since: { type: 'string' },
      'tests-pass': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const chosen = await choose(values);
  if (!values['tests-pass']) await checkBaseline(chosen);
  const verdicts: Verdict[] = [];
  const queue = [...chosen];
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, () => work(queue, verdicts)));
  const bad = verdicts.filter(({ result }) => result !== 'seen');
  process.stdout.write(`${verdicts.length - bad.length} of ${verdicts.length} guards are seen by a test\n`);
  if (bad.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
