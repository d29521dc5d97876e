import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where each package keeps what is compiled; what comes out of it stands below `dist` under the same path, but for this one. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  chaincode: ['src'],
  verifier: ['src', 'cli'],
  network: ['src'],
  gateway: ['src'],
};
const OWN_ROOT = 'src/';

const changedAt = (file: string): number => statSync(file).mtimeMs;

function newestIn(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return Math.max(...entries.map(({ parentPath, name }) => changedAt(join(parentPath, name))));
}

/** Whether nothing was changed since it was compiled. */
function isCompiled(name: string): boolean {
  const built = join(ROOT, name, 'dist/.tsbuildinfo');
  if (!existsSync(built)) return false;
  return (PACKAGES[name] ?? []).every((folder) => newestIn(join(ROOT, name, folder)) <= changedAt(built));
}

let areCompiled: boolean | undefined;

/**
 * Arguments of `node` that run a program of ours, `network/src/cli/main.ts` for one: compiled, which starts three times as fast; from its source
 * where a source is newer than what was compiled, so that no test judges yesterday's program.
 */
export function programArguments(source: string): readonly string[] {
  areCompiled ??= Object.keys(PACKAGES).every(isCompiled);
  const [name = '', ...path] = source.split('/');
  const below = path.join('/');
  // The verifier has two folders of sources, and keeps their names.
  const compiled = join(ROOT, name, 'dist', name === 'verifier' ? below : below.slice(OWN_ROOT.length));
  if (areCompiled) return [compiled.replace(/\.ts$/, '.js')];
  return ['--conditions=source', '--import', 'tsx', join(ROOT, source)];
}
