import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, milliseconds, rounded, type Measurement } from './figures.js';

const RUNS = 3;
const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

async function tellStory(): Promise<void> {
  const { stdout } = await run('npm', ['run', 'demo'], { cwd: root });
  if (!stdout.includes('all as expected')) throw new Error(`the demo did not end as expected:\n${stdout}`);
}

/** `npm run demo`, the whole story, as a person would start it. */
export async function measureStory(): Promise<Measurement> {
  const times: number[] = [];
  for (let count = 0; count < RUNS; count += 1) times.push(await milliseconds(tellStory));
  const seconds = median(times) / 1000;
  const measured = `${seconds.toFixed(1)} s`;
  return {
    figures: { runs: RUNS, seconds: rounded(seconds), all: times.map((time) => rounded(time / 1000)) },
    rows: [{ what: 'npm run demo, whole story', reach: '<= 20 s', measured, met: seconds <= 20 }],
  };
}
