import type { ProblemType } from '../http/problem-kind.js';
import type { Route } from '../http/route.js';
import type { Ports } from '../routes/ports.js';
import type { Gauge } from './gauge.js';

/** What `/readyz` says of a feature in words. It is no reason to send requests elsewhere. */
export interface Remark {
  readonly description: string;
  words(ports: Ports): Promise<string>;
}

/** Everything that a gateway has to know of one thing that it does. The rest of the gateway names no feature. */
export interface Feature {
  /** Unique in a gateway. */
  readonly name: string;
  /** Problems that it answers beside those of every feature; codes are unique in a gateway. */
  readonly problems?: Readonly<Record<string, ProblemType>>;
  /** What it serves. */
  readonly routes?: (ports: Ports) => readonly Route[];
  /** Figures about it, in the order in which they are listed. */
  readonly metrics?: (ports: Ports) => Promise<readonly Gauge[]>;
  /** By the member of `/readyz` that they stand in. */
  readonly remarks?: Readonly<Record<string, Remark>>;
}
