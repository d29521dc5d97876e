import type { CheckpointArchive } from '../../src/features/checkpoints/stores/port.js';
import { checkpointTables } from '../../src/features/checkpoints/stores/tables.js';
import type { ConfigurationBlocks } from '../../src/features/channel/stores/port.js';
import { channelTables } from '../../src/features/channel/stores/tables.js';
import type { CustodyStores } from '../../src/features/custody/stores/port.js';
import { custodyTables } from '../../src/features/custody/stores/tables.js';
import type { EvidenceArchive } from '../../src/features/evidence/stores/port.js';
import { evidenceTables } from '../../src/features/evidence/stores/tables.js';
import { features } from '../../src/features/index.js';
import type { DutyJournal } from '../../src/features/obligations/stores/port.js';
import { dutyTables } from '../../src/features/obligations/stores/tables.js';
import { openState, type OpenedState, type StateOptions } from '../../src/state/store.js';

/** The state of an organisation with the stores of all features. */
export interface AllStores extends OpenedState, CustodyStores {
  readonly checkpoints: CheckpointArchive;
  readonly duties: DutyJournal;
  readonly evidence: EvidenceArchive;
  readonly configuration: ConfigurationBlocks;
}

export async function openStores(
  file: string,
  options: Omit<StateOptions, 'owners'> = {},
): Promise<AllStores> {
  const owners = features.flatMap(({ name, tables }) => (tables ? [{ name, steps: tables.steps }] : []));
  const state = await openState(file, { ...options, owners });
  const { database } = state;
  return {
    ...state,
    ...custodyTables.open(database),
    checkpoints: checkpointTables.open(database),
    duties: dutyTables.open(database),
    evidence: evidenceTables.open(database),
    configuration: channelTables.open(database),
  };
}
