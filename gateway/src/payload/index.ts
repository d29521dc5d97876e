export { headerCid, parseCid } from './cid.js';
export { newBlockStore } from './block-store.js';
export { newKuboStore, type KuboStore } from './kubo-store.js';
export { openContent, type Content, type ContentSettings } from './content.js';
export { keyCommitment, newFileKey } from './file-key.js';
export { rewrap, unwrapFileKey, wrapFileKey } from './key-wrap.js';
export { openPayload } from './open.js';
export { newPayloads } from './payloads.js';
export { newRecipient, recipientOf } from './recipient.js';
export { newRemoteBlocks } from './remote-blocks.js';
export { sealPayload } from './seal.js';
export {
  CID_PROFILE,
  PayloadError,
  type BlockSource,
  type ContentStore,
  type OpenRequest,
  type PayloadErrorCode,
  type SealedPayload,
} from './port.js';
