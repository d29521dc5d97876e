import {
  bodyDigest,
  checkpointBody,
  checkWrite,
  encode,
  leaf,
  leafHash,
  openWrite,
  witnessedBytes,
  witnessStatement,
  writeOpening,
  writesRoot,
  type CheckpointBody,
  type Digest,
  type Leaf,
  type WitnessStatement,
  type WriteDigest,
  type WriteOpening,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import * as naive from './naive.js';
import { hex, refusalOf, vectors } from './vectors.js';

interface Named {
  readonly name: string;
}
const known = vectors('checkpoint') as {
  readonly leaf: {
    readonly valid: readonly { readonly leaf: Leaf; readonly hash: string }[];
    readonly invalid: readonly (Named & { readonly leaf: unknown })[];
  };
  readonly checkpoint: {
    readonly valid: readonly {
      readonly body: CheckpointBody;
      readonly statement: WitnessStatement;
      readonly digest: string;
      readonly message: string;
    }[];
    readonly invalid: readonly (Named & { readonly body: unknown })[];
  };
};

interface Opened {
  readonly opening: WriteOpening;
  readonly text: Digest;
  readonly root: Digest;
}
const writes = vectors('writes') as {
  readonly roots: readonly { readonly writes: readonly WriteDigest[]; readonly root: string }[];
  readonly valid: readonly Opened[];
  readonly invalid: readonly (Opened & Named)[];
};

describe('leaves and checkpoints', () => {
  it('hash as the vectors say', () => {
    for (const vector of known.leaf.valid)
      expect(hex(leafHash(leaf.parse(vector.leaf)))).to.equal(vector.hash);
  });

  it('are signed and stamped as the vectors say', () => {
    for (const { body, statement, digest, message } of known.checkpoint.valid) {
      expect(bodyDigest(checkpointBody.parse(body))).to.equal(digest);
      expect(Buffer.from(witnessedBytes(body, witnessStatement.parse(statement))).toString()).to.equal(
        message,
      );
    }
  });

  it('bind every member of body and statement', () => {
    const [{ body, statement: plain }] = known.checkpoint.valid as [(typeof known.checkpoint.valid)[0]];
    const statement = { ...plain, newest: body.height };
    const messages = [
      ...Object.entries(body).map(([name, value]) =>
        witnessedBytes({ ...body, [name]: another(value) }, statement),
      ),
      ...Object.entries(statement).map(([name, value]) =>
        witnessedBytes(body, { ...statement, [name]: another(value) }),
      ),
      witnessedBytes(body, statement),
      witnessedBytes(body, plain),
    ];
    expect(new Set(messages.map(hex)).size).to.equal(messages.length);
  });

  for (const vector of known.leaf.invalid) {
    it(`refuse a leaf: ${vector.name}`, () => expect(leaf.safeParse(vector.leaf).success).to.equal(false));
  }
  for (const vector of known.checkpoint.invalid) {
    it(`refuse a body: ${vector.name}`, () =>
      expect(checkpointBody.safeParse(vector.body).success).to.equal(false));
  }
});

const another = (value: string | number): string | number =>
  typeof value === 'number' ? value + 1 : `${value}0`;

const someWrites = fc
  .uniqueArray(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((key) => !key.includes('\0')),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((keys) => keys.map((key): WriteDigest => [key, naive.digest(key) as Digest]));

describe('effective writes', () => {
  it('have the roots of the vectors', () => {
    for (const vector of writes.roots) {
      expect(writesRoot(vector.writes)).to.equal(vector.root);
      expect(writesRoot(vector.writes.toReversed())).to.equal(vector.root);
    }
  });

  it('are opened as in the vectors', () => {
    const all = writes.roots.at(-1)!.writes;
    for (const { opening, text, root } of writes.valid) {
      checkWrite(writeOpening.parse(opening), text, root);
      expect(openWrite(all, opening.key)).to.deep.equal(opening);
    }
  });

  for (const { name, opening, text, root } of writes.invalid) {
    it(`are not opened by ${name}`, () =>
      expect(refusalOf(() => checkWrite(opening, text, root))).to.equal('PROOF_INVALID'));
  }

  it('are opened one by one, under the key and with the text that they have', () => {
    fc.assert(
      fc.property(someWrites, fc.nat(), fc.nat(), (list, at, other) => {
        const [key, text] = list[at % list.length]!;
        const [otherKey, otherText] = list[other % list.length]!;
        const root = writesRoot(list);
        const opening = openWrite(list, key);
        checkWrite(opening, text, root);
        if (otherKey === key) return;
        expect(refusalOf(() => checkWrite(opening, otherText, root))).to.equal('PROOF_INVALID');
        expect(refusalOf(() => checkWrite({ ...opening, key: otherKey }, text, root))).to.equal(
          'PROOF_INVALID',
        );
        expect(refusalOf(() => checkWrite({ ...opening, key: otherKey }, otherText, root))).to.equal(
          'PROOF_INVALID',
        );
      }),
    );
  });

  it('have the root of the definition', () => {
    fc.assert(
      fc.property(someWrites, (list) => {
        const ordered = list.toSorted(([a], [b]) => (a < b ? -1 : 1));
        const hashes = ordered.map((write) => naive.logLeaf(naive.canonical(write)));
        expect(writesRoot(list)).to.equal(naive.asDigest(naive.logRoot(hashes)));
        expect(naive.canonical(list)).to.equal(encode(list));
      }),
    );
  });

  it('are not opened under a key that was not written', () => {
    expect(() => openWrite([], 'usage/u')).to.throw(RangeError);
  });
});
