import { webcrypto } from 'node:crypto';
import { EDITION_TABLE, KNOWN_RULES } from '@tallystick/chaincode/rules';
import { EMPTY_STATE, foldBlock, MemoryTrees, plantBlock, StateOverlay } from '@tallystick/verifier/fold';
import { expect } from 'chai';
import { envelopesOf } from '../../gateway/src/projection/block-writer.js';
import { newProjection } from '../../gateway/src/projection/projection.js';
import { scriptedLedger } from '../../gateway/test/projection/scripted-ledger.js';
import { audit } from '../../verifier/src/audit/index.js';
import { ALGORITHMS, type Trust } from '../../verifier/src/trust/trust.js';
import { streamOf } from '../../verifier/test/audit-cases.js';
import { decoded, recordedBytes, recordedExpectation, RECORDINGS, type Recording } from './recorded.js';

const DECIDED: Readonly<Record<Recording, readonly string[]>> = {
  'tallystick-rules/1': ['tallystick-rules/1'],
  'tallystick-rules/2': ['tallystick-rules/2'],
  'tallystick-rules/1-to-2': ['tallystick-rules/1', 'tallystick-rules/2'],
};

/** Two builds of the software over one ledger come to the same bytes: each of them to what was recorded. */
for (const recording of RECORDINGS)
  describe(`a recorded ledger: ${recording}`, () => {
    const { channel, chaincode, rules, verdicts, bodies } = recordedExpectation(recording);
    const bytes = recordedBytes(recording);
    const blocks = decoded(bytes);

    it('has honest, denied, contested, forged and restored transactions of its editions', () => {
      expect(new Set(verdicts)).to.deep.equal(new Set(['CONFIG', 'FOREIGN', 'REPLAYED', 'CORRECTED']));
      expect(bodies).to.have.length(blocks.length);
      expect([...new Set(rules.filter((each) => each !== null))]).to.deep.equal(DECIDED[recording]);
    });

    it('comes to the recorded checkpoint at every height in memory', async () => {
      const [trees, overlay] = [new MemoryTrees(), new StateOverlay(EMPTY_STATE)];
      const genesis = `sha256:${blocks[0]!.hash}` as const;
      const found: unknown[] = [];
      for (const [height, block] of blocks.entries()) {
        const folded = await foldBlock(envelopesOf(block), overlay, { chaincode });
        for (const each of folded.transactions) found.push([each.leaf.verdict, each.rules ?? null]);
        expect(plantBlock(folded, trees, { channel, genesis }), `${height}`).to.deep.equal(bodies[height]);
      }
      expect(found).to.deep.equal(verdicts.map((verdict, index) => [verdict, rules[index]]));
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
          expect(projection.rules().edition).to.equal(DECIDED[recording].at(-1));
        } finally {
          await projection.close();
        }
      });

    it('is audited without a divergence, by the rules that were in force', async () => {
      const { divergences, notEvaluated, standing } = await audit(
        streamOf(bytes),
        await trustIn(recording),
        webcrypto.subtle,
      );
      expect(divergences).to.deep.equal([]);
      // Its blocks have no commit hashes.
      expect(notEvaluated.map(({ step }) => step)).to.deep.equal(['block.integrity']);
      expect(standing.progress.folded.body).to.deep.equal(bodies.at(-1));
    });
  });

/** What a reader of the recorded ledger believes, who learns where it was constituted by folding it. */
async function trustIn(recording: Recording): Promise<Trust> {
  const { channel, chaincode, bodies } = recordedExpectation(recording);
  const overlay = new StateOverlay(EMPTY_STATE);
  let constitution = '';
  for (const block of decoded(recordedBytes(recording))) {
    const { transactions } = await foldBlock(envelopesOf(block), overlay, { chaincode });
    constitution ||= transactions.find(({ writes }) => writes.has('space'))?.leaf.txId ?? '';
  }
  return {
    ...{ genesis: bodies[0]!.genesis, channel, chaincode, constitution },
    ...{ rules: [...KNOWN_RULES], editions: EDITION_TABLE, packages: [] },
    witnesses: { named: [], needed: 1, replayedFrom: 0 },
    ...{ minOrdererSignatures: 1, algorithms: ALGORITHMS, singleOperator: false },
    ...{ timestampAuthorities: [], clockSkew: 900 },
  };
}
