/** The name of a failpoint that nobody reaches must not pass for a test. */
export class UnknownFailpoint extends Error {
  readonly code = 'UNKNOWN_FAILPOINT';
  constructor(spec: string, names: readonly string[]) {
    super(`${JSON.stringify(spec)} is not <failpoint>[:<n>]; failpoints: ${names.join(', ')}`);
    this.name = 'UnknownFailpoint';
  }
}

export type Die = () => void;
const killed: Die = () => void process.kill(process.pid, 'SIGKILL');
const form = /^([a-z.-]+)(?::([1-9]\d{0,5}))?$/;

/**
 * Failpoints from `TALLYSTICK_FAILPOINT=<name>[:<n>]`: calls `die` (SIGKILL of this process) when the named step is reached for
 * the nth time (default 1). Without the variable, does nothing. Throws UnknownFailpoint.
 */
export function failpointsAmong<Name extends string>(
  names: readonly Name[],
  spec: string | undefined,
  die: Die = killed,
): { reach(name: Name): void } {
  if (spec === undefined || spec === '') return { reach: () => undefined };
  const [, name = '', count = '1'] = form.exec(spec) ?? [];
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
