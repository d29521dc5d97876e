import type { Host } from '../../feature/host.js';
import { Periodic } from '../../workers/periodic.js';
import type { Worker } from '../../workers/worker.js';
import { sweepOrphans } from './orphans.js';
import type { UseCases } from './port.js';

/** How often the store is swept, and how old a file must be: longer than any registration takes. */
const SWEEP_MS = 60 * 60 * 1000;
const SWEEP_AGE_MS = 24 * 60 * 60 * 1000;

/** Lets go of payloads that no record names; none where the store makes room by itself. */
export function sweeping({ content: { sweep }, projection, log }: Host): readonly Worker[] {
  if (sweep === undefined) return [];
  const look = async (): Promise<void> => {
    const released = await sweepOrphans(sweep, projection, Date.now() - SWEEP_AGE_MS);
    if (released.length > 0) log.info({ released }, 'let go of payloads that no record names');
  };
  const failed = (err: unknown): void =>
    log.warn({ err }, 'could not look for payloads that no record names');
  return [new Periodic({ name: 'sweep', every: SWEEP_MS, look, failed })];
}

/** Acknowledgements run beside the answers that they belong to, and end before the process does. */
export const acknowledging = (useCases: UseCases): Worker => ({
  name: 'acknowledgements',
  start: () => undefined,
  stop: () => useCases.drain(),
  health: () => undefined,
});
