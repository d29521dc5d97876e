import type { ColumnType } from 'kysely';

export interface ChannelSchema {
  /** libSQL hands blobs out as ArrayBuffer. */
  configuration_blocks: { number: number; block: ColumnType<ArrayBuffer, Uint8Array, Uint8Array> };
}
