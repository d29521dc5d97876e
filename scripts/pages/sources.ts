import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './page.js';

export interface Source {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file below these directories, in the order of their paths. */
export function sourcesUnder(...directories: readonly string[]): readonly Source[] {
  return directories.flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') })),
  );
}

/** Where refusals and denials are decided. Limits are refused by one function, which gateways share. */
export const decidingSources = (): readonly Source[] => [
  ...sourcesUnder('chaincode/src/rules', 'chaincode/src/policy', 'chaincode/src/contract'),
  ...sourcesUnder('chaincode/src/model').filter(({ path }) => path.endsWith('/limits.ts')),
];

/** Paths of the sources that name a code as text. */
export const naming = (sources: readonly Source[], code: string): readonly string[] =>
  sources.filter(({ text }) => text.includes(`'${code}'`)).map(({ path }) => path);
