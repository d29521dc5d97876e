import { statements, tablesOf, type Tables } from '../../../state/tables.js';
import { newConfigurationBlocks } from './blocks.js';
import type { ConfigurationBlocks } from './port.js';
import type { ChannelSchema } from './schema.js';

/** Blocks that nobody may be left to give again. */
export const channelTables: Tables<ConfigurationBlocks> = {
  steps: [statements(`CREATE TABLE configuration_blocks (number INTEGER PRIMARY KEY, block BLOB NOT NULL)`)],
  open: (database) => newConfigurationBlocks(tablesOf<ChannelSchema>(database)),
};
