export { inheritanceOf, PARENTS } from './inheritance.js';
export { readPolicy, type Reading } from './policy.js';
export { writePolicy } from './writing.js';
