import * as z from 'zod';
import { json, JSON_TYPE, noContent } from '../http/answer.js';
import { malformed, Problem } from '../http/problem.js';
import type { KeyedRoute, Route } from '../http/route.js';
import { allScopes } from '../http/scopes.js';
import { parseStrictJson } from '../http/strict-json.js';
import { check } from '../http/validation.js';
import type { ApiKey } from '../state/port.js';
import type { Ports } from './ports.js';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a lower-case word with digits and hyphens');
const newKey = z.strictObject({
  name,
  identity: z.string().min(1).max(63),
  scopes: z.array(z.enum(allScopes)).min(1).max(allScopes.length),
});
const keySchema = z.strictObject({
  name,
  identity: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  revokedAt: z.string().optional(),
});

const present = ({ name: of, identity, scopes, createdAt, revokedAt }: ApiKey): object => ({
  name: of,
  identity,
  scopes,
  createdAt,
  ...(revokedAt !== undefined && { revokedAt }),
});

const listKeys = ({ apiKeys }: Ports): KeyedRoute => ({
  method: 'get',
  path: '/keys',
  scope: 'admin',
  doc: {
    tag: 'keys',
    summary: 'All API keys, without their secrets.',
    responses: { 200: { description: 'The keys.', schema: z.strictObject({ items: z.array(keySchema) }) } },
  },
  handle: async () => json(200, { items: (await apiKeys.list()).map(present) }),
});

// No Idempotency-Key here: the answer holds a secret and must not be stored.
const issueKey = ({ apiKeys, identities }: Ports): KeyedRoute => ({
  method: 'post',
  path: '/keys',
  scope: 'admin',
  accepts: { types: [JSON_TYPE] },
  doc: {
    tag: 'keys',
    summary: 'Issue an API key that acts as one enrolled identity. Its secret is shown once.',
    body: { [JSON_TYPE]: newKey },
    responses: {
      201: { description: 'The key.', schema: keySchema.extend({ secret: z.string() }) },
    },
  },
  handle: async ({ body }) => {
    const asked = check(newKey, parseStrictJson(body));
    if (!identities.has(asked.identity)) {
      throw malformed([{ pointer: '/identity', reason: 'is no enrolled identity of this gateway' }]);
    }
    const { key, secret } = await apiKeys.issue(asked);
    return json(201, { ...present(key), secret }, { location: `/keys/${key.name}` });
  },
});

const revokeKey = ({ apiKeys }: Ports): KeyedRoute => ({
  method: 'delete',
  path: '/keys/{name}',
  params: { name },
  scope: 'admin',
  doc: {
    tag: 'keys',
    summary: 'Revoke an API key at once.',
    responses: { 204: { description: 'Revoked.' } },
  },
  handle: async ({ params: { name: of = '' } }) => {
    if (!(await apiKeys.revoke(of))) throw new Problem('NOT_FOUND', { facts: { key: of } });
    return noContent;
  },
});

/** Management of API keys. */
export const keyRoutes = (ports: Ports): Route[] => [listKeys(ports), issueKey(ports), revokeKey(ports)];
