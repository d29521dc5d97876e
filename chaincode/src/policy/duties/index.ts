export { isDeferrableKind } from './kind.js';
export { dutyPlaces, type PlacedDuty } from './place.js';
export type { Enforcement, PlannedDuty } from './plan.js';
export { dutiesOf } from './planning.js';
export { isTiming, POLICY_USAGE } from './timing.js';
