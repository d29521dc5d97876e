import type { Feature } from '../../feature/feature.js';
import { EVIDENCE } from './port.js';
import { evidenceProblems } from './problems.js';
import { evidenceRoutes } from './routes/files.js';
import { reportRoutes } from './routes/reports.js';

/** Files that prove what is on the ledger to somebody who trusts nobody here. */
export const evidence: Feature = {
  name: 'evidence',
  problems: evidenceProblems,
  routes(ports) {
    const needs = { ...ports, evidence: ports.faces.of(EVIDENCE) };
    return [...evidenceRoutes(needs), ...reportRoutes(needs)];
  },
};
