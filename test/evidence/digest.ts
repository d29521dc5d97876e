import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VECTORS } from './vectors.js';

const SUMS = 'SHA256SUMS';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** A line `<sha256>  <path>` for every file of the evidence vectors, in the order of their paths, as `sha256sum -c` reads it. */
export function sumsOfVectors(): string {
  const files = readdirSync(VECTORS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== SUMS)
    .map(({ parentPath, name }) => `${parentPath.replace(/\/?$/, '/')}${name}`.slice(VECTORS.length))
    .sort();
  return files.map((path) => `${sha256(readFileSync(VECTORS + path))}  ${path}\n`).join('');
}

export const sumsFile = VECTORS + SUMS;

/** The one digest that stands for all of them: of the list above. */
export const digestOfVectors = (): string => sha256(readFileSync(sumsFile));

export const verifierReadme = fileURLToPath(new URL('../../verifier/README.md', import.meta.url));
