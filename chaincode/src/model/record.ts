import * as z from 'zod';
import { encode } from './canonical.js';
import { instant } from './schema.js';

/** A kind of record: the form it has now, those it had before, and how its text is read and written. */
export interface RecordType<T extends AnyRecord = AnyRecord> {
  readonly kind: T['kind'];
  /** Number of the present form; the first is 1. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** States a record may move to from each of its states; absent for records without a life. */
  readonly moves?: Readonly<Record<string, readonly string[]>>;
  /** Forms before the present one, in their order, from the first on. */
  readonly earlier: readonly EarlierForm[];
}

/** A form that records of a kind once had, and have for ever where nobody has written them since. */
export interface EarlierForm {
  readonly schema: z.ZodType<AnyRecord>;
  /** The same record in the form that came next. The ledger sets its number. */
  readonly next: (record: AnyRecord) => AnyRecord;
}

/** What every record carries. `updatedAt` is the time of the transaction that last wrote it. */
export interface AnyRecord {
  readonly kind: string;
  /** Number of its form. */
  readonly schema: number;
  readonly updatedAt: string;
  /** Edition of the rules that last wrote it: a replay must use the same. */
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

const baseOf = <K extends string, V extends number>(kind: K, version: V): Base<K, V> => ({
  kind: z.literal(kind),
  schema: z.literal(version),
  updatedAt: instant,
  rules: z.string().max(100),
});

/** Define a record kind: strict object of the shape plus the base fields. */
export function recordType<K extends string, V extends number, S extends z.ZodRawShape>(
  kind: K,
  version: V,
  shape: S,
  moves?: Readonly<Record<string, readonly string[]>>,
  earlier: readonly EarlierForm[] = [],
): RecordType<z.infer<z.ZodObject<S & Base<K, V>, z.core.$strict>> & AnyRecord> {
  if (earlier.length !== version - 1)
    throw new Error(`${kind} has ${earlier.length} forms before its ${version}th`);
  const schema = z.strictObject({ ...baseOf(kind, version), ...shape });
  return { kind, version, schema, earlier, ...(moves && { moves }) } as unknown as RecordType<
    z.infer<z.ZodObject<S & Base<K, V>, z.core.$strict>> & AnyRecord
  >;
}

/** Define a form that a kind had before: its number and shape, and how it is read as the next one. */
export const earlierForm = (
  kind: string,
  version: number,
  shape: z.ZodRawShape,
  next: EarlierForm['next'] = (record) => record,
): EarlierForm => ({
  schema: z.strictObject({ ...baseOf(kind, version), ...shape }),
  next,
});

export type RecordOf<T> = T extends RecordType<infer R> ? R : never;

type Forms = Pick<RecordType, 'kind' | 'version' | 'schema' | 'earlier'>;

/** Schemas of every form of a kind, the first one first. */
export const schemasOf = ({
  schema,
  earlier,
}: Pick<Forms, 'schema' | 'earlier'>): readonly z.ZodType<AnyRecord>[] => [
  ...earlier.map((each) => each.schema),
  schema,
];

/** Whatever a ledger may hold of a kind: a record in any of its forms. */
export function anyForm(type: Pick<Forms, 'schema' | 'earlier'>): z.ZodType<AnyRecord> {
  return type.earlier.length === 0 ? type.schema : z.union(schemasOf(type));
}

/**
 * Canonical text of a record, after the schema of that form has accepted it. Throws ZodError: rules must never build a bad one.
 * @throws UnknownRecordError of a form that is not known here
 */
export function encodeRecord<T extends AnyRecord>(
  type: RecordType<T>,
  record: T,
  form = type.version,
): string {
  const schema = schemasOf(type)[form - 1];
  if (schema === undefined) throw new UnknownRecordError(`${type.kind} has no version ${form}`);
  return encode(schema.parse(record));
}

/** A record of a kind or form this code does not know, or newer than those who read it: not evaluated, never guessed. */
export class UnknownRecordError extends Error {
  override readonly name = 'UnknownRecordError';
  readonly code = 'UNKNOWN_RECORD';
}

/**
 * Read committed text as a record of that form. It was accepted by a schema when it was written under the endorsement policy, so only its
 * kind and form are checked again. @throws UnknownRecordError
 */
export const decodeRecord = <T extends AnyRecord>(
  type: RecordType<T>,
  committed: string,
  form = type.version,
): T => inForm(type, JSON.parse(committed) as AnyRecord, form);

/**
 * A record of any form as one of a later form. One of a later form than asked for was written by rules that these do not know, and the
 * rules of a ledger never go back. @throws UnknownRecordError
 */
export function inForm<T extends AnyRecord>(type: RecordType<T>, record: AnyRecord, form = type.version): T {
  const isKnown = record.kind === type.kind && record.schema >= 1 && record.schema <= form;
  if (!isKnown || form > type.version) throw new UnknownRecordError(`expected ${type.kind} version ${form}`);
  return type.earlier
    .slice(record.schema - 1, form - 1)
    .reduce((earlier, { next }) => ({ ...next(earlier), schema: earlier.schema + 1 }), record) as T;
}
