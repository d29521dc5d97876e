import { CliError } from './errors.js';
import { hasEnded, signal, type ProcessIdentity } from './process-identity.js';
import { liveRecord, removeRecord, staleRecord, type RunRecord } from './run-record.js';

type Say = (line: string) => void;

const STOPS_WITHIN = 45_000;
const KILLED_WITHIN = 5_000;

async function end(identity: ProcessIdentity, name: string, withinMs: number, say: Say): Promise<void> {
  if (await hasEnded(identity, withinMs)) return;
  say(`${name} (pid ${identity.pid}) does not stop and is killed`);
  await signal(identity, 'SIGKILL');
  if (await hasEnded(identity, KILLED_WITHIN)) return;
  throw new CliError('NOT_STARTED', `${name} (pid ${identity.pid}) cannot be killed`);
}

/** Waits for every process; they end with their parent, and what does not is killed. */
async function endAll({ nodes }: RunRecord, say: Say): Promise<void> {
  await Promise.all(nodes.map((node) => end(node, node.name, KILLED_WITHIN, say)));
}

/**
 * Stops the network of a data directory and returns when none of its processes is left. Nothing happens when none runs.
 * Only processes that are still the ones that were recorded are ever sent a signal.
 */
export async function down(dataDir: string, say: Say): Promise<void> {
  const record = await liveRecord(dataDir);
  if (record === undefined) {
    const stale = await staleRecord(dataDir);
    if (stale !== undefined) await endAll(stale, say);
    await removeRecord(dataDir);
    say('Nothing runs');
    return;
  }
  await signal(record, 'SIGTERM');
  await end(record, 'tallystick-network run', STOPS_WITHIN, say);
  await endAll(record, say);
  await removeRecord(dataDir);
  say('Stopped');
}
