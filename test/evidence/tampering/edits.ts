import { decode, encode, type EvidenceFile } from '@tallystick/chaincode/model';
import { applyPatch, type Operation } from 'rfc6902';
import type { StepCode } from '../../../verifier/src/checklist.js';
import type { Outcome } from '../../../verifier/src/verdict.js';
import { VECTORS, vector } from '../vectors.js';
import { readFileSync } from 'node:fs';
import type { Case } from '../acts.js';

/** A vector that is a valid one, edited. */
export interface Tampered {
  readonly name: string;
  /** A name in `valid`. */
  readonly base: string;
  /** JSON Patch (RFC 6902) on the plain form of the base. */
  readonly patch: readonly Operation[];
  readonly outcome: Outcome;
  /** A step that does not pass, and why. */
  readonly code: StepCode;
  readonly reason: string;
}

/** Where these vectors stand. */
export const tamperedFile = `${VECTORS}tampered.json`;

export const tamperedVectors = (): readonly Tampered[] =>
  (JSON.parse(readFileSync(tamperedFile, 'utf8')) as { readonly cases: readonly Tampered[] }).cases;

/** Whether a list is one of byte pieces: each begins with one of the three marks. */
const isPieces = (value: readonly unknown[]): value is string[] =>
  value.length > 0 && value.every((each) => typeof each === 'string' && /^[='#]/.test(each));

/** Pieces that name entries of `shared` give way to those entries, everywhere. */
function unshared(value: unknown, shared: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return isPieces(value)
      ? value.map((piece) => (piece.startsWith('#') ? shared[Number(piece.slice(1))] : piece))
      : value.map((each) => unshared(each, shared));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, unshared(each, shared)]));
}

/** The plain form of a file: nothing shared, and nobody who signed for handing it over. It verifies as the file itself does. */
export function plain(text: string): EvidenceFile {
  const file = decode(text) as unknown as EvidenceFile;
  return { ...(unshared(file, file.shared) as EvidenceFile), shared: [], custody: [] };
}

/** The file that a vector stands for. @throws Error when an operation does not apply */
export function tamperedCase({ base, patch }: Pick<Tampered, 'base' | 'patch'>): Case {
  const { text, trust } = vector('valid', base);
  const file = structuredClone(plain(text));
  const refused = applyPatch(file, [...patch]).find((error) => error !== null);
  if (refused) throw refused;
  return { text: encode(file), trust };
}
