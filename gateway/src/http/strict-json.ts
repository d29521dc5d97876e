import { visit } from 'jsonc-parser';
import { Problem } from './problem.js';

/** Deeper nesting has no canonical form (chaincode/src/model/canonical.ts) and would exhaust the stack of a recursive reader. */
const MAX_DEPTH = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** RFC 6901. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Parse JSON from a client. `JSON.parse` keeps the last of two members with one name, so that what a proxy, a log or a
 * signature saw may be another request than the one carried out: duplicates are refused, also equal ones.
 * @throws Problem INVALID_JSON, DUPLICATE_KEY, NOT_REPRESENTABLE (too deep)
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem('INVALID_JSON', { cause });
  }
  refuseDuplicates(text);
  return value;
}

function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new Problem('INVALID_JSON', { cause });
  }
}

function refuseDuplicates(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  const enter = (names: Set<string> | undefined): void => {
    if (open.push(names) > MAX_DEPTH) {
      throw new Problem('NOT_REPRESENTABLE', { errors: [{ pointer: '', reason: 'TOO_DEEP' }] });
    }
  };
  visit(text, {
    onObjectBegin: () => enter(new Set()),
    onArrayBegin: () => enter(undefined),
    onObjectEnd: () => void open.pop(),
    onArrayEnd: () => void open.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      const names = open.at(-1);
      if (names?.has(name)) throw duplicate(pointerOf([...path(), name]));
      names?.add(name);
    },
  });
}

const duplicate = (pointer: string): Problem =>
  new Problem('DUPLICATE_KEY', { errors: [{ pointer, reason: 'occurs twice' }] });
