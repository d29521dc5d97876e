import { keys } from '@tallystick/chaincode/model';
import type { Feature } from '../../feature/feature.js';
import type { Host } from '../../feature/host.js';
import { WITNESS_FAILPOINTS } from './failpoint.js';
import { metrics } from './metrics.js';
import { CHECKPOINTS, DIVERGENCES } from './port.js';
import { checkpointProblems } from './problems.js';
import { remarks } from './remarks.js';
import { checkpointRoutes } from './routes/checkpoints.js';
import { divergenceRoutes } from './routes/divergences.js';
import { softwareDigest } from './software.js';
import type { CheckpointArchive } from './stores/port.js';
import { checkpointTables } from './stores/tables.js';
import { newWatch } from './watch.js';

/** Points of the keys that the space names as witnesses: they count without the role. */
const pinnedIn =
  ({ projection }: Host) =>
  async (): Promise<ReadonlySet<string>> => {
    const space = (await projection.record(keys.space()))?.value;
    return new Set((space?.restoration?.witnesses ?? []).map(({ key }) => key));
  };

/** Signs a checkpoint for each block, compares with other members, and says aloud what does not fit. */
export const checkpoints: Feature<unknown, CheckpointArchive> = {
  name: 'checkpoints',
  tables: checkpointTables,
  problems: checkpointProblems,
  failpoints: WITNESS_FAILPOINTS,
  start(host, { stores: archive }) {
    const { config, ledger, projection, identities, faces, lag, log, now } = host;
    const watch = newWatch({
      projection,
      ledger,
      operator: config.operatorIdentity,
      archive,
      identity: identities.get(config.witnessIdentity),
      software: softwareDigest(host.rules.newest),
      members: config.members,
      register: {
        source: host.openBlocks(),
        channel: config.channel,
        roleOf: (creator) => host.rules.factsOf(creator).role,
        pinned: pinnedIn(host),
      },
      lag,
      failpoints: host.failpoints(WITNESS_FAILPOINTS),
      log,
      now,
    });
    faces.show(CHECKPOINTS, watch.checkpoints).show(DIVERGENCES, watch.divergences);
    return watch.workers;
  },
  routes(ports) {
    const signed = ports.faces.of(CHECKPOINTS);
    const divergences = ports.faces.of(DIVERGENCES);
    return [
      ...checkpointRoutes({ ...ports, checkpoints: signed }),
      ...divergenceRoutes({ checkpoints: signed, divergences }),
    ];
  },
  metrics,
  remarks,
};
