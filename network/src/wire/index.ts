/**
 * Fabric's messages, read in one way by gateway and embedded node: bounded, and refused where Fabric refuses them. It knows nothing of
 * either. (The verifier reads them by itself, so that nobody has to trust whoever made the evidence.)
 */
export {
  openActions,
  openChaincodeAction,
  openEndorsedAction,
  openResponse,
  type Action,
  type ChaincodeAction,
  type EndorsedAction,
  type Endorsement,
  type ProposalResponse,
} from './action.js';
export {
  dataHash,
  decodeBlock,
  encodeBlock,
  headerBytes,
  headerHash,
  lastConfigIn,
  partsOf,
  type BlockHeader,
  type BlockMetadata,
  type DecodedBlock,
} from './block.js';
export { configOf, mspIn } from './configuration.js';
export { decode, MalformedMessage, type MessageType } from './decode.js';
export {
  openChannelHeader,
  openEnvelope,
  openPayload,
  openSignatureHeader,
  type ChannelHeader,
  type Envelope,
  type EnvelopePayload,
  type SignatureHeader,
} from './envelope.js';
export { openIdentity, serializedIdentity, type NamedIdentity } from './identity.js';
export { compareUtf8, sortedEntries } from './order.js';
export {
  chaincodeIn,
  MalformedProposal,
  openProposal,
  proposalHash,
  transactionId,
  type Proposal,
} from './proposal.js';
export {
  decodeReadWriteSet,
  encodeReadWriteSet,
  sameVersion,
  type CollectionWrites,
  type NamespaceAccess,
  type NamespaceSet,
  type Read,
  type Version,
  type Write,
} from './rwset.js';
export { strictly } from './services.js';
