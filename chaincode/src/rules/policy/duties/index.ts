export * from './kind.js';
export * from './parties.js';
export * from './place.js';
export * from './plan.js';
export * from './planning.js';
export * from './timing.js';
