import type { Operation, Program } from '../program.js';
import { get, inSequence, program, put, remove, run } from './shorthand.js';

const KEYS: Readonly<Record<string, string>> = {
  'an empty key': '',
  'a key of one NUL': '\u0000',
  'a key that begins with NUL': '\u0000§',
  'a composite key': '\u0000type\u0000§\u0000',
  'a key that ends in NUL': '§\u0000',
  'a key with NUL inside': '§\u0000b',
  'a slash': '/',
  slashes: '//§//',
  'a blank': ' §',
  'a line feed': '§\n',
  'quotes and backslashes': '§"\\\'',
  'a precomposed letter': '§\u00e9',
  'a decomposed letter': '§e\u0301',
  Chinese: '测量数据§',
  'an astral character': '\u{1f600}§',
  'the last of the basic plane': '§\uffff',
  'the last code point': '§\u{10ffff}',
  'a byte order mark': '\ufeff§',
  'a right-to-left mark': '\u200f§',
  DEL: '\u007f§',
  'a key like the definition': 'namespaces/fields/raw/Sequence',
  'a thousand characters': `§${'k'.repeat(1000)}`,
  'sixty thousand bytes': `§${'ü'.repeat(30_000)}`,
  'three hundred thousand bytes': `§${'k'.repeat(300_000)}`,
};

const lifeOf = (name: string, key: string): Program =>
  inSequence(
    `key: ${name}`,
    run(get(key)),
    run(put(key, 'first')),
    run(get(key), put(key, 'second')),
    run(put(key, '')),
    run(get(key), put(key, 'third')),
    run(remove(key)),
    run(get(key)),
  );

const ILL_FORMED: Readonly<Record<string, string>> = {
  'a lone high surrogate': '§\ud800',
  'a lone low surrogate': '\udc00§',
};

const illFormed = ([name, key]: readonly [string, string]): Program[] => {
  const operations: readonly (readonly [string, Operation])[] = [
    ['put', put(key, '1')],
    ['get', get(key)],
    ['delete', remove(key)],
    ['putMany', { op: 'putMany', writes: [[key, '1']] }],
    ['getMany', { op: 'getMany', keys: [key] }],
  ];
  return operations.map(([what, operation]) => inSequence(`key: ${name}, ${what}`, run(operation)));
};

/** Keys at the edges of what a key may be. Keys without the instance sign are each used by one program only. */
export const keyCases: readonly Program[] = [
  ...Object.entries(KEYS).map(([name, key]) => lifeOf(name, key)),
  ...Object.entries(ILL_FORMED).flatMap(illFormed),
  program('key: byte order, not UTF-16 order', [
    run(
      put('\u{1f600}§', '1'),
      put('\uff5e§', '2'),
      put('z§', '3'),
      put('A§', '4'),
      put('§', '5'),
      put('\u0000§', '6'),
      get('\uff5e§'),
      get('\u{1f600}§'),
      get('Z§'),
    ),
  ]),
  inSequence(
    'key: letters that look alike are different keys',
    run(put('§\u00e9', 'composed'), put('§e\u0301', 'decomposed'), put('§E', 'upper'), put('§e', 'lower')),
    run(get('§\u00e9'), get('§e\u0301'), get('§E'), get('§e')),
  ),
  inSequence(
    'key: a prefix of another key',
    run(put('§/a', '1'), put('§/a/b', '2'), put('§/', '3')),
    run(remove('§/a')),
    run(get('§/a'), get('§/a/b'), get('§/')),
  ),
];
