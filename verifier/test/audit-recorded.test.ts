import { expect } from 'chai';
import { readBlock } from '../src/fabric/block.js';
import {
  audited,
  firstOf,
  isRecorded,
  metadata,
  recordedBlocks,
  recordedTrust,
  withBlock,
} from './audit-cases.js';

/** The first flag of a code in a ledger. */
function placeOf(blocks: readonly Uint8Array[], code: number): { block: number; index: number } {
  for (const [number, bytes] of blocks.entries()) {
    const index = readBlock(bytes).metadata[2]?.indexOf(code) ?? -1;
    if (index >= 0) return { block: number, index };
  }
  throw new Error(`no transaction has code ${code}`);
}

describe('Audit of ledgers recorded from Fabric', function () {
  before(function () {
    if (isRecorded()) return;
    console.log('skipped: ../shared/data/fabric-blocks is absent');
    this.skip();
  });

  for (const kind of ['bft', 'raft'] as const)
    describe(kind, () => {
      it('is clean: every flag and every commit hash is what the blocks make of it', async () => {
        const blocks = recordedBlocks(kind);
        const result = await audited(blocks, recordedTrust(blocks), { keepGoing: true });
        expect(result.divergences).deep.equals([]);
        expect(result.notEvaluated).deep.equals([]);
        expect(result.counts).includes({ blocks: blocks.length, configurations: 2, replayed: 0 });
        expect(result.counts.commitHashes).equals(blocks.length - 1);
        expect(result.counts.invalid).greaterThan(4);
      });

      it('tells a package that the trust file does not name, once for each organisation', async () => {
        const blocks = recordedBlocks(kind);
        const trust = { ...recordedTrust(blocks), chaincode: 'tiny' };
        const told = async (packages: readonly string[]): Promise<readonly string[]> => {
          const { divergences } = await audited(blocks, { ...trust, packages }, { keepGoing: true });
          return divergences.flatMap(({ reason, facts }) =>
            reason === 'PACKAGE_NOT_ACCEPTED' ? [`${facts['mspId'] ?? ''} ${facts['package'] ?? ''}`] : [],
          );
        };
        const found = await told(['tiny:none']);
        expect(new Set(found.map((each) => each.split(' ')[0]))).deep.equals(
          new Set(['Org1MSP', 'Org2MSP', 'Org3MSP']),
        );
        expect(await told(found.map((each) => each.split(' ')[1] ?? ''))).deep.equals([]);
        expect(await told([])).deep.equals([]);
      });

      for (const [code, name] of [
        [9, 'DUPLICATE_TXID'],
        [10, 'ENDORSEMENT_POLICY_FAILURE'],
        [11, 'MVCC_READ_CONFLICT'],
        [12, 'PHANTOM_READ_CONFLICT'],
      ] as const)
        it(`tells a ${name} that is flagged VALID`, async function () {
          const blocks = recordedBlocks(kind);
          if (code === 9 && !blocks.some((bytes) => readBlock(bytes).metadata[2]?.includes(9))) this.skip();
          const { block, index } = placeOf(blocks, code);
          const forged = withBlock(
            blocks,
            block,
            metadata(2, (flags) => flags.with(index, 0)),
          );
          const first = firstOf(await audited(forged, recordedTrust(blocks)));
          expect(first).deep.include({ block, step: 'transaction.validity', reason: 'FLAGS_DIFFER' });
          expect(first?.facts).include({ flag: 'VALID', expected: name });
        });

      it('tells a valid transaction that is flagged as a conflict', async () => {
        const blocks = recordedBlocks(kind);
        const last = blocks.length - 1;
        const forged = withBlock(
          blocks,
          last,
          metadata(2, (flags) => flags.with(0, 11)),
        );
        const first = firstOf(await audited(forged, recordedTrust(blocks)));
        expect(first).deep.equals({
          block: last,
          step: 'transaction.validity',
          reason: 'FLAGS_DIFFER',
          facts: { flag: 'MVCC_READ_CONFLICT', expected: 'VALID' },
        });
      });

      it('is refused as the ledger of a single operator where one orderer made it', async () => {
        const blocks = recordedBlocks(kind);
        const { divergences } = await audited(blocks, recordedTrust(blocks, { singleOperator: false }));
        const refused = divergences.map(({ block, step, reason }) => ({ block, step, reason }));
        const alone = { block: 0, step: 'ledger.operators', reason: 'SINGLE_OPERATOR' };
        expect(refused).deep.equals(kind === 'raft' ? [alone] : []);
      });

      it('wants more orderers where the trust file does', async () => {
        const blocks = recordedBlocks(kind);
        const trust = recordedTrust(blocks, { minOrdererSignatures: 5 });
        const first = firstOf(await audited(blocks, trust));
        expect(first).deep.include({ block: 1, step: 'block.integrity', reason: 'QUORUM_MISSING' });
      });
    });
});
