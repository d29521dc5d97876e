import { readFileSync } from 'node:fs';

/** A file of vectors of policies. */
export const vectorsOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../test/vectors/policy/${name}.json`, import.meta.url), 'utf8'));

/** Cases of a file of vectors of the policy analysis. */
export const casesOf = (name: string): unknown => (vectorsOf(name) as { cases: unknown }).cases;
