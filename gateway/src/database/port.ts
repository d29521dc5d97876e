import type { Kysely } from 'kysely';

/**
 * A database of the gateway, whichever keeps it. Stores ask it through Kysely and in SQL that PostgreSQL has, too. What names `sqlite/`
 * instead does so on purpose: the projection, which every gateway makes from blocks for itself and drops again, and the signing of
 * checkpoints, both for statements that run for each transaction or block.
 */
export interface Database<Schema> {
  readonly queries: Kysely<Schema>;
  /** Further calls are harmless. */
  readonly close: () => Promise<void>;
}
