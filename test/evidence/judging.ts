import { webcrypto } from 'node:crypto';
import type { Step } from '../../verifier/src/checklist.js';
import type { Verdict } from '../../verifier/src/verdict.js';
import { verify } from '../../verifier/src/verify.js';
import type { Case } from './stories.js';

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** What the verifier says of a case. */
export const judge = ({ text, trust, payload }: Case, subtle = webcrypto.subtle): Promise<Verdict> =>
  verify(
    { evidence: new TextEncoder().encode(text), trust, ...(payload && { payload: whole(payload) }) },
    subtle,
  );

/** What a vector expects of a verdict: language-neutral, and without texts meant for people. */
export interface Expected {
  readonly outcome: string;
  /** Steps by code: how many ended in which way. */
  readonly steps: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Steps that failed, in order and without repetition. */
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly code: string;
  readonly reason: string;
}

function failuresOf(steps: readonly Step[]): Failure[] {
  const failed = steps.filter(({ result }) => result === 'fail');
  const seen = new Map(failed.map(({ code, reason = '' }) => [`${code} ${reason}`, { code, reason }]));
  return [...seen.values()];
}

export function expectedOf({ outcome, steps }: Verdict): Expected {
  const counted: Record<string, Record<string, number>> = {};
  for (const { code, result } of steps) {
    const results = (counted[code] ??= {});
    results[result] = (results[result] ?? 0) + 1;
  }
  return { outcome, steps: counted, failures: failuresOf(steps) };
}
