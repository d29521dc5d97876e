import type { Subtle } from '../src/crypto/subtle.js';
import type { Trust } from '../src/trust/trust.js';
import type { Verdict } from '../src/verdict.js';

/** What the commands need of the world; tests bring their own. */
export interface Environment {
  readonly verify: (
    inputs: {
      readonly evidence: Uint8Array;
      readonly trust: Trust;
      readonly payload?: AsyncIterable<Uint8Array>;
    },
    subtle: Subtle,
  ) => Promise<Verdict>;
  readonly subtle: Subtle;
  /** To standard output. */
  readonly print: (text: string) => void;
  /** To standard error. */
  readonly warn: (text: string) => void;
  /** Whether a person watches standard error. */
  readonly isWatched: boolean;
  /** For people, in the report. */
  readonly now: () => string;
}
