import type { ColumnType, Generated } from 'kysely';
import type { DutyRole, DutyState } from './port.js';

/** libSQL hands blobs out as ArrayBuffer. */
type Blob = ColumnType<ArrayBuffer, Uint8Array, Uint8Array>;

export interface StateSchema {
  schema_version: { version: number };
  api_keys: {
    name: string;
    hash: string;
    identity: string;
    scopes: string;
    created_at: string;
    revoked_at: string | null;
  };
  idempotency: {
    principal: string;
    key: string;
    fingerprint: string;
    state: 'IN_FLIGHT' | 'DONE';
    tx_id: string | null;
    transaction_name: string | null;
    status: number | null;
    headers: string | null;
    body: string | null;
    created_at: string;
  };
  operations: {
    id: string;
    principal: string;
    tx_id: string;
    transaction_name: string;
    state: 'PENDING' | 'COMMITTED' | 'FAILED';
    block_number: number | null;
    result: string | null;
    refusal: string | null;
    created_at: string;
    updated_at: string;
  };
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
  openings: { digest: string; salt: string; value: string };
  duties: {
    obligation_id: string;
    role: DutyRole;
    state: DutyState;
    evidence: string | null;
    notice: string | null;
    reason: string | null;
    updated_at: string;
    /** Order of changes: times may be equal. */
    sequence: number;
  };
  evidence_blocks: { number: number; block: Blob };
  checkpoint_tokens: { height: number; authority: string; token: Blob };
  checkpoint_bodies: { digest: string; height: number; body: string };
  checkpoint_certificates: { digest: string; msp_id: string; certificate: string };
  checkpoint_signatures: {
    /** Digest of the public key. */
    key: string;
    height: number;
    own: 0 | 1;
    body: string;
    certificate: string;
    statement: string;
    signature: string;
    /** VOID: retracted, or its signer equivocated. */
    state: 'STANDS' | 'VOID';
    agreed: 0 | 1;
    named: 0 | 1;
  };
  checkpoint_retractions: { height: number; retraction: string };
  checkpoint_lies: { id: Generated<number>; kind: string; key: string; height: number; lie: string };
}
