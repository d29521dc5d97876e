import { readFileSync } from 'node:fs';

/** Cases of a file of vectors of the policy analysis. */
export function casesOf(name: string): unknown {
  const file = new URL(`../../../test/vectors/policy/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: unknown }).cases;
}
