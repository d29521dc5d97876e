import { readFileSync } from 'node:fs';

const VALID = new URL('../../vectors/evidence/valid/', import.meta.url);

/** Vectors of which everything is changed: a compact one and a full one. */
export const MUTATED = ['claim-registered', 'claim-registered-full'] as const;

export interface VectorText {
  readonly evidence: string;
  readonly trust: string;
}

/** A valid vector, as it lies there. */
export const vectorText = (name: string): VectorText => ({
  evidence: readFileSync(new URL(`${name}.json`, VALID), 'utf8'),
  trust: readFileSync(new URL(`${name}.trust.json`, VALID), 'utf8'),
});
