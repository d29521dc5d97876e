export * from './admission.js';
export * from './quota.js';
export * from './subsumption.js';
