import { formatTrust } from '../../../verifier/src/trust/file.js';
import { vector } from '../vectors.js';

/** Vectors of which everything is changed: a compact one and a full one. */
export const MUTATED = ['claim-registered', 'claim-registered-full'] as const;

export interface VectorText {
  readonly evidence: string;
  readonly trust: string;
}

/** A valid vector, as it lies there. */
export function vectorText(name: string): VectorText {
  const { text, trust } = vector('valid', name);
  return { evidence: text, trust: formatTrust(trust) };
}
