export {
  decodeUpdateFile,
  digestOf,
  encodeUpdateFile,
  mergeSignatures,
  type UpdateFile,
} from './config-envelope.js';
export { reviewText, type UpdateReview } from './config-review.js';
export { parseInvitation, type Invitation, type OpenedInvitation } from './invitation.js';
export { joinChannel, makeOffer, type JoinedMember, type JoinOptions } from './joined-member.js';
export { ChannelMember } from './member.js';
export { MembershipError, type MembershipErrorCode } from './membership-errors.js';
export { parseOffer, type OrganisationOffer } from './organisation-offer.js';
