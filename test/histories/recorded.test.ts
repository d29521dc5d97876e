import { EMPTY_STATE, foldBlock, MemoryTrees, plantBlock, StateOverlay } from '@tallystick/verifier/fold';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import type { FoldVerdict } from '@tallystick/chaincode/model';
import { envelopesOf } from '../../gateway/src/projection/block-writer.js';
import { newProjection } from '../../gateway/src/projection/projection.js';
import { scriptedLedger } from '../../gateway/test/projection/scripted-ledger.js';
import { recordedBlocks, recordedExpectation } from './recorded.js';

/** Two builds of the software over one ledger come to the same bytes: each of them to what was recorded. */
describe('a recorded ledger', function () {
  this.timeout(30_000);
  const { channel, chaincode, rules, verdicts, bodies } = recordedExpectation();
  const blocks = recordedBlocks();

  it('is of these rules: with others it has to be recorded anew', () => {
    expect(rules).to.equal(RULES_VERSION);
  });

  it('has honest, denied, contested, forged and restored transactions', () => {
    expect(new Set(verdicts)).to.deep.equal(new Set(['CONFIG', 'FOREIGN', 'REPLAYED', 'CORRECTED']));
    expect(bodies).to.have.length(blocks.length);
  });

  it('comes to the recorded checkpoint at every height in memory', async () => {
    const [trees, overlay] = [new MemoryTrees(), new StateOverlay(EMPTY_STATE)];
    const genesis = `sha256:${blocks[0]!.hash}` as const;
    const found: FoldVerdict[] = [];
    for (const [height, block] of blocks.entries()) {
      const folded = await foldBlock(envelopesOf(block), overlay, { chaincode });
      found.push(...folded.transactions.map(({ leaf }) => leaf.verdict));
      expect(plantBlock(folded, trees, { channel, genesis }), `${height}`).to.deep.equal(bodies[height]);
    }
    expect(found).to.deep.equal(verdicts);
  });

  for (const batch of [1, 7, 1000])
    it(`comes to it in a gateway's database, in batches of ${batch}`, async () => {
      const ledger = scriptedLedger(blocks);
      const projection = newProjection({ file: ':memory:', ledger, channel, chaincode, batch });
      try {
        projection.start();
        await projection.reached(BigInt(blocks.length - 1));
        for (const [height, body] of bodies.entries())
          expect(await projection.body(height), `${height}`).to.deep.equal(body);
        const leaves = await projection.leaves(0, 1000);
        expect(leaves.map(({ leaf }) => leaf.verdict)).to.deep.equal(verdicts);
      } finally {
        await projection.close();
      }
    });
});
