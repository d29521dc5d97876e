export { headerCid, parseCid } from './cid.js';
export { newBlockStore, type BlockStoreOptions } from './block-store.js';
export { newKuboStore, type KuboStore, type KuboStoreOptions } from './kubo-store.js';
export { type KuboPins } from './kubo-pins.js';
export { openContent, type Content, type ContentSettings } from './content.js';
export { keyCommitment, newFileKey } from './file-key.js';
export { rewrap, unwrapFileKey, wrapFileKey } from './key-wrap.js';
export { openPayload } from './open.js';
export { newPayloads } from './payloads.js';
export { newRecipient, recipientOf } from './recipient.js';
export { newRemoteBlocks, type RemoteMember } from './remote-blocks.js';
export { sealPayload } from './seal.js';
export {
  CID_PROFILE,
  PAYLOAD_SUITE,
  PayloadError,
  type BlockSource,
  type ContentStore,
  type Opened,
  type OpenRequest,
  type Payloads,
  type PayloadErrorCode,
  type RecipientKeys,
  type SealedPayload,
  type Stored,
} from './port.js';
