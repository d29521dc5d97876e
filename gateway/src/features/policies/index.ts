import type { Feature } from '../../feature/feature.js';
import { newPolicies } from './policies.js';
import { POLICIES } from './port.js';
import { policyProblems } from './problems.js';
import { explanationRoute } from './routes/explanation.js';
import { policyRoutes } from './routes/policies.js';

/** Policies before anybody signs them, and explanations afterwards. */
export const policies: Feature = {
  name: 'policies',
  problems: policyProblems,
  start({ projection, faces }) {
    faces.show(POLICIES, newPolicies(projection));
    return [];
  },
  routes(ports) {
    const needs = { ...ports, policies: ports.faces.of(POLICIES) };
    return [...policyRoutes(needs), explanationRoute(needs)];
  },
};
