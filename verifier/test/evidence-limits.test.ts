import {
  digestOf,
  encode,
  type CheckpointBody,
  type EvidenceFile,
  type EvidenceStates,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { vector } from '../../test/evidence/vectors.js';
import { Checklist } from '../src/checklist.js';
import { checkNewest } from '../src/evidence/newest.js';
import { readEvidence, type FiledTransaction } from '../src/evidence/reading.js';
import { checkTransactions, type Judging } from '../src/evidence/signed.js';
import { Rejection } from '../src/rejection.js';

const body = { map: digestOf('map') } as CheckpointBody;
const forged = (position: number): FiledTransaction =>
  ({
    leaf: { txId: `${position}` },
    position,
    envelope: Uint8Array.of(255),
    path: [],
    writes: [],
  }) as unknown as FiledTransaction;

describe('limits of what a reader looks at', () => {
  it('leave the rest of a file of forgeries', async () => {
    const list = new Checklist();
    const filed = Array.from({ length: 2_000 }, (_, position) => forged(position));
    expect(await checkTransactions(filed, { trust: {}, body: undefined } as Judging, list)).to.deep.equal([]);
    expect(list.steps.filter(({ result }) => result === 'fail')).to.have.length(20);
  });

  it('refuse openings that take long to encode', () => {
    const { text } = vector('valid', 'use-acknowledged');
    const openings = (count: number): object[] =>
      Array.from({ length: count }, (_, n) => ({
        salt: 'ab'.repeat(16),
        value: { n, v: 'x'.repeat(90_000) },
      }));
    const reading = (count: number) => () =>
      readEvidence(new TextEncoder().encode(encode({ ...JSON.parse(text), openings: openings(count) })));
    expect(reading(90)).not.to.throw();
    expect(reading(100)).to.throw(Rejection, 'TOO_LARGE');
  });

  it('refuse more signatures of witnesses than a reader should check', () => {
    const file = JSON.parse(vector('valid', 'key-compromised-after-it-signed').text) as EvidenceFile;
    const [earlier] = file.earlier!;
    const { checkpoint } = earlier!;
    const reading = (count: number) => () => {
      const witnesses = Array.from({ length: 100 }, () => checkpoint.witnesses[0]!);
      const each = { ...earlier!, checkpoint: { ...checkpoint, witnesses } };
      const crowd = { ...file, earlier: Array.from({ length: count }, () => each) };
      return readEvidence(new TextEncoder().encode(encode(crowd)));
    };
    expect(reading(3)).not.to.throw();
    expect(reading(4)).to.throw(Rejection, 'TOO_LARGE');
  });

  it('refuse a proof of far more than its keys, before it is put together', async () => {
    const hashes = Array.from({ length: 29_401 }, () => '5a'.repeat(32));
    const proofOf = (count: number, texts: EvidenceStates['texts'] = []): EvidenceStates => ({
      proof: { shape: 'H', hashes: hashes.slice(0, count), leaves: [] },
      texts,
    });
    const subject = { kind: 'grant', id: `grant-${'a'.repeat(52)}` } as const;
    const reasonOf = async (
      count: number,
      texts: EvidenceStates['texts'] = [],
    ): Promise<string | undefined> => {
      const list = new Checklist();
      await checkNewest({ states: proofOf(count, texts), subject, checkpoint: undefined }, body, [], list);
      return list.steps[0]?.reason;
    };
    expect(await reasonOf(10_201)).to.equal('TOO_LARGE');
    expect(await reasonOf(10_200)).to.equal('PROOF_INVALID');
    const thousands = Array.from({ length: 10_000 }, (_, index) => ({ key: `k${index}`, text: 'x' }));
    expect(await reasonOf(29_401, thousands)).to.equal('TOO_LARGE');
    expect(await reasonOf(29_400, thousands)).to.equal('PROOF_INVALID');
  });
});
