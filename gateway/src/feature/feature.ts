import type { ProblemType } from '../http/problem-kind.js';
import type { Route } from '../http/route.js';
import type { Ports } from '../routes/ports.js';
import type { Tables } from '../state/tables.js';
import type { Worker } from '../workers/worker.js';
import type { Configuration } from './configuration.js';
import type { Gauge } from './gauge.js';
import type { Host } from './host.js';

/** What `/readyz` says of a feature in words. It is no reason to send requests elsewhere. */
export interface Remark {
  readonly description: string;
  words(ports: Ports): Promise<string>;
}

/** What a feature is configured by, and what it keeps. */
interface Own<Settings, Stores> {
  readonly settings: Settings;
  readonly stores: Stores;
}

/** Everything that a gateway has to know of one thing that it does. The rest of the gateway names no feature. */
export interface Feature<Settings = unknown, Stores = unknown> {
  /** Unique in a gateway. */
  readonly name: string;
  readonly configuration?: Configuration<Settings>;
  /** What it keeps in the organisation's state. */
  readonly tables?: Tables<Stores>;
  /** Problems that it answers beside those of every feature; codes are unique in a gateway. */
  readonly problems?: Readonly<Record<string, ProblemType>>;
  /** Steps at which its process may have to die in fault tests; unique in a gateway. */
  readonly failpoints?: readonly string[];
  /** Puts it together and shows its faces. Returns what works beside requests, in the order of starting. */
  start?(host: Host, own: Own<Settings, Stores>): readonly Worker[] | Promise<readonly Worker[]>;
  /** What it serves. */
  readonly routes?: (ports: Ports) => readonly Route[];
  /** Figures about it, in the order in which they are listed. */
  readonly metrics?: (ports: Ports) => Promise<readonly Gauge[]>;
  /** By the member of `/readyz` that they stand in. */
  readonly remarks?: Readonly<Record<string, Remark>>;
}
