export { assertWhole, evidenceBytes } from './evidence-bytes.js';
export { isGzip } from './gzip.js';
export { isUses } from './uses-mark.js';
export { IntakeError, type IntakeCode } from './intake-error.js';
export { hasByteOrderMark, typedText } from './text.js';
