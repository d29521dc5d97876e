export { newSignatures, type Signatures } from '../crypto/signature.js';
export type { Subtle } from '../crypto/subtle.js';
export { parseCertificate, parsePem, type Certificate } from '../x509/certificate.js';
export { readConfig } from './config.js';
export { configIn } from './config-block.js';
export {
  distinct,
  type ChannelConfig,
  type Identity,
  type NodeRole,
  type Ordering,
  type Policy,
} from './identity.js';
export { readSignaturePolicy } from './signature-policy.js';
