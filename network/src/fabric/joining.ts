import { X509Certificate } from 'node:crypto';
import type { common, msp } from '@hyperledger/fabric-protos';
import { copyOf, rootOf } from './config-elements.js';
import { newUpdateFile, type UpdateFile } from './config-envelope.js';
import { computeUpdate } from './config-update.js';
import { MembershipError } from './membership-errors.js';
import { organisationGroup, type OrganisationOffer } from './organisation-offer.js';
import { mspIn } from '../wire/index.js';

/** The group of those who run peers. @throws MembershipError UPDATE_INVALID */
export function applicationOf(config: common.Config): common.ConfigGroup {
  const group = rootOf(config).getGroupsMap().get('Application');
  if (group === undefined)
    throw new MembershipError('UPDATE_INVALID', 'the channel has no application group');
  return group;
}

/** Every organisation's MSP in a configuration, those of orderers included; each once. */
export function mspsOf(config: common.Config): Map<string, msp.FabricMSPConfig> {
  const found = new Map<string, msp.FabricMSPConfig>();
  rootOf(config)
    .getGroupsMap()
    .forEach((section) =>
      section.getGroupsMap().forEach((organisation) => {
        const known = mspIn(organisation);
        if (known !== undefined) found.set(known.getName(), known);
      }),
    );
  return found;
}

const keyOf = (pem: string | Uint8Array): string =>
  new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }).toString('hex');

/** Certificates of one authority under two names: each would vouch for the members of the other. */
function refuseSharedAuthority(config: common.Config, offer: OrganisationOffer): void {
  const offered = new Set([...offer.rootCertificates, ...offer.intermediateCertificates].map(keyOf));
  for (const [mspId, known] of mspsOf(config)) {
    const authorities = [...known.getRootCertsList_asU8(), ...known.getIntermediateCertsList_asU8()];
    if (!authorities.map(keyOf).some((key) => offered.has(key))) continue;
    throw new MembershipError(
      'ALREADY_MEMBER',
      `${offer.mspId} offers an authority of ${mspId}, which is on the channel`,
    );
  }
}

/**
 * The configuration with one more organisation.
 * @throws MembershipError ALREADY_MEMBER when its name or its authority is on the channel
 */
function withOrganisation(config: common.Config, offer: OrganisationOffer): common.Config {
  if (mspsOf(config).has(offer.mspId)) {
    throw new MembershipError('ALREADY_MEMBER', `${offer.mspId} is on the channel`);
  }
  refuseSharedAuthority(config, offer);
  const wanted = copyOf(config);
  applicationOf(wanted).getGroupsMap().set(offer.mspId, organisationGroup(offer));
  return wanted;
}

/** The update from one configuration to another, to be passed round. @throws MembershipError NOTHING_CHANGES */
export function proposeUpdate(channel: string, current: common.Config, wanted: common.Config): UpdateFile {
  const update = computeUpdate(channel, current, wanted);
  if (update === undefined)
    throw new MembershipError('NOTHING_CHANGES', `${channel} is as it is asked to be`);
  return newUpdateFile(update);
}

/** The update by which an organisation joins. @throws MembershipError ALREADY_MEMBER */
export const proposeJoining = (
  channel: string,
  current: common.Config,
  offer: OrganisationOffer,
): UpdateFile => proposeUpdate(channel, current, withOrganisation(current, offer));
