import { Thread, ThreadError } from '../../threads/thread.js';
import { PolicyError } from './port.js';
import type { Done, Task, TaskName, Tasks } from './tasks.js';

/** Does one of the tasks elsewhere. Throws PolicyError. */
export type Study = <Name extends TaskName>(
  name: Name,
  ...args: Parameters<Tasks[Name]>
) => Promise<ReturnType<Tasks[Name]>>;

/** As compiled, or as it stands where sources are run. */
const MODULE = new URL(
  import.meta.url.endsWith('.ts') ? './thread-main.ts' : './thread-main.js',
  import.meta.url,
);

/** Milliseconds: the largest document that is taken is read and rendered in a fraction of it. */
const WITHIN = 10_000;
const WAITING = 20;

/**
 * A study of its own thread.
 * @param waiting how many may wait: few where anybody may ask, as many as requests arrive at once where it is our own people
 */
export function newStudy({ within = WITHIN, waiting = WAITING } = {}): Study {
  const thread = new Thread<Task, Done>({ module: MODULE, within, waiting });
  return async <Name extends TaskName>(name: Name, ...args: Parameters<Tasks[Name]>) => {
    const done = await thread.run({ name, args }).catch(asPolicyError);
    if ('refused' in done)
      throw new PolicyError(done.refused.code, done.refused.message, done.refused.details);
    return done.result as ReturnType<Tasks[Name]>;
  };
}

function asPolicyError(error: unknown): never {
  if (!(error instanceof ThreadError)) throw error;
  if (error.code === 'TOO_LONG')
    throw new PolicyError('POLICY_TIMEOUT', 'Judging it takes longer than is allowed here');
  if (error.code === 'BUSY') throw new PolicyError('POLICIES_BUSY', 'Too many policies wait to be judged');
  throw error;
}
