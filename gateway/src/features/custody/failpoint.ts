import { failpointsAmong, type Die } from '../../failpoints.js';

/**
 * Every place in the life of a use where a process may die between two durable steps. The fault suite kills at each of
 * them; a step added to custody gets a name here, or nobody will ever have tried to die there.
 */
export const FAILPOINTS = [
  'register.sealed',
  'register.header-kept',
  'register.submitted',
  'request.key-kept',
  'request.submitted',
  'custody.seen',
  'custody.prepared',
  'custody.journaled',
  'custody.sent',
  'custody.committed',
  'custody.before-release',
  'custody.released',
  'custody.recorded',
  'custody.delivered',
  'open.first-byte',
  'open.verified',
  'acknowledge.submitted',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

/** Told of each step. Does nothing in production; may never return in a fault test. */
export interface Failpoints {
  reach(name: Failpoint): Promise<void> | void;
}

/** Failpoints of custody from `TALLYSTICK_FAILPOINT` (see `failpointsAmong`). Throws UnknownFailpoint. */
export const failpointsOf = (spec: string | undefined, die?: Die): Failpoints =>
  failpointsAmong(FAILPOINTS, spec, die);
