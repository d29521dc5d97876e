import type { Route } from '../http/route.js';
import { attestationRoutes } from './attestations.js';
import { blockRoutes } from './blocks.js';
import { checkpointRoutes } from './checkpoints.js';
import { claimRoutes } from './claims.js';
import { componentRoutes } from './components.js';
import { compromiseRoutes } from './compromises.js';
import { consentRoutes } from './consents.js';
import { datasetRoutes } from './datasets.js';
import { disputeRoutes } from './disputes.js';
import { divergenceRoutes } from './divergences.js';
import { eventRoutes } from './events.js';
import { evidenceRoutes } from './evidence.js';
import { grantRoutes } from './grants.js';
import { healthRoutes } from './health.js';
import { holdRoutes } from './holds.js';
import { keyRoutes } from './keys.js';
import { metricsRoutes } from './metrics.js';
import { noticeRoutes } from './notices.js';
import { obligationRoutes } from './obligations.js';
import { operationRoutes } from './operations.js';
import { organisationRoutes } from './organisation.js';
import { participantRoutes } from './participants.js';
import { policyRoutes } from './policies.js';
import type { Ports } from './ports.js';
import { recordsRoutes } from './records.js';
import { reportRoutes } from './reports.js';
import { spaceRoutes } from './space.js';
import { transformationRoutes } from './transformations.js';
import { usageRoutes } from './usages.js';
import { valuationRoutes } from './valuations.js';

export type { EnrolledFacts, Ports, ReadinessCheck } from './ports.js';
export { operationAnswer } from './operation-answer.js';

const resources = [
  spaceRoutes,
  participantRoutes,
  componentRoutes,
  datasetRoutes,
  claimRoutes,
  grantRoutes,
  usageRoutes,
  attestationRoutes,
  consentRoutes,
  eventRoutes,
  transformationRoutes,
  obligationRoutes,
  noticeRoutes,
  policyRoutes,
  valuationRoutes,
  holdRoutes,
  disputeRoutes,
  compromiseRoutes,
  recordsRoutes,
  evidenceRoutes,
  reportRoutes,
  blockRoutes,
  checkpointRoutes,
  divergenceRoutes,
  operationRoutes,
  organisationRoutes,
  keyRoutes,
  healthRoutes,
  metricsRoutes,
];

/** Every route of a gateway. */
export const allRoutes = (ports: Ports): Route[] => resources.flatMap((routesOf) => routesOf(ports));
