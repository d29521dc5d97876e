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

export const NO_FAILPOINTS: Failpoints = { reach: () => undefined };

/** The name of a failpoint that nobody reaches must not pass for a test. */
export class UnknownFailpoint extends Error {
  readonly code = 'UNKNOWN_FAILPOINT';
  constructor(spec: string, names: readonly string[]) {
    super(`${JSON.stringify(spec)} is not <failpoint>[:<n>]; failpoints: ${names.join(', ')}`);
    this.name = 'UnknownFailpoint';
  }
}

type Die = () => void;
const killed: Die = () => void process.kill(process.pid, 'SIGKILL');

/**
 * Failpoints from `TALLYSTICK_FAILPOINT=<name>[:<n>]`: calls `die` (SIGKILL of this process) when the named step is reached for
 * the nth time (default 1). Without the variable, does nothing. Throws UnknownFailpoint.
 */
export const failpointsOf = (spec: string | undefined, die: Die = killed): Failpoints =>
  failpointsAmong(FAILPOINTS, spec, die);

/** The same among other names, for parts that have steps of their own. */
export function failpointsAmong<Name extends string>(
  names: readonly Name[],
  spec: string | undefined,
  die: Die = killed,
): { reach(name: Name): void } {
  if (spec === undefined || spec === '') return { reach: () => undefined };
  const [, name = '', count = '1'] = /^([a-z.-]+)(?::([1-9]\d{0,5}))?$/.exec(spec) ?? [];
  if (!(names as readonly string[]).includes(name)) throw new UnknownFailpoint(spec, names);
  let left = Number(count);
  return {
    reach(reached) {
      if (reached !== name) return;
      left -= 1;
      if (left === 0) die();
    },
  };
}
