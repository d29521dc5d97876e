import type { Feature } from '../../feature/feature.js';
import { metrics } from './metrics.js';
import { CHECKPOINTS, DIVERGENCES } from './port.js';
import { checkpointProblems } from './problems.js';
import { remarks } from './remarks.js';
import { checkpointRoutes } from './routes/checkpoints.js';
import { divergenceRoutes } from './routes/divergences.js';

/** Checkpoints that witnesses sign, and the watch over everybody’s. */
export const checkpoints: Feature = {
  name: 'checkpoints',
  problems: checkpointProblems,
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
