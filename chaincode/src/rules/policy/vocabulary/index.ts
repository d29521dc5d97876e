export * from './actions.js';
export * from './containment.js';
export * from './names.js';
export * from './operands.js';
