import {
  asDigest,
  canonical,
  digest,
  logLeaf,
  logPath,
  logRoot,
  type Value,
} from '../../../chaincode/test/trees/naive.js';

const hex = (hash: Buffer): string => hash.toString('hex');
const writeLeaf = (write: readonly [string, string]): Buffer => logLeaf(canonical(write));

const writes = ['usage/u', 'grant/g', 'usage-slot/g/0', '\ue000', '\ud83d\ude00'].map(
  (key) => [key, digest(`text of ${key}`)] as const,
);
const ordered = writes.toSorted(([a], [b]) => (a < b ? -1 : 1));
const hashes = ordered.map(writeLeaf);
const root = asDigest(logRoot(hashes));

const opening = (index: number): { key: string; index: number; count: number; path: string[] } => ({
  key: ordered[index]?.[0] ?? '',
  index,
  count: ordered.length,
  path: logPath(index, hashes).map(hex),
});

export function writesVectors(): unknown {
  const right = opening(1);
  const text = ordered[1]?.[1];
  const changes: Readonly<Record<string, object>> = {
    'another key': { opening: { ...right, key: 'usage/v' } },
    'another text': { text: digest('another') },
    'another root': { root: digest('another') },
    'another place': { opening: { ...right, index: 2 } },
    'a place beyond the writes': { opening: { ...right, index: 5 } },
    'a path that is cut': { opening: { ...right, path: right.path.slice(1) } },
    'a path that goes on': { opening: { ...right, path: [...right.path, right.path[0]] } },
    'a sibling changed': { opening: { ...right, path: [right.path[1], ...right.path.slice(1)] } },
  };
  return {
    comment:
      'Effective writes of a transaction: the root over them in the order of UTF-16 code units of their keys, whatever order they are given in; and openings of one.',
    roots: [0, 1, 2, 3, 4, 5].map((count) => {
      const list = writes.slice(0, count);
      const inOrder = list.toSorted(([a], [b]) => (a < b ? -1 : 1));
      return { writes: list, root: asDigest(logRoot(inOrder.map(writeLeaf))) };
    }),
    valid: ordered.map(([, each], index) => ({ opening: opening(index), text: each, root })),
    invalid: Object.entries(changes).map(([name, change]) => ({
      name,
      opening: right,
      text,
      root,
      ...change,
    })),
  };
}

const body = {
  channel: 'space',
  genesis: digest('genesis'),
  height: 7,
  block: digest('block'),
  size: 12,
  log: digest('log'),
  map: digest('map'),
  editions: digest('editions'),
};
const statement = { signedAt: '2026-01-02T03:04:05.678Z', replayedFrom: 0, software: digest('software') };
const leaf = {
  block: 7,
  index: 1,
  txId: 'ab'.repeat(32),
  envelope: digest('envelope'),
  code: 0,
  verdict: 'REPLAYED',
  flags: ['UNOPENED'],
  writes: root,
};

export function checkpointVectors(): unknown {
  const without = (value: Readonly<Record<string, Value>>, name: string): unknown =>
    Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
  const message = `tallystick/checkpoint/v1\n${canonical({ body: digest(canonical(body)), ...statement })}`;
  return {
    comment:
      'Leaves and checkpoints. digest: of the body, what a time token stamps. message: the bytes that a witness signs. An invalid value does not fit the form.',
    leaf: {
      valid: [
        { leaf, hash: hex(logLeaf(canonical(leaf))) },
        {
          leaf: { ...leaf, verdict: 'CONFIG', flags: [], txId: '', code: 255 },
          hash: hex(logLeaf(canonical({ ...leaf, verdict: 'CONFIG', flags: [], txId: '', code: 255 }))),
        },
      ],
      invalid: [
        { name: 'a verdict that is none', leaf: { ...leaf, verdict: 'VALID' } },
        { name: 'a flag twice', leaf: { ...leaf, flags: ['UNOPENED', 'UNOPENED'] } },
        { name: 'a flag that is none', leaf: { ...leaf, flags: ['OPENED'] } },
        { name: 'a code of two bytes', leaf: { ...leaf, code: 256 } },
        { name: 'a negative block', leaf: { ...leaf, block: -1 } },
        { name: 'a member beside', leaf: { ...leaf, more: 1 } },
        { name: 'no writes', leaf: without(leaf, 'writes') },
      ],
    },
    checkpoint: {
      valid: [{ body, statement, digest: digest(canonical(body)), message }],
      invalid: [
        { name: 'a log without transactions', body: { ...body, size: 0 } },
        { name: 'no channel', body: { ...body, channel: '' } },
        { name: 'a root that is no digest', body: { ...body, log: 'ab'.repeat(32) } },
        { name: 'a negative height', body: { ...body, height: -1 } },
        { name: 'a member beside', body: { ...body, more: 1 } },
        ...Object.keys(body).map((name) => ({ name: `without ${name}`, body: without(body, name) })),
      ],
    },
  };
}
