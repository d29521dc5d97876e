/** A value that has exactly one canonical form (RFC 8785, restricted: integers only, no U+0000). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type EncodingErrorCode = 'NOT_JSON' | 'NOT_CANONICAL' | 'NOT_AN_INTEGER' | 'BAD_STRING' | 'TOO_DEEP';

/** A value that has no canonical form, or text that is not in it. The caller must change the value. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
  readonly code: EncodingErrorCode;
  /** JSON pointer (RFC 6901) to the offending value. */
  readonly pointer: string;

  constructor(code: EncodingErrorCode, pointer: string) {
    super(`${code} at ${pointer === '' ? 'the root' : pointer}`);
    this.code = code;
    this.pointer = pointer;
  }
}

const MAX_DEPTH = 64;

/**
 * Canonical JSON text of a value (RFC 8785). Rejects instead of coercing: `undefined`, functions, class
 * instances, floats and integers beyond 2^53, -0, lone surrogates and U+0000 throw {@link EncodingError}.
 * Endorsers must agree byte for byte and two spellings of one value would have two ids, hence no leniency.
 */
export function encode(value: unknown): string {
  const form = formOf(value, 0);
  // Where a fault is, is worked out only when there is one: every record that is read or written comes by here.
  if (form === 'NONE') check(value, '', 0);
  // What was parsed from canonical text has its members in their order: then the engine writes the same, and faster.
  return form === 'ORDERED' ? JSON.stringify(value) : textOf(value as Json);
}

/** RFC 8785, 3.2: strings and whole numbers as ECMAScript writes them, members in the order of their UTF-16 code units. */
function textOf(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(textOf).join(',')}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${textOf(value[name] as Json)}`).join(',')}}`;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/**
 * Parse canonical JSON. Text that is not exactly its own canonical form is refused, which also refuses
 * duplicate keys, insignificant white space and alternative escapes.
 */
export function decode(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EncodingError('NOT_JSON', '');
  }
  if (encode(value) !== text) throw new EncodingError('NOT_CANONICAL', '');
  return value as Json;
}

/**
 * NONE: `check` finds something. ORDERED: the members of every object stand in canonical order already. The weakest of the parts of a value
 * is that of the whole.
 */
type Form = 'NONE' | 'UNORDERED' | 'ORDERED';

function formOf(value: unknown, depth: number): Form {
  if (depth > MAX_DEPTH) return 'NONE';
  if (typeof value !== 'object' || value === null) return isEncodableScalar(value) ? 'ORDERED' : 'NONE';
  return Array.isArray(value) ? formOfList(value, depth) : formOfObject(value, depth);
}

function isEncodableScalar(value: unknown): boolean {
  if (typeof value === 'string') return isEncodableText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  return value === null || typeof value === 'boolean';
}

const isEncodableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

function formOfList(list: readonly unknown[], depth: number): Form {
  let form: Form = 'ORDERED';
  for (let index = 0; index < list.length; index += 1) {
    const part = formOf(list[index], depth + 1);
    if (part === 'NONE') return 'NONE';
    if (part === 'UNORDERED') form = part;
  }
  return form;
}

function formOfObject(value: object, depth: number): Form {
  if (!isPlainObject(value)) return 'NONE';
  let form: Form = 'ORDERED';
  let before = '';
  for (const name of Object.keys(value)) {
    if (name === '__proto__' || !isEncodableText(name)) return 'NONE';
    const part = formOf(value[name], depth + 1);
    if (part === 'NONE') return 'NONE';
    if (part === 'UNORDERED' || name < before) form = 'UNORDERED';
    before = name;
  }
  return form;
}

function check(value: unknown, pointer: string, depth: number): void {
  if (depth > MAX_DEPTH) throw new EncodingError('TOO_DEEP', pointer);
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') checkString(value, pointer);
  else if (typeof value === 'number') checkNumber(value, pointer);
  else if (Array.isArray(value)) checkArray(value, pointer, depth);
  else if (isPlainObject(value)) checkMembers(value, pointer, depth);
  else throw new EncodingError('NOT_JSON', pointer);
}

function checkString(value: string, pointer: string): void {
  // U+0000 separates the parts of a Fabric composite key, and the Node shim does not refuse it.
  if (!isEncodableText(value)) throw new EncodingError('BAD_STRING', pointer);
}

function checkNumber(value: number, pointer: string): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0))
    throw new EncodingError('NOT_AN_INTEGER', pointer);
}

function checkArray(value: readonly unknown[], pointer: string, depth: number): void {
  for (let index = 0; index < value.length; index += 1) check(value[index], `${pointer}/${index}`, depth + 1);
}

function checkMembers(value: Readonly<Record<string, unknown>>, pointer: string, depth: number): void {
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    checkString(name, at);
    // Readers that copy members one by one lose this one silently, zod among them: two readers, two values.
    if (name === '__proto__') throw new EncodingError('BAD_STRING', at);
    check(member, at, depth + 1);
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
