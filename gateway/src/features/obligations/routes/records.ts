import { keys, obligationType } from '@tallystick/chaincode/model';
import type { Route } from '../../../http/route.js';
import type { Ports } from '../../../routes/ports.js';
import { byId, recordRoutes, type DerivedFilter } from '../../../routes/record.js';

/** No job writes that a duty is overdue: whoever reads sees it, and anyone can escalate it. */
const overdue = ({ now }: Ports): DerivedFilter => ({
  description: 'Only what is DUE and whose time has passed, by the clock of this gateway.',
  question: () => ({ where: { state: 'DUE' }, before: { due: now() } }),
});

/** Duties that have to be done, were done, or were found not done. */
export const obligationRoutes = (ports: Ports): Route[] =>
  recordRoutes(ports.projection, {
    path: '/obligations',
    tag: 'obligations',
    type: obligationType,
    ...byId('obligation', keys.obligation),
    filters: ['state', 'grant', 'usage', 'duty', 'action', 'debtor', 'attester'],
    derived: { overdue: overdue(ports) },
  });
