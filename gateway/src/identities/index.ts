export { EnrolledIdentityError } from './errors.js';
export { keyDigestOf, newEnrolledIdentity, type EnrolledIdentity } from './enrolled.js';
export { curveOrder, isLowS, signMessage } from './signature.js';
export { readIdentities } from './user-directories.js';
