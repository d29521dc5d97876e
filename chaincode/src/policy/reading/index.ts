export { inheritanceOf, PARENTS } from './inheritance.js';
export { readPolicy } from './policy.js';
export { writePolicy } from './writing.js';
