import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { BaselineError } from './errors.js';

/** What a child of a checkout says when it ends. */
interface Ended {
  readonly isWell: boolean;
  /** The end of both outputs. */
  readonly last: string;
}

const TAIL = 2000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Without what the npm that runs us says of this checkout. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));
}

function npm(directory: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((settle) => {
    const options = { cwd: directory, env: environment(), maxBuffer: MOST_OUTPUT };
    execFile('npm', ['run', '--silent', ...args], options, (error, stdout, stderr) =>
      settle({ isWell: error === null, last: `${stdout}\n${stderr}`.trim().slice(-TAIL) }),
    );
  });
}

const manifest = z.object({ name: z.literal('tallystick'), scripts: z.object({ bench: z.string() }) });
const report = z.object({ commit: z.string(), figures: z.record(z.string(), z.unknown()) });

export type Report = z.infer<typeof report>;

/** A checkout of the project in which benchmarks are run. */
export interface Checkout {
  readonly directory: string;
}

/** @throws BaselineError NO_CHECKOUT, NO_MODULES */
export async function openCheckout(path: string): Promise<Checkout> {
  const directory = resolve(path);
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch((cause: unknown) => {
    throw new BaselineError('NO_CHECKOUT', `${directory} holds no package.json`, { cause });
  });
  if (!isOurs(text))
    throw new BaselineError('NO_CHECKOUT', `${directory} is no checkout of tallystick with benchmarks`);
  const modules = await stat(join(directory, 'node_modules')).catch(() => undefined);
  if (modules === undefined)
    throw new BaselineError('NO_MODULES', `${directory} has no node_modules: run "npm ci" there`);
  return { directory };
}

function isOurs(text: string): boolean {
  try {
    return manifest.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

const PACKAGES = ['chaincode', 'verifier', 'gateway', 'network'];

/** When the newest file under a directory was written; 0 without any. */
async function newest(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const times = files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
}

/** Whether what is compiled is at least as new as its sources: benchmarks run the compiled programs. */
async function isBuilt({ directory }: Checkout): Promise<boolean> {
  const ages = PACKAGES.map(async (name) => {
    const [source, made] = [join(directory, name, 'src'), join(directory, name, 'dist')].map(newest);
    const [written = 0, compiled = 0] = await Promise.all([source, made]);
    return compiled > 0 && compiled >= written;
  });
  return (await Promise.all(ages)).every(Boolean);
}

/** Compiles a checkout unless that has been done since its sources changed. @throws BaselineError BUILD_FAILED */
export async function build(checkout: Checkout): Promise<void> {
  if (await isBuilt(checkout)) return;
  process.stderr.write(`building ${checkout.directory}\n`);
  const { isWell, last } = await npm(checkout.directory, 'build');
  if (!isWell)
    throw new BaselineError('BUILD_FAILED', `"npm run build" failed in ${checkout.directory}:\n${last}`);
}

/**
 * Runs one benchmark in a process of the checkout. A benchmark that misses its aim exits with 1 all the same, so that its report says
 * whether it ran. @returns `undefined` where the checkout has no benchmark of that name @throws BaselineError RUN_FAILED
 */
export async function runIn(
  { directory }: Checkout,
  name: string,
  more: readonly string[] = [],
): Promise<Report | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tallystick-bench-'));
  const file = join(folder, 'bench.json');
  try {
    const { last } = await npm(directory, 'bench', '--', '--only', name, '--json', file, ...more);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) return report.parse(JSON.parse(text));
    if (last.includes(`nothing is called ${name}`)) return undefined;
    throw new BaselineError('RUN_FAILED', `the benchmark ${name} failed in ${directory}:\n${last}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
