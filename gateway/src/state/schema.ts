/** Tables of every gateway. */
export interface StateSchema {
  schema_versions: { owner: string; version: number };
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
  openings: { digest: string; salt: string; value: string };
}
