export { readUses, type FiledUses } from './reading.js';
export { verifyUses, type UsesVerdict } from './verify-uses.js';
