export { EnrolledIdentityError, type EnrolledIdentityErrorCode } from './errors.js';
export { keyDigestOf, newEnrolledIdentity, readIdentities, type EnrolledIdentity } from './enrolled.js';
export { curveOrder, isLowS, signMessage } from './signature.js';
