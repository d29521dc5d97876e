import { createHash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import fc from 'fast-check';
import { newBlockDecoder } from '../../src/ledger/block.js';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { newProjection } from '../../src/projection/projection.js';
import { newTestIdentity } from '../identities/certificates.js';
import { syntheticBlock, syntheticEnvelope, type SyntheticWrite } from '../ledger/synthetic.js';
import { scriptedLedger } from './scripted-ledger.js';
import { times } from '../../../test/sampling.js';

const VALID = 0;

/** A chain as a peer would deliver it, whatever its envelopes are; all of them flagged as valid. */
function chainOf(blocks: readonly (readonly Uint8Array[])[]): LedgerBlock[] {
  const decoder = newBlockDecoder();
  let previous: Uint8Array = new Uint8Array();
  return blocks.map((envelopes, number) => {
    const flags = envelopes.map(() => VALID);
    const { block, hash } = syntheticBlock(BigInt(number), previous, envelopes, flags);
    previous = hash;
    return decoder.decode(common.Block.deserializeBinary(block.serializeBinary()));
  });
}

const anyWrite: fc.Arbitrary<SyntheticWrite> = fc.record({
  key: fc.oneof(fc.constantFrom('space', 'usage/x', ''), fc.string({ unit: 'binary', maxLength: 500 })),
  value: fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.string(), fc.json(), fc.constant(null)),
});

const anyName = fc.oneof(
  fc.constantFrom('usage:Request', 'records:Restore', 'records:Get', 'space:Constitute', 'Init', ''),
  fc.string(),
);

describe('a projection that follows whatever a majority has flagged as valid', () => {
  it('goes on, names each transaction, and rebuilds to the same', async () => {
    const identity = await newTestIdentity('submitter');
    const call = fc
      .record({
        transaction: anyName,
        argument: fc.oneof(fc.string(), fc.json()),
        result: fc.string(),
        writes: fc.array(anyWrite, { maxLength: 4 }),
        chaincode: fc.constantFrom('tallystick', 'another', ''),
      })
      .map((transaction) => syntheticEnvelope(identity, transaction));
    const damaged = fc
      .tuple(call, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 6 }))
      .map(([envelope, changes]) => {
        const bytes = Uint8Array.from(envelope);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        return bytes;
      });
    const cut = fc.tuple(call, fc.nat()).map(([envelope, at]) => envelope.subarray(0, at % envelope.length));
    const envelope = fc.oneof(call, damaged, cut, fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(envelope, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        async (blocks) => {
          const chain = chainOf([...blocks, []]);
          const alarms: unknown[] = [];
          const projection = newProjection({
            ...{
              file: ':memory:',
              ledger: scriptedLedger(chain),
              channel: 'ledger',
              chaincode: 'tallystick',
            },
            onAlarm: (alarm) => void alarms.push(alarm),
          });
          projection.start();
          await projection.reached(BigInt(blocks.length));
          const leaves = await projection.leaves(0, 1000);
          expect(leaves.map(({ leaf }) => leaf.envelope)).to.deep.equal(
            blocks.flat().map((bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`),
          );
          const effective = await Promise.all(
            leaves.map(({ position }) => projection.effectiveTexts(position)),
          );
          expect(effective.flat()).to.deep.equal([]);
          const digest = await projection.digest();
          await projection.rebuild();
          expect(await projection.digest()).to.equal(digest);
          expect(alarms).to.deep.equal([]);
          await projection.close();
        },
      ),
      { numRuns: times(60) },
    );
  });
});
