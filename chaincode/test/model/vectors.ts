import { readFileSync } from 'node:fs';

/** A vector file of the project: JSON that implementations in other languages can read as well. */
export function vectors(name: string): unknown {
  const file = new URL(`../../../test/vectors/model/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}
