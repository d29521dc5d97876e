export { verifyUses, type UsesVerdict } from './verify-uses.js';
