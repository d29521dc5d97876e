export * from './hash.js';
export * from './list.js';
export * from './log.js';
export * from './map/index.js';
