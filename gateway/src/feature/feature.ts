import type { ProblemType } from '../http/problem-kind.js';
import type { Route } from '../http/route.js';
import type { Ports } from '../routes/ports.js';

/** Everything that a gateway has to know of one thing that it does. The rest of the gateway names no feature. */
export interface Feature {
  /** Unique in a gateway. */
  readonly name: string;
  /** Problems that it answers beside those of every feature; codes are unique in a gateway. */
  readonly problems?: Readonly<Record<string, ProblemType>>;
  /** What it serves. */
  routes?(ports: Ports): readonly Route[];
}
