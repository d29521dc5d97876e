export * from './entry.js';
export * from './nodes.js';
export * from './proof.js';
export * from './proven.js';
export * from './update.js';
