import type { ApiKey, ApiKeys } from '../state/port.js';
import { Problem } from './problem.js';
import { isPermitted, type Scope } from './scopes.js';

/** RFC 6750, 2.1: b64token. The length bound keeps a hash from being asked of a megabyte. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,512}=*)$/i;
const REALM = 'Bearer realm="tallystick"';

/**
 * The live API key that a request presents, with the scope that the resource asks for.
 * @throws Problem UNAUTHENTICATED (no, malformed, unknown or revoked key, told apart by nothing), SCOPE_MISSING
 */
export async function authenticate(
  apiKeys: ApiKeys,
  authorization: string | undefined,
  scope: Scope,
): Promise<ApiKey> {
  const secret = BEARER.exec(authorization ?? '')?.[1];
  const key = secret === undefined ? undefined : await apiKeys.authenticate(secret);
  if (key === undefined) throw unauthenticated(authorization !== undefined);
  if (!isPermitted(key.scopes, scope)) throw scopeMissing(scope);
  return key;
}

// RFC 6750, 3: a request without credentials gets no error code.
const unauthenticated = (isPresented: boolean): Problem =>
  new Problem('UNAUTHENTICATED', {
    headers: { 'www-authenticate': isPresented ? `${REALM}, error="invalid_token"` : REALM },
  });

const scopeMissing = (scope: Scope): Problem =>
  new Problem('SCOPE_MISSING', {
    detail: `The scope ${scope} is needed.`,
    headers: { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="${scope}"` },
  });
