import { readCall } from '../../../verifier/src/evidence/call.js';
import type { Draft } from '../draft.js';

/**
 * Parts without which a file says the same, each with the reason. Nothing else may be missing from a file that verifies.
 */
export const IDLE: readonly { readonly part: RegExp; readonly because: string }[] = [
  {
    part: /^payloadSalt$/,
    because: 'it opens a commitment, and nothing is opened where no plaintext is given',
  },
  {
    part: /^timestamps(\[\d+\])?$/,
    because: 'a token says when the checkpoint was there at the latest, beside what witnesses say',
  },
  {
    part: /^checkpoint\.witnesses\[\d+\]$/,
    because: 'two of three are as many as the reader asks for; of two, none may be missing',
  },
  {
    part: /^checkpoint(\.witnesses)?$/,
    because: 'who folds every block needs nobody who says that they did',
  },
  {
    part: /^grants:(?:Suspend|Resume)$/,
    because: 'what a grant went through in between is history; what it is now is proven by who wrote it last',
  },
];

/** What a part is called in the list: its path, or the function that its transaction calls. */
export const calledIn = (draft: Draft, part: string): string => {
  const [, index] = /^transactions\[(\d+)\]$/.exec(part) ?? [];
  return index === undefined ? part : readCall(draft.transactions[Number(index)]!.envelope).name;
};

export const isIdle = (draft: Draft, part: string): boolean =>
  IDLE.some((each) => each.part.test(calledIn(draft, part)));

/** Members that a form may lack. */
const OPTIONAL = ['head', 'checkpoint', 'states', 'payloadSalt'];

/** Lists in a draft, wherever they stand, each by its path. Bytes are no lists, and what is opened is one value. */
function listsOf(value: unknown, path: string): [string, readonly unknown[]][] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if (Array.isArray(value))
    return [
      [path, value] as [string, readonly unknown[]],
      ...value.flatMap((each, index) => listsOf(each, `${path}[${index}]`)),
    ];
  return Object.entries(value)
    .filter(([name]) => name !== 'value' && name !== 'statement' && name !== 'flags')
    .flatMap(([name, each]) => listsOf(each, path === '' ? name : `${path}.${name}`));
}

/** Every part that could be taken out, by its path: each entry of each list, whole lists, optional members. */
export function partsOf(draft: Draft): readonly string[] {
  const lists = listsOf(draft, '').filter(([, list]) => list.length > 0);
  return [
    ...OPTIONAL.filter((name) => name in draft),
    ...lists.filter(([, list]) => list.length > 1).map(([path]) => path),
    ...lists.flatMap(([path, list]) => list.map((_, index) => `${path}[${index}]`)),
  ];
}

/** The draft without these parts. */
export function without(draft: Draft, parts: readonly string[]): Draft {
  return stripped(draft, '', new Set(parts)) as Draft;
}

function stripped(value: unknown, path: string, gone: ReadonlySet<string>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value))
    return value.flatMap((each: unknown, index) => {
      const at = `${path}[${index}]`;
      return gone.has(path) || gone.has(at) ? [] : [stripped(each, at, gone)];
    });
  const entries = Object.entries(value).map(
    ([name, each]) => [name, path === '' ? name : `${path}.${name}`, each as unknown] as const,
  );
  return Object.fromEntries(
    entries
      .filter(([, at, each]) => Array.isArray(each) || !gone.has(at))
      .map(([name, at, each]) => [name, stripped(each, at, gone)]),
  );
}
