import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Guard } from './guard.js';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const PACKAGES = ['chaincode', 'verifier', 'gateway', 'network'];

interface TestRun {
  /** All the tests passed. */
  readonly isGreen: boolean;
  /** What the runner printed. */
  readonly output: string;
}

/** A copy of the sources in which a guard can be taken out without touching the checkout. */
export interface Sandbox {
  /** False when the guard's source text is not there exactly once. */
  disable(guard: Guard): Promise<boolean>;
  restore(guard: Guard): Promise<void>;
  /** @param only names of tests to run, as a pattern */
  test(files: readonly string[], only?: string): Promise<TestRun>;
  remove(): Promise<void>;
}

export async function newSandbox(): Promise<Sandbox> {
  const place = await mkdtemp(join(tmpdir(), 'tallystick-guards-'));
  const directory = join(place, 'checkout');
  await mkdir(directory);
  // Tests read recorded data beside the checkout, where there is some.
  await symlink(join(ROOT, '../shared'), join(place, 'shared'));
  await copySources(directory);
  await linkModules(directory);
  return {
    disable: (guard) => edit(directory, guard),
    restore: (guard) => cp(join(ROOT, guard.file), join(directory, guard.file)),
    test: (files, only) => mocha(directory, files, only),
    remove: () => rm(place, { recursive: true, force: true }),
  };
}

async function copySources(directory: string): Promise<void> {
  const skipped = new Set(['node_modules', '.git', '.tallystick', 'coverage']);
  const filter = (source: string): boolean => !skipped.has(basename(source));
  for (const entry of await readdir(ROOT)) {
    if (!skipped.has(entry)) await cp(join(ROOT, entry), join(directory, entry), { recursive: true, filter });
  }
}

/** The installed modules, but the workspaces of the copy: else its tests would load the checkout's sources. */
async function linkModules(directory: string): Promise<void> {
  const modules = join(directory, 'node_modules');
  await mkdir(join(modules, '@tallystick'), { recursive: true });
  for (const entry of await readdir(join(ROOT, 'node_modules'))) {
    if (entry !== '@tallystick') await symlink(join(ROOT, 'node_modules', entry), join(modules, entry));
  }
  for (const name of PACKAGES) {
    await symlink(join(directory, name), join(modules, '@tallystick', name));
    const nested = join(ROOT, name, 'node_modules');
    await symlink(nested, join(directory, name, 'node_modules')).catch(() => undefined);
  }
}

async function edit(directory: string, { file, source, without }: Guard): Promise<boolean> {
  const path = join(directory, file);
  const text = await readFile(path, 'utf8');
  const parts = text.split(source);
  if (parts.length !== 2) return false;
  await writeFile(path, parts.join(without));
  return true;
}

async function mocha(directory: string, files: readonly string[], only?: string): Promise<TestRun> {
  const options = [
    '--conditions=source',
    '--import',
    'tsx',
    'node_modules/mocha/bin/mocha.js',
    '--no-config',
    '--bail',
    '--exit',
  ];
  const grep = only === undefined ? [] : ['--grep', only];
  const child = spawn(process.execPath, [...options, ...grep, '--timeout', '120000', ...files], {
    cwd: directory,
    // A guard may be seen by a single case: none is left out (test/sampling.ts).
    env: { ...process.env, TALLYSTICK_GUARDS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { isGreen: code === 0, output: output + errors };
}
