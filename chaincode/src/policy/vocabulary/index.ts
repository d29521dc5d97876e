export * from './actions.js';
export * from './containment.js';
export * from './equivalents.js';
export * from './names.js';
export * from './operands.js';
export * from './places.js';
export * from './rights.js';
export * from './spelling.js';
