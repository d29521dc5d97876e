import {
  checkInclusion,
  digestOf,
  digestOfHash,
  hashOfDigest,
  headOf,
  headsOfRange,
  leaf as leafSchema,
  leafHash,
  listKey,
  logRoot,
  peaksOf,
  proveInclusion,
  proveMap,
  ProvenMap,
  recordEntry,
  type Usage,
} from '@tallystick/chaincode/model';
import { bytesToHex } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { component as buyer, steel } from '../../chaincode/test/world.js';
import { EMPTY_STATE, foldBlock, MemoryTrees, plantBlock, StateOverlay } from '../src/fold/index.js';
import { isRecorded, recordedBlocks } from './audit-cases.js';
import { busyLedger, usagesIn, type Setting } from './audit-stage.js';
import { envelopesOf, Folding } from './folding.js';
import { times } from '../../test/sampling.js';

describe('Fold: trees', function () {
  let at: Setting;
  let blocks: Uint8Array[];
  let folding: Folding;
  before(async () => {
    at = await busyLedger();
    blocks = at.world.blocks();
    folding = await new Folding().take(blocks);
  });
  after(() => at.world.end());

  const last = (): Folding['bodies'][number] => folding.bodies.at(-1)!;

  it('two folds come to the same bytes, block by block, in batches, and from what was written down', async () => {
    expect((await new Folding().take(blocks)).bodies).deep.equals(folding.bodies);
    const genesis = envelopesOf(blocks[0]!).hash;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: blocks.length }),
        async (sizes) => {
          let trees = new MemoryTrees();
          let state = new StateOverlay(EMPTY_STATE);
          let number = 0;
          for (const size of sizes) {
            // A batch is folded over what was kept, and its trees go on from what was written down.
            state = new StateOverlay(state);
            trees = new MemoryTrees({ planted: trees.planted() });
            for (const bytes of blocks.slice(number, number + size)) {
              const folded = await foldBlock(envelopesOf(bytes), state, { chaincode: 'tallystick' });
              const body = plantBlock(folded, trees, { channel: 'ledger', genesis });
              expect(body).deep.equals(folding.bodies[number]);
              number += 1;
            }
          }
        },
      ),
      { numRuns: times(5) },
    );
  });

  it('the log holds a leaf for every transaction of every block, in order', () => {
    const leaves = folding.trees.leaves();
    const counted = blocks.flatMap((bytes) => {
      const { number, envelopes } = envelopesOf(bytes);
      return envelopes.map((envelope, index) => [number, index, digestOf(envelope)]);
    });
    expect(leaves.map(({ block, index, envelope }) => [block, index, envelope])).deep.equals(counted);
    for (const leaf of leaves) expect(leafSchema.parse(leaf)).deep.equals(leaf);
    expect(last()).include({ size: leaves.length, log: digestOfHash(logRoot(leaves.map(leafHash))) });
    for (const { size, log } of folding.bodies) {
      const path = proveInclusion(folding.trees.logReader(), 0, size);
      checkInclusion(leafHash(leaves[0]!), 0, size, path, hashOfDigest(log));
    }
  });

  it('the map holds every effective record, and who wrote it', () => {
    const texts = [...folding.state.texts()];
    const map = ProvenMap.read(
      proveMap(
        hashOfDigest(last().map),
        texts.map(([key]) => ({ space: 'record', key })),
        folding.trees.nodes,
      ),
    );
    for (const [key, text] of texts) {
      const entry = recordEntry.parse(map.get('record', key));
      expect(entry).deep.equals({ text: digestOf(text), leaf: entry.leaf });
      const writer = folding.transactions[entry.leaf!]!;
      expect(writer.writes.get(key)).equals(text);
      const later = folding.transactions.slice(entry.leaf! + 1);
      expect(later.some(({ writes }) => writes.has(key))).equals(false);
    }
  });

  it('lists hold each usage once: of its dataset, its grants and its participants, denied and lapsed ones too', () => {
    const usages = usagesIn(at.world);
    const inOrder = folding.transactions.flatMap(({ writes, listed }) =>
      listed.length === 0
        ? []
        : [...writes]
            .filter(([key]) => key.startsWith('usage/'))
            .map(([, text]) => JSON.parse(text) as Usage),
    );
    expect(inOrder.map(({ id }) => id).sort()).deep.equals(usages.map(({ id }) => id).sort());
    const of = (kind: 'dataset' | 'grant' | 'participant', id: string): void => {
      const key = listKey(kind, id);
      const expected = inOrder.filter(({ dataset, grant, consumer, custodian }) =>
        [dataset, grant, consumer, custodian].includes(id as never),
      );
      const members = folding.trees.usages(key);
      expect(members).deep.equals(expected.map((usage) => usage.id));
      const head = headOf(folding.trees.list(key))!;
      const proof = proveMap(hashOfDigest(last().map), [{ space: 'list', key }], folding.trees.nodes);
      expect(ProvenMap.read(proof).get('list', key)).deep.equals(head);
      const from = 2;
      const before = peaksOf(folding.trees.listReader(key), from).map((hash) => bytesToHex(hash));
      expect(headsOfRange({ from, before, usages: [...members.slice(from)] }).last).deep.equals(head);
    };
    of('dataset', at.datasetId);
    of('grant', at.grantId);
    of('participant', buyer.participant);
    of('participant', steel.participant);
    expect(folding.trees.usages(listKey('dataset', 'nobody'))).deep.equals([]);
  });

  it('keeps nothing of older heights unless it is told to', () => {
    const trees = new MemoryTrees();
    for (const method of ['leaves', 'logReader'] as const)
      expect(() => trees[method]()).throws('NODE_MISSING');
  });

  describe('over ledgers recorded from Fabric', () => {
    before(function () {
      if (isRecorded()) return;
      console.log('skipped: ../shared/data/fabric-blocks is absent');
      this.skip();
    });

    for (const kind of ['bft', 'raft'] as const)
      it(`${kind}: everything is foreign, invalid or a configuration, and two peers agree on every byte`, async () => {
        const own = await new Folding().take(recordedBlocks(kind));
        const codes = recordedBlocks(kind).flatMap((bytes) => [...envelopesOf(bytes).codes]);
        for (const [index, { leaf }] of own.transactions.entries()) {
          expect(leaf.verdict === 'INVALID').equals(codes[index] !== 0);
          expect(leaf.verdict).oneOf(['INVALID', 'FOREIGN', 'CONFIG']);
        }
        expect(own.transactions.map(({ lint }) => lint).flat()).deep.equals([]);
        const other = await new Folding().take(recordedBlocks(kind, 1));
        expect(other.bodies.length).greaterThan(10);
        expect(other.bodies).deep.equals(own.bodies.slice(0, other.bodies.length));
      });

    it('a call to ours that is none of the rules is void', async () => {
      const { transactions } = await new Folding('tiny').take(recordedBlocks('bft'));
      const tiny = transactions.filter(({ call }) => call?.chaincode === 'tiny');
      expect(tiny.length).greaterThan(10);
      for (const { leaf } of tiny) expect(leaf.verdict).oneOf(['VOID', 'INVALID']);
      expect(tiny.some(({ noted }) => noted.length > 0)).equals(true);
    });
  });
});
