import type { Feature } from '../../feature/feature.js';
import { OBLIGATIONS } from './port.js';
import { obligationProblems } from './problems.js';
import { noticeRoutes } from './routes/notices.js';
import { obligationRoutes } from './routes/records.js';

/** Duties that gateways carry out by themselves. */
export const obligations: Feature = {
  name: 'obligations',
  problems: obligationProblems,
  routes: (ports) => [
    ...obligationRoutes(ports),
    ...noticeRoutes({ obligations: ports.faces.of(OBLIGATIONS) }),
  ],
};
