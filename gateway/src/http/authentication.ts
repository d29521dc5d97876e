import type { ApiKeys } from '../state/port.js';
import type { Authentication, Principal } from './principal.js';
import { Problem } from './problem.js';
import { isPermitted, type Scope } from './scopes.js';

/** RFC 6750, 2.1: b64token. The length bound keeps a hash from being asked of a megabyte. */
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,512}=*)$/i;
const REALM = 'Bearer realm="tallystick"';

/** Principals that present an API key: each key is one, by its name. */
export const byApiKey =
  (apiKeys: Pick<ApiKeys, 'authenticate'>): Authentication =>
  async (token) => {
    const key = await apiKeys.authenticate(token);
    return key && { name: key.name, identity: key.identity, scopes: key.scopes, by: 'API_KEY' };
  };

/**
 * The principal that a request comes from, with the scope that the resource asks for.
 * @throws Problem UNAUTHENTICATED (no, malformed, unknown or revoked token, told apart by nothing), SCOPE_MISSING
 */
export async function authenticate(
  authentication: Authentication,
  authorization: string | undefined,
  scope: Scope,
): Promise<Principal> {
  const token = BEARER.exec(authorization ?? '')?.[1];
  const principal = token === undefined ? undefined : await authentication(token);
  if (principal === undefined) throw unauthenticated(authorization !== undefined);
  if (!isPermitted(principal.scopes, scope)) throw scopeMissing(scope);
  return principal;
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
