import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readTrust } from '../../verifier/src/trust/file.js';
import type { Case } from './acts.js';
import type { Expected } from './judging.js';

export const VECTORS = fileURLToPath(new URL('../vectors/evidence/', import.meta.url));

export type Folder = 'valid' | 'invalid';

/** What is expected of a vector; of an invalid one also the step that it is about, and why that does not pass. */
export interface VectorExpected extends Expected {
  readonly code?: string;
  readonly reason?: string;
}

export const namesIn = (folder: Folder): string[] =>
  readdirSync(`${VECTORS}${folder}`)
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.expected.json'.length));

/** A vector as it lies there. */
export function vector(folder: Folder, name: string): Case {
  const path = `${VECTORS}${folder}/${name}`;
  const isPacked = existsSync(`${path}.json.gz`);
  const bytes = isPacked ? gunzipSync(readFileSync(`${path}.json.gz`)) : readFileSync(`${path}.json`);
  const payload = existsSync(`${path}.payload`) ? readFileSync(`${path}.payload`) : undefined;
  return {
    text: bytes.toString('utf8'),
    trust: readTrust(readFileSync(`${path}.trust.json`)),
    ...(payload && { payload }),
  };
}

export const expectedIn = (folder: Folder, name: string): VectorExpected =>
  JSON.parse(readFileSync(`${VECTORS}${folder}/${name}.expected.json`, 'utf8')) as VectorExpected;
