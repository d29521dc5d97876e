/**
 * Who a request comes from. Authentication makes it; whatever stands behind knows this, and nothing of keys, tokens or sessions.
 */
export interface Principal {
  /** Whom idempotency keys, operations and the rate limit belong to: no two principals share it, however they are authenticated. */
  readonly name: string;
  /** Enrolled identity that it acts as, by its name in this gateway. */
  readonly identity: string;
  readonly scopes: readonly string[];
  /** How it was authenticated. */
  readonly by: 'API_KEY';
}

/** The live principal that a bearer token stands for; `undefined` for an unknown or revoked one. */
export type Authentication = (token: string) => Promise<Principal | undefined>;
