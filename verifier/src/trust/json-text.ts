import { visit } from 'jsonc-parser';

/** No form of ours is deeper, and the reader below is recursive. */
const MAX_DEPTH = 16;

/** RFC 6901. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/**
 * Pointers of members that stand twice in one object. `JSON.parse` keeps the last of them: a person who reads the first would believe
 * in something else than the verifier does. The text must parse as JSON. @throws RangeError when it is nested more than 16 deep
 */
export function duplicatesIn(text: string): readonly string[] {
  const open: (Set<string> | undefined)[] = [];
  const duplicates: string[] = [];
  const enter = (names: Set<string> | undefined): void => {
    if (open.push(names) > MAX_DEPTH) throw new RangeError('nested too deeply');
  };
  visit(text, {
    onObjectBegin: () => enter(new Set()),
    onArrayBegin: () => enter(undefined),
    onObjectEnd: () => void open.pop(),
    onArrayEnd: () => void open.pop(),
    onObjectProperty: (name, _offset, _length, _line, _character, path) => {
      const names = open.at(-1);
      if (names?.has(name) === true) duplicates.push(pointerOf([...path(), name]));
      names?.add(name);
    },
  });
  return duplicates;
}
