import type { Feature } from '../../feature/feature.js';
import { ConfigChain } from './config-chain.js';
import { followMemberships } from './memberships.js';
import { CHANNEL } from './port.js';
import type { ConfigurationBlocks } from './stores/port.js';
import { channelTables } from './stores/tables.js';

/** The channel's configuration: who is a member, and whose certificates are whose. */
export const channel: Feature<unknown, ConfigurationBlocks> = {
  name: 'channel',
  tables: channelTables,
  start({ openBlocks, projection, faces }, { stores }) {
    const configuration = new ConfigChain(openBlocks(), stores);
    faces.show(CHANNEL, { configuration, memberships: followMemberships(configuration, projection) });
    return [];
  },
};
