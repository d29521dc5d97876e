import {
  digestOfHash,
  EMPTY_MAP,
  encode,
  mapPath,
  mapProof,
  MemoryNodes,
  ProvenMap,
  proveMap,
  updateMap,
  type Hash,
  type Json,
  type MapEntry,
  type MapKey,
  type MapProof,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import * as naive from './naive.js';
import { changedOnce, entriesOf, keyOf, someKey } from './map-arbitraries.js';
import { hex, refusalOf, vectors } from './vectors.js';
import { times } from '../../../test/sampling.js';

interface Answer extends MapKey {
  readonly value?: Json;
  readonly absent?: true;
}
interface Vector {
  readonly name: string;
  readonly root: string;
  readonly proof: MapProof;
  readonly answers: readonly Answer[];
}
const known = vectors('map') as {
  readonly paths: readonly (MapKey & { readonly bits: string })[];
  readonly roots: readonly { readonly entries: MapEntry[]; readonly root: string }[];
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
  readonly 'another root': readonly Vector[];
};

const rootOf = (entries: readonly MapEntry[], nodes = new MemoryNodes()): Hash =>
  updateMap(EMPTY_MAP, entries, nodes);
const naiveRoot = (entries: readonly MapEntry[]): string => hex(naive.mapRoot(entries));

/** As a reader meets it: JSON of which nothing is known. */
function readAll(proof: unknown): ProvenMap | undefined {
  const parsed = mapProof.safeParse(proof);
  return parsed.success ? ProvenMap.read(parsed.data) : undefined;
}

describe('the map', () => {
  it('puts keys where the vectors put them', () => {
    for (const { space, key, bits } of known.paths)
      expect(naive.bitsOf({ space, key }).slice(0, 32)).to.equal(bits);
    for (const { space, key, bits } of known.paths)
      expect(Buffer.from(mapPath(space, key)).readUInt32BE().toString(2).padStart(32, '0')).to.equal(bits);
  });

  it('has the roots of the vectors, whatever it grew by', () => {
    const nodes = new MemoryNodes();
    let grown = EMPTY_MAP;
    for (const { entries, root } of known.roots) {
      grown = updateMap(grown, entries.slice(-1), nodes);
      expect(digestOfHash(grown)).to.equal(root);
      expect(digestOfHash(rootOf(entries))).to.equal(root);
    }
  });

  for (const { name, root, proof, answers } of known.valid) {
    it(`reads a proof: ${name}`, () => {
      const map = readAll(proof)!;
      expect(digestOfHash(map.root)).to.equal(root);
      for (const { space, key, value } of answers) expect(map.get(space, key)).to.deep.equal(value);
    });
  }

  for (const { name, proof } of known.invalid) {
    it(`refuses ${name}`, () => {
      expect(refusalOf(() => ProvenMap.read(proof))).to.equal('PROOF_INVALID');
      expect(refusalOf(() => readAll(proof))).to.be.oneOf(['PROOF_INVALID', undefined]);
    });
  }

  for (const { name, proof, root } of known['another root']) {
    it(`has another root with ${name}`, () => {
      expect(digestOfHash(ProvenMap.read(proof).root))
        .to.match(/^sha256:/)
        .and.not.equal(root);
    });
  }

  it('has the root of the definition, whatever the order and the batches', () => {
    const cuts = fc.array(fc.nat(30), { maxLength: 5 });
    fc.assert(
      fc.property(entriesOf({ maxLength: 30 }), cuts, (entries, at) => {
        const ends = [0, ...at.map((end) => end % (entries.length + 1)), entries.length].toSorted(
          (a, b) => a - b,
        );
        const nodes = new MemoryNodes();
        let root = EMPTY_MAP;
        ends.forEach(
          (end, index) => (root = updateMap(root, entries.slice(ends[index - 1] ?? 0, end), nodes)),
        );
        expect(hex(root)).to.equal(naiveRoot(entries));
        expect(hex(rootOf(entries.toReversed()))).to.equal(naiveRoot(entries));
      }),
    );
  });

  it('has one root for one content, however often values changed in between', () => {
    const step = fc.record({ key: fc.nat(11), value: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(39), (steps, cut) => {
        const written = steps.map(({ key, value }): MapEntry => ({ ...keyOf(key), value: { leaf: value } }));
        const last = [...new Map(written.map((entry) => [`${entry.space}/${entry.key}`, entry])).values()];
        const nodes = new MemoryNodes();
        const halfway = updateMap(EMPTY_MAP, written.slice(0, cut), nodes);
        const root = written.slice(cut).reduce((before, entry) => updateMap(before, [entry], nodes), halfway);
        expect(hex(root)).to.equal(naiveRoot(last));
      }),
    );
  });

  it('tells a store exactly which nodes come and which go', () => {
    const batch = fc.array(fc.record({ key: fc.nat(20), value: fc.nat(2) }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), (batches) => {
        const nodes = new StrictNodes();
        let root = EMPTY_MAP;
        for (const each of batches) {
          root = updateMap(
            root,
            each.map(({ key, value }) => ({ ...keyOf(key), value })),
            nodes,
          );
          expect(nodes.names()).to.deep.equal(nodes.reachable(root));
        }
      }),
    );
  });

  it('keeps old roots readable in a store that drops nothing', () => {
    const nodes = new MemoryNodes();
    const before = rootOf([{ ...keyOf(1), value: 1 }], nodes);
    updateMap(before, [{ ...keyOf(1), value: 2 }], nodes);
    expect(ProvenMap.read(proveMap(before, [keyOf(1)], nodes)).get(keyOf(1).space, keyOf(1).key)).to.equal(1);
  });

  it('says when a node is not kept any more', () => {
    const nodes = new MemoryNodes('newest');
    const before = rootOf([{ ...keyOf(1), value: 1 }], nodes);
    updateMap(before, [{ ...keyOf(1), value: 2 }], nodes);
    expect(refusalOf(() => proveMap(before, [keyOf(1)], nodes))).to.equal('NODE_MISSING');
    expect(nodes.size).to.equal(1);
  });

  it('refuses keys and values without a canonical form', () => {
    for (const entry of [
      { space: 'note', key: 'a\ud800', value: 0 },
      { space: 'note', key: 'a', value: 0.5 },
    ] as const)
      expect(() => rootOf([entry]))
        .to.throw()
        .with.property('name', 'EncodingError');
  });

  it('shows what stands, and that nothing stands, in every space, as the definition does', () => {
    fc.assert(
      fc.property(entriesOf({ maxLength: 25 }), fc.array(someKey, { maxLength: 8 }), (entries, wanted) => {
        const nodes = new MemoryNodes();
        const root = rootOf(entries, nodes);
        const proof = proveMap(root, wanted, nodes);
        expect(encode(proof)).to.equal(encode(naive.mapProof(entries, wanted)));
        const map = readAll(JSON.parse(JSON.stringify(proof)))!;
        expect(hex(map.root)).to.equal(hex(root));
        for (const { space, key } of wanted)
          expect(map.get(space, key)).to.deep.equal(
            entries.find((entry) => entry.space === space && entry.key === key)?.value,
          );
      }),
    );
  });

  it('says nothing of what the proof does not cover', () => {
    const entries = Array.from({ length: 40 }, (_, index) => ({ ...keyOf(index), value: index }));
    const nodes = new MemoryNodes();
    const map = ProvenMap.read(proveMap(rootOf(entries, nodes), [keyOf(0)], nodes));
    const answers = entries.map(({ space, key }) => refusalOf(() => map.get(space, key)));
    expect(new Set(answers)).to.deep.equal(new Set([undefined, 'NOT_COVERED']));
    expect(answers[0]).to.equal(undefined);
  });

  it('refuses every proof with one change, or gives it another root', () => {
    const entries = entriesOf({ minLength: 2, maxLength: 25 });
    const places = fc.tuple(fc.array(someKey, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat());
    fc.assert(
      fc.property(entries, places, (list, [wanted, what, where]) => {
        const nodes = new MemoryNodes();
        const root = rootOf(list, nodes);
        const proof = proveMap(root, wanted, nodes);
        const changed = changedOnce(proof, what, where);
        if (changed === undefined) return;
        expect(encode(changed.proof), changed.how).to.not.equal(encode(proof));
        let read: ProvenMap | undefined;
        const refusal = refusalOf(() => (read = readAll(changed.proof)));
        if (refusal === undefined && read !== undefined)
          expect(hex(read.root), changed.how).to.not.equal(hex(root));
      }),
      { numRuns: times(2000) },
    );
  });

  it('shows no absence of what is there: with its root, no part of a tree leaves the key out', () => {
    fc.assert(
      fc.property(entriesOf({ minLength: 1, maxLength: 20 }), fc.nat(), (entries, at) => {
        const victim = entries[at % entries.length]!;
        const nodes = new MemoryNodes();
        const root = rootOf(entries, nodes);
        for (const proof of absenceClaims(entries, victim)) {
          let read: ProvenMap | undefined;
          const refusal = refusalOf(() => (read = ProvenMap.read(proof)));
          if (refusal === undefined) expect(hex(read!.root)).to.not.equal(hex(root));
        }
      }),
    );
  });
});

/** Claims that a key is absent: the proof of a map without it, and the right proof with its leaf taken out. */
function absenceClaims(entries: readonly MapEntry[], victim: MapEntry): MapProof[] {
  const others = entries.filter((entry) => entry !== victim);
  const without = naive.mapProof(others, [victim]) as MapProof;
  const right = naive.mapProof(entries, [victim]) as MapProof;
  const shape = right.shape.replace('L', 'E');
  const hidden = { shape, hashes: right.hashes, leaves: [] };
  const replaced = others.map((entry) => ({ ...right, leaves: [entry] }));
  return [without, hidden, ...replaced];
}

/** A store that refuses what it has and what it has not, and what comes and goes in one update; it lets go at once. */
class StrictNodes extends MemoryNodes {
  readonly #names = new Set<string>();
  #gone = new Set<string>();

  override put(hash: Hash, node: Parameters<MemoryNodes['put']>[1]): void {
    if (this.#names.has(hex(hash))) throw new Error('put twice');
    if (this.#gone.has(hex(hash))) throw new Error('dropped, and put again at once');
    this.#names.add(hex(hash));
    super.put(hash, node);
  }

  override drop(hash: Hash): void {
    if (!this.#names.delete(hex(hash))) throw new Error('dropped what is not there');
    this.#gone.add(hex(hash));
  }

  /** The update is over. */
  names(): string[] {
    this.#gone = new Set();
    return [...this.#names].toSorted();
  }

  reachable(root: Hash): string[] {
    const found: string[] = [];
    const visit = (hash: Hash): void => {
      if (hash.every((byte) => byte === 0)) return;
      found.push(hex(hash));
      const node = this.get(hash);
      if ('entry' in node) return;
      visit(node.left);
      visit(node.right);
    };
    visit(root);
    return found.toSorted();
  }
}
