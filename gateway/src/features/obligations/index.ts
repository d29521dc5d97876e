import type { Feature } from '../../feature/feature.js';
import { USE_CASES } from '../custody/port.js';
import { obligationConfiguration, type ObligationSettings } from './configuration.js';
import { newObligations } from './obligations.js';
import { newOutbox } from './outbox.js';
import { OBLIGATIONS } from './port.js';
import { obligationProblems } from './problems.js';
import { noticeRoutes } from './routes/notices.js';
import { obligationRoutes } from './routes/records.js';
import type { DutyJournal } from './stores/port.js';
import { dutyTables } from './stores/tables.js';

const PAUSE_MS = 1000;

/** Duties that gateways carry out by themselves: deletions, notices, and that notices arrived. */
export const obligations: Feature<ObligationSettings, DutyJournal> = {
  name: 'obligations',
  configuration: obligationConfiguration,
  tables: dutyTables,
  problems: obligationProblems,
  start({ component: signer, faces, ...host }, { settings, stores: duties }) {
    const { config, ledger, projection, participant, log, now } = host;
    const { obligations: served, worker } = newObligations({
      ledger,
      projection,
      duties,
      useCases: faces.of(USE_CASES),
      signer,
      participant,
      send: newOutbox(config.members),
      isWatching: settings.carriesOutDuties,
      log,
      now,
      pause: PAUSE_MS,
    });
    faces.show(OBLIGATIONS, served);
    return [worker];
  },
  routes: (ports) => [
    ...obligationRoutes(ports),
    ...noticeRoutes({ obligations: ports.faces.of(OBLIGATIONS) }),
  ],
};
