import * as z from 'zod';
import { encode } from './canonical.js';
import { instant } from './schema.js';

/** A kind of record: its schema, its schema version, and how its text is read and written. */
export interface RecordType<T extends AnyRecord = AnyRecord> {
  readonly kind: T['kind'];
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** States a record may move to from each of its states; absent for records without a life. */
  readonly moves?: Readonly<Record<string, readonly string[]>>;
}

/** What every record carries. `updatedAt` is the time of the transaction that last wrote it. */
export interface AnyRecord {
  readonly kind: string;
  readonly schema: number;
  readonly updatedAt: string;
  /** Version of the rules that last wrote it: a replay must use the same. */
  readonly rules: string;
}

/** The fields the ledger itself stamps; rules hand over records without them. */
export type Unstamped<T extends AnyRecord> = Omit<T, 'kind' | 'schema' | 'updatedAt' | 'rules'>;

type Base<K extends string, V extends number> = {
  kind: z.ZodLiteral<K>;
  schema: z.ZodLiteral<V>;
  updatedAt: z.ZodString;
  rules: z.ZodString;
};

/** Define a record kind: strict object of the shape plus the base fields. */
export function recordType<K extends string, V extends number, S extends z.ZodRawShape>(
  kind: K,
  version: V,
  shape: S,
  moves?: Readonly<Record<string, readonly string[]>>,
): RecordType<z.infer<z.ZodObject<S & Base<K, V>, z.core.$strict>> & AnyRecord> {
  const base: Base<K, V> = {
    kind: z.literal(kind),
    schema: z.literal(version),
    updatedAt: instant,
    rules: z.string().max(100),
  };
  const schema = z.strictObject({ ...base, ...shape });
  return { kind, version, schema, ...(moves && { moves }) } as unknown as RecordType<
    z.infer<z.ZodObject<S & Base<K, V>, z.core.$strict>> & AnyRecord
  >;
}

export type RecordOf<T> = T extends RecordType<infer R> ? R : never;

/** Canonical text of a record, after its schema has accepted it. Throws ZodError: rules must never build a bad one. */
export function encodeRecord<T extends AnyRecord>(type: RecordType<T>, record: T): string {
  return encode(type.schema.parse(record));
}

/** A record of a kind or schema version this code does not know: not evaluated, never guessed. */
export class UnknownRecordError extends Error {
  override readonly name = 'UnknownRecordError';
  readonly code = 'UNKNOWN_RECORD';
}

/**
 * Read committed text. It was accepted by the schema when it was written under the endorsement policy, so only
 * its kind and version are checked again.
 */
export function decodeRecord<T extends AnyRecord>(type: RecordType<T>, committed: string): T {
  const value = JSON.parse(committed) as AnyRecord;
  if (value.kind !== type.kind || value.schema !== type.version) {
    throw new UnknownRecordError(`expected ${type.kind} version ${type.version}`);
  }
  return value as T;
}
