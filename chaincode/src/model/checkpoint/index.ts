export * from './body.js';
export * from './leaf.js';
export * from './state.js';
