export * from './bytes.js';
export * from './file.js';
