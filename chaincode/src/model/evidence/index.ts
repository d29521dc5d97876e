export * from './bytes.js';
export * from './file.js';
export * from './statement.js';
export * from './parts.js';
export * from './uses.js';
