import type { FollowedProjection } from '../projection/port.js';
import type { Content } from '../payload/index.js';
import type { ReadinessCheck } from '../routes/index.js';
import type { Worker } from '../workers/worker.js';

async function ledgerVerdict(peerHeight: () => Promise<bigint>): Promise<string | undefined> {
  try {
    await peerHeight();
    return undefined;
  } catch {
    return 'the peer cannot be reached';
  }
}

function projectionVerdict(projection: FollowedProjection): string | undefined {
  const { state } = projection.status();
  return state === 'FOLLOWING' ? undefined : `the projection is ${state.toLowerCase()}`;
}

/** Reads and what was exported before go on; nothing is answered or released. */
function rulesVerdict(projection: FollowedProjection): string | undefined {
  const { version, edition } = projection.rules();
  return version === undefined || edition !== undefined
    ? undefined
    : `the chaincode definition in force, version ${version}, names rules that this gateway does not know`;
}

export interface ReadinessParts {
  readonly isDraining: () => boolean;
  readonly peerHeight: () => Promise<bigint>;
  readonly projection: FollowedProjection;
  readonly content: Pick<Content, 'verdict'>;
  readonly workers: readonly Worker[];
}

/** What has to be well before requests are sent here, each worker by its name. */
export const readinessOf = ({
  isDraining,
  peerHeight,
  projection,
  content,
  workers,
}: ReadinessParts): Readonly<Record<string, ReadinessCheck>> => ({
  process: () => Promise.resolve(isDraining() ? 'stopping' : undefined),
  ledger: () => ledgerVerdict(peerHeight),
  projection: () => Promise.resolve(projectionVerdict(projection)),
  store: () => content.verdict(),
  rules: () => Promise.resolve(rulesVerdict(projection)),
  ...Object.fromEntries(workers.map((worker) => [worker.name, async () => worker.health()])),
});
