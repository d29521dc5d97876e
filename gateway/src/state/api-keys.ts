import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Selectable } from 'kysely';
import * as z from 'zod';
import { StateError, type ApiKey, type ApiKeys } from './port.js';
import type { StateSchema } from './schema.js';
import type { StateDatabase } from './writer.js';

/** An API key given from outside, for the first start. */
export interface ApiKeySeed {
  readonly name: string;
  readonly secret: string;
  readonly identity: string;
  readonly scopes: readonly string[];
}

const SECRET = /^tsk_[A-Za-z0-9_-]{43}$/;
const seedFile = z.array(
  z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    secret: z.string().regex(SECRET),
    identity: z.string().min(1),
    scopes: z.array(z.string().min(1)),
  }),
);

/** A fresh secret: `tsk_` and 256 random bits in base64url. */
export function newApiKeySecret(): string {
  return `tsk_${randomBytes(32).toString('base64url')}`;
}

/**
 * Reads `[{name, secret, identity, scopes}]`. Throws StateError INVALID_SEED without quoting the file, which is full of secrets.
 */
export async function readApiKeySeeds(file: string): Promise<readonly ApiKeySeed[]> {
  try {
    return seedFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new StateError('INVALID_SEED', `${file} is not a list of API keys`);
  }
}

// A fast hash is right here: the secret is 256 random bits, so there is no dictionary to try, and slow hashing
// would only make every request slow. The hash keeps a stolen database from being a bunch of working keys.
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function toApiKey(row: Selectable<StateSchema['api_keys']>): ApiKey {
  return {
    name: row.name,
    identity: row.identity,
    scopes: JSON.parse(row.scopes) as string[],
    createdAt: row.created_at,
    ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
  };
}

async function insert({ write, now }: StateDatabase, seed: ApiKeySeed): Promise<ApiKey> {
  const row = {
    name: seed.name,
    hash: hashOf(seed.secret),
    identity: seed.identity,
    scopes: JSON.stringify(seed.scopes),
    created_at: now(),
    revoked_at: null,
  };
  await write(async (trx) => {
    const taken = await trx
      .selectFrom('api_keys')
      .select('name')
      .where('name', '=', seed.name)
      .executeTakeFirst();
    if (taken !== undefined) throw new StateError('CONFLICT', `An API key named ${seed.name} exists`);
    await trx.insertInto('api_keys').values(row).execute();
  });
  return toApiKey(row);
}

/** API keys, stored as hashes. */
export function newApiKeys(state: StateDatabase): ApiKeys {
  const { db, write, now } = state;
  return {
    async authenticate(secret) {
      if (!SECRET.test(secret)) return undefined;
      const hash = hashOf(secret);
      const row = await db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
      if (row === undefined || !isEqual(row.hash, hash) || row.revoked_at !== null) return undefined;
      return toApiKey(row);
    },

    async issue(key) {
      const secret = newApiKeySecret();
      return { secret, key: await insert(state, { ...key, secret }) };
    },

    revoke: (name) =>
      write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('api_keys')
          .set({ revoked_at: now() })
          .where('name', '=', name)
          .where('revoked_at', 'is', null)
          .executeTakeFirst();
        return numUpdatedRows > 0n;
      }),

    async list() {
      return (await db.selectFrom('api_keys').selectAll().orderBy('name').execute()).map(toApiKey);
    },
  };
}

/** Takes the seeds over when there is no key yet; later starts ignore them, so that a revoked key stays revoked. */
export async function seedApiKeys(state: StateDatabase, seeds: readonly ApiKeySeed[]): Promise<void> {
  const existing = await state.db.selectFrom('api_keys').select('name').limit(1).executeTakeFirst();
  if (existing !== undefined) return;
  await Promise.all(seeds.map((seed) => insert(state, seed)));
}
