import type { Guard } from './guard.js';

const TREES = 'chaincode/src/model/trees';

/** A check of a proof that is left out. */
const tree = (
  name: string,
  file: string,
  source: string,
  without: string,
  tests: readonly string[],
): Guard => ({
  name: `trees: ${name}`,
  file: `${TREES}/${file}`,
  source,
  without,
  tests: tests.map((each) => `chaincode/test/trees/${each}.test.ts`),
});

/** A condition of the reader of map proofs that always holds. */
const reading = (name: string, condition: string, tests = ['map']): Guard =>
  tree(name, 'map/reading.ts', condition, 'true', tests);

export const treeGuards: readonly Guard[] = [
  reading('a leaf at its own place', 'isSamePrefix(path, this.#prefix, depth)'),
  reading('one form of a map', '!isLessThanTwo(left.tree, right.tree)'),
  reading('no deeper than a path', 'depth < BITS'),
  reading('no more empty subtrees than a map has', 'empty <= BITS + EMPTY_PER_PART * shown', [
    'map',
    'hostile',
  ]),
  reading('no empty subtree spelled as a hash', '!isSameHash(hash, EMPTY_MAP)'),
  reading('every mark of the shape', 'this.#at === shape.length'),
  reading('every hash', 'this.#hash === hashes.length'),
  reading('every leaf', 'this.#leaf === leaves.length'),
  tree('the space of a key', 'map/proven.ts', 'tree.entry.space === space && ', '', ['map']),
  tree('the key of a leaf', 'map/proven.ts', ' && tree.entry.key === key', '', ['map']),
  tree(
    'nothing said of what is hidden',
    'map/proven.ts',
    "throw new TreeError('NOT_COVERED', `${space} ${key}`)",
    'return undefined',
    ['map'],
  ),
  tree('nodes of a map apart from leaves', 'map/entry.ts', 'const NODE = 0x03', 'const NODE = 0x02', ['map']),
  tree('nodes of a log apart from leaves', 'log.ts', 'const NODE = 0x01', 'const NODE = 0x00', ['log']),
  tree('a path to the root', 'log.ts', "isSameHash(hash, root), 'another root'", "true, ''", ['log']),
  tree('a path long enough', 'log.ts', "proveUnless(last === 0, 'a path that is too short');", '', ['log']),
  tree('as many hashes as the size says', 'log.ts', 'peaks.length === ones(size)', 'true', ['log', 'list']),
  tree('members that are texts', 'list.ts', 'usageId.isWellFormed()', 'true', ['list']),
];
