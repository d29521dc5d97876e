export * from './analysis/index.js';
export * from './duties/index.js';
export * from './evaluation/index.js';
export * from './explanation/index.js';
export * from './problem.js';
export * from './reading/index.js';
export type * from './report.js';
export * from './vocabulary/index.js';
