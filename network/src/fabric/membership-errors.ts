import { CodedError } from '../coded-error.js';

export type MembershipErrorCode =
  /** The file is no offer of an organisation, or offers what a channel must not take. Ask for another one. */
  | 'OFFER_INVALID'
  /** The file is no invitation to a channel, or not one for this organisation. Ask a member for another one. */
  | 'INVITATION_INVALID'
  /** The file is no update of a channel's configuration, or holds what cannot be reviewed. Do not sign it. */
  | 'UPDATE_UNREADABLE'
  /** The update is one of another channel. */
  | 'OTHER_CHANNEL'
  /** The channel is already as it is asked to be. */
  | 'NOTHING_CHANGES'
  /** The channel has changed since the update was made; `facts.elements` names what. Propose it again. */
  | 'BASE_OUTDATED'
  /** Fabric would refuse the update whoever signs it; the message says why. */
  | 'UPDATE_INVALID'
  /** What is to be signed is not what was reviewed. Review it again. */
  | 'NOT_REVIEWED'
  /** The policies of the channel ask for more signatures; `facts.policies` names which, `facts.signed` who has signed. */
  | 'SIGNATURES_MISSING'
  /** An organisation of that name, or with that authority, is on the channel. */
  | 'ALREADY_MEMBER'
  /** No organisation of that name is on the channel. */
  | 'NOT_A_MEMBER'
  /** A channel keeps at least one organisation. */
  | 'LAST_ORGANISATION'
  /** The channel runs a chaincode other than the one that is at hand; the message says in what. */
  | 'CHAINCODE_DIFFERS'
  /** The orderers took the update, and yet it is not in force in time: another one was faster, or they do not order. */
  | 'NOT_IN_FORCE';

/** What keeps an organisation from joining or leaving a channel. */
export class MembershipError extends CodedError<MembershipErrorCode> {
  override readonly name = 'MembershipError';
}
