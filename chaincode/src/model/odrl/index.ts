export { isWritten } from './characters.js';
export * from './constraint.js';
export * from './policy.js';
export * from './value.js';
export * from './world.js';
