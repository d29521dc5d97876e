import type { Id, IdKind } from '@tallystick/chaincode/model';
import fc, { type Arbitrary } from 'fast-check';

/** Arbitrary values of the vocabulary, made from the words of the design, not from the schemas they test. */

const characters = (alphabet: string, length: number): Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: length, maxLength: length });

export const id = <K extends IdKind>(kind: K): Arbitrary<Id<K>> =>
  characters('abcdefghijklmnopqrstuvwxyz234567', 52).map((digits) => `${kind}-${digits}` as const);
export const anyId = <K extends IdKind>(...kinds: K[]): Arbitrary<Id<K>> => fc.oneof(...kinds.map(id));

export const hex = (bytes: number): Arbitrary<string> => characters('0123456789abcdef', bytes * 2);
export const digest = hex(32).map((digits) => `sha256:${digits}` as const);
export const nonce = fc.integer({ min: 16, max: 32 }).chain(hex);
const millis = fc.integer({ min: 0, max: 253_402_300_799_999 });
export const instant = millis.map((value) => new Date(value).toISOString());
export const period = fc
  .uniqueArray(millis, { minLength: 2, maxLength: 2 })
  .map((list) => list.toSorted((a, b) => a - b).map((value) => new Date(value).toISOString()))
  .map(([from = '', until = '']) => ({ from, until }));

const isPrintable = (value: string): boolean => !/\p{Cc}/u.test(value);
export const text = (max: number): Arbitrary<string> =>
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: max })
    .filter((value) => isPrintable(value) && value.length <= max);
export const term = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(?:[-.:][a-z0-9]{1,9}){0,3}$/);
export const decimal = fc.bigInt({ min: 0n, max: 10n ** 39n - 1n }).map(String);
export const positive = fc.integer({ min: 1, max: 1_000_000 });
export const cid = fc
  .tuple(fc.constantFrom('bafkrei', 'bafybei'), characters('abcdefghijklmnopqrstuvwxyz234567', 52))
  .map(([prefix, digits]) => prefix + digits);
export const address = hex(20).map((digits) => `0x${digits}`);
export const recipient = characters('023456789acdefghjklmnpqrstuvwxyz', 58).map((data) => `age1${data}`);
export const territory = fc.constantFrom('CN', 'DE', 'CN-31', 'GB-ENG', 'FR-2A');
export const currency = fc.constantFrom('CNY', 'EUR', 'USD');
export const level = fc.integer({ min: 1, max: 3 });

/** Some items of a list, each once, in any order. */
export const some = <T>(items: readonly T[], minLength = 1): Arbitrary<T[]> =>
  fc.shuffledSubarray([...items], { minLength });
export const distinct = <T>(item: Arbitrary<T>, maxLength = 3): Arbitrary<T[]> =>
  fc.uniqueArray(item, { maxLength });

export type Fields = Record<string, Arbitrary<unknown>>;
/** An object with members that must and members that may be there. */
export const object = (needed: Fields, optional: Fields = {}): Arbitrary<Record<string, unknown>> =>
  fc.record({ ...needed, ...optional }, { requiredKeys: Object.keys(needed), noNullPrototype: true });

const member = fc
  .string({ unit: 'binary', maxLength: 12 })
  .filter((value) => !value.includes('\0') && value !== '__proto__');

/** Any value with a canonical form. */
export const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value)),
    member,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(member, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;
export const sealable = (value: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc.oneof(object({ open: value }), object({ sealed: object({ digest, cid }) }));
