import type { Feature, Remark } from '../feature/feature.js';
import type { Route } from '../http/route.js';
import { blockRoutes } from './blocks.js';
import { healthRoutes } from './health.js';
import { keyRoutes } from './keys.js';
import { metricsRoutes } from './metrics.js';
import { operationRoutes } from './operations.js';
import type { Ports } from './ports.js';

export type { EnrolledFacts, Ports, ReadinessCheck } from './ports.js';
export { operationAnswer } from './operation-answer.js';

/** Every route of a gateway with these features. */
export const allRoutes = (ports: Ports, features: readonly Feature[]): Route[] => [
  ...features.flatMap((feature) => feature.routes?.(ports) ?? []),
  ...blockRoutes(ports),
  ...operationRoutes(ports),
  ...keyRoutes(ports),
  ...healthRoutes(ports, remarksOf(features)),
  ...metricsRoutes(
    ports,
    features.flatMap(({ metrics }) => metrics ?? []),
  ),
];

const remarksOf = (features: readonly Feature[]): Readonly<Record<string, Remark>> =>
  Object.assign({}, ...features.map(({ remarks }) => remarks)) as Record<string, Remark>;
