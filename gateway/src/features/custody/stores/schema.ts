import type { ColumnType, Generated } from 'kysely';

/** libSQL hands blobs out as ArrayBuffer. */
type Blob = ColumnType<ArrayBuffer, Uint8Array, Uint8Array>;

export interface CustodySchema {
  owner_headers: {
    version_id: string;
    header: Blob;
    plain_digest: string;
    key_commitment: string;
    created_at: string;
  };
  one_time_keys: { usage_id: string; identity: string; created_at: string };
  custody_journal: {
    usage_id: string;
    grant_id: string;
    state: string;
    header: ColumnType<ArrayBuffer | null, Uint8Array | null, Uint8Array | null>;
    header_cid: string | null;
    slot: number | null;
    tx_id: string | null;
    attempts: number;
    reason: string | null;
    updated_at: string;
    /** Order of changes: times may be equal. */
    sequence: number;
  };
  offers: {
    grant_id: string;
    terms_digest: string;
    side: 'OFFERED' | 'ACCEPTED';
    tx_id: string;
    created_at: string;
    sequence: Generated<number>;
  };
}
