export { EnrolledIdentityError, type EnrolledIdentityErrorCode } from './errors.js';
export { keyDigestOf, newEnrolledIdentity, type CertifiedKey, type EnrolledIdentity } from './enrolled.js';
export { curveOrder, isLowS, signMessage } from './signature.js';
export { readIdentities } from './user-directories.js';
