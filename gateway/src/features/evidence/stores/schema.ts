import type { ColumnType } from 'kysely';

/** libSQL hands blobs out as ArrayBuffer. */
type Blob = ColumnType<ArrayBuffer, Uint8Array, Uint8Array>;

export interface EvidenceSchema {
  checkpoint_tokens: { height: number; authority: string; token: Blob };
}
