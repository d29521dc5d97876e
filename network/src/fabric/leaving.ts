import type { common } from '@hyperledger/fabric-protos';
import { copyOf } from './config-elements.js';
import type { UpdateFile } from './config-envelope.js';
import { applicationOf, proposeUpdate } from './joining.js';
import { MembershipError } from './membership-errors.js';

/**
 * The configuration without the peers and clients of an organisation. Orderers that it runs stay: they are a matter of the
 * ordering service, whose members decide on them.
 * @throws MembershipError NOT_A_MEMBER, LAST_ORGANISATION
 */
function withoutOrganisation(config: common.Config, mspId: string): common.Config {
  const wanted = copyOf(config);
  const members = applicationOf(wanted).getGroupsMap();
  if (!members.has(mspId)) throw new MembershipError('NOT_A_MEMBER', `${mspId} is not on the channel`);
  if (members.getLength() === 1) {
    throw new MembershipError('LAST_ORGANISATION', `${mspId} is the only organisation on the channel`);
  }
  members.del(mspId);
  return wanted;
}

/** The update by which an organisation leaves. @throws MembershipError NOT_A_MEMBER, LAST_ORGANISATION */
export const proposeLeaving = (channel: string, current: common.Config, mspId: string): UpdateFile =>
  proposeUpdate(channel, current, withoutOrganisation(current, mspId));
