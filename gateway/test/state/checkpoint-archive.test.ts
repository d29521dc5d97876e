import {
  addSeconds,
  bodyDigest,
  digestOf,
  type CheckpointBody,
  type Digest,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { Lie, Signed, Witnessed } from '../../src/features/checkpoints/stores/port.js';
import { sampleBody } from '../http/fake-checkpoints.js';
import { openedState, START } from './opened.js';

const [OURS, RENEWED, BANK] = ['ours', 'renewed', 'bank'].map((word) => digestOf(word)) as [
  Digest,
  Digest,
  Digest,
];
const other = (height: number): CheckpointBody => ({ ...sampleBody(height), map: digestOf('other') });

function signed(body: CheckpointBody, mspId = 'SteelMSP'): Signed {
  const statement = { signedAt: START, replayedFrom: 0, software: digestOf('software') };
  return { body, witnessing: { statement, mspId, certificate: `PEM of ${mspId}`, signature: 'AAAA' } };
}
const witnessed = (body: CheckpointBody, isAgreed = true): Witnessed => ({
  ...signed(body, 'BankMSP'),
  key: BANK,
  isAgreed,
});

/** The same, signed later; with the word that nothing newer was there. */
function again<T extends Signed>(one: T, seconds: number, newest?: number): T {
  const { witnessing } = one;
  const said = newest === undefined ? {} : { newest };
  const statement = { ...witnessing.statement, signedAt: addSeconds(START, seconds), ...said };
  return { ...one, witnessing: { ...witnessing, statement, signature: 'BBBB', certificate: 'new PEM' } };
}

describe('archive of checkpoints', () => {
  const opened = openedState();

  it('puts a later signature of ours in the place of the one that stands, and nowhere else', async () => {
    const { checkpoints } = opened.store;
    await checkpoints.sign([signed(sampleBody(1)), signed(sampleBody(2))], OURS);
    const later = again(signed(sampleBody(2)), 60, 2);
    expect(await checkpoints.renew(later, OURS)).to.equal(true);
    await opened.reopen();
    const kept = opened.store.checkpoints;
    expect(await kept.signed(2, OURS)).to.deep.equal(later);
    expect(await kept.signed(1, OURS)).to.deep.equal(signed(sampleBody(1)));
    expect(await kept.renew(again(signed(other(2)), 90, 2), OURS)).to.equal(false, 'another body');
    expect(await kept.renew(again(signed(sampleBody(2)), 90, 2), RENEWED)).to.equal(false, 'another key');
    expect(await kept.renew(again(signed(sampleBody(3)), 90, 3), OURS)).to.equal(false, 'nothing there');
    expect(await kept.signed(2, OURS)).to.deep.equal(later);
    await kept.retract(2, other(2));
    expect(await kept.renew(again(signed(sampleBody(2)), 90, 2), OURS)).to.equal(false, 'retracted');
    expect((await kept.retractions())[0]?.signed).to.deep.equal(later);
  });

  it('takes a later signature of another witness under the same body, unless it says less', async () => {
    const { checkpoints } = opened.store;
    const first = witnessed(sampleBody(5));
    const kept = async (): Promise<unknown> =>
      (await checkpoints.witnessed(5, bodyDigest(first.body))).map(({ witnessing }) => witnessing.statement);
    await checkpoints.witness(first);
    const seen = again(first, 60, 5);
    for (const less of [again(first, -60), again(first, -60, 5), again(first, 0, 5)])
      expect(await checkpoints.witness(less)).to.equal('KNOWN');
    expect(await checkpoints.witness(seen)).to.equal('KEPT');
    expect(await kept()).to.deep.equal([seen.witnessing.statement]);
    for (const less of [first, again(first, 90), again(first, 90, 4)])
      expect(await checkpoints.witness(less)).to.equal('KNOWN');
    expect(await checkpoints.witness(again(first, 120, 5))).to.equal('KEPT');
    expect(await checkpoints.witness(witnessed(other(5), false))).to.equal('EQUIVOCATION');
    expect(await kept()).to.deep.equal([]);
    expect(await checkpoints.witness(again(first, 180, 5))).to.equal('KNOWN');
    expect(await kept()).to.deep.equal([], 'who has lied of a height says nothing of it any more');
  });

  it('keeps what was signed, and never another body for a height, whatever key signs', async () => {
    const { checkpoints } = opened.store;
    expect(
      await checkpoints.sign(
        [1, 2, 3].map((height) => signed(sampleBody(height))),
        OURS,
      ),
    ).to.deep.equal([]);
    expect(await checkpoints.sign([signed(other(2)), signed(sampleBody(4))], OURS)).to.deep.equal([2]);
    expect(await checkpoints.sign([signed(other(3)), signed(sampleBody(1))], RENEWED)).to.deep.equal([3]);
    await opened.reopen();
    const again = opened.store.checkpoints;
    expect(await again.signed(2, OURS)).to.deep.equal(signed(sampleBody(2)));
    expect(await again.signed(3, RENEWED)).to.equal(undefined);
    expect(await again.signed(1, RENEWED)).to.deep.equal(signed(sampleBody(1)));
    expect((await again.newestSigned(OURS))?.body.height).to.equal(4);
    expect(await again.signedByKey(OURS, 2, 9)).to.deep.equal([2, 3, 4]);
  });

  it('signs a retracted height never again, not even as it was', async () => {
    const { checkpoints } = opened.store;
    await checkpoints.sign([signed(sampleBody(1)), signed(sampleBody(2))], OURS);
    expect(await checkpoints.retract(2, sampleBody(2))).to.equal(
      false,
      'the same body is none to retract for',
    );
    expect(await checkpoints.retract(3, other(3))).to.equal(false, 'nor what was never signed');
    expect(await checkpoints.retract(2, other(2))).to.equal(true);
    expect(await checkpoints.retract(2, other(2))).to.equal(false);
    expect(await checkpoints.isRetracted(2)).to.equal(true);
    expect(await checkpoints.signed(2, OURS)).to.equal(undefined);
    expect((await checkpoints.newestSigned(OURS))?.body.height).to.equal(1);
    for (const body of [sampleBody(2), other(2)])
      for (const key of [OURS, RENEWED])
        expect(await checkpoints.sign([signed(body)], key)).to.deep.equal([2]);
    expect(await checkpoints.retractions()).to.deep.equal([
      { height: 2, signed: signed(sampleBody(2)), found: other(2), at: START },
    ]);
    expect(await checkpoints.counts()).to.deep.equal({ lies: 0, retractions: 1 });
  });

  it('keeps both words of one who equivocates, and counts none of that height', async () => {
    const { checkpoints } = opened.store;
    expect(await checkpoints.witness(witnessed(sampleBody(5)))).to.equal('KEPT');
    expect(await checkpoints.witness(witnessed(sampleBody(5)))).to.equal('KNOWN');
    expect(await checkpoints.witness(witnessed(sampleBody(4)))).to.equal('KEPT');
    expect(await checkpoints.newestWitnessed()).to.deep.equal([{ key: BANK, mspId: 'BankMSP', height: 5 }]);
    expect(await checkpoints.witness(witnessed(other(5), false))).to.equal('EQUIVOCATION');
    const [lie] = await checkpoints.lies();
    expect(lie?.kind === 'EQUIVOCATION' ? lie.both : undefined).to.deep.equal([
      signed(sampleBody(5), 'BankMSP'),
      signed(other(5), 'BankMSP'),
    ]);
    expect(await checkpoints.newestWitnessed()).to.deep.equal([{ key: BANK, mspId: 'BankMSP', height: 4 }]);
    expect(await checkpoints.witnessed(5, bodyDigest(sampleBody(5)))).to.deep.equal([]);
    expect(await checkpoints.witnessed(4, bodyDigest(sampleBody(4)))).to.have.length(1);
  });

  it('notices a signature by our own key that is not ours', async () => {
    const { checkpoints } = opened.store;
    await checkpoints.sign([signed(sampleBody(5))], OURS);
    const echoed = { ...signed(sampleBody(5)), key: OURS, isAgreed: true };
    expect(await checkpoints.witness(echoed)).to.equal('KNOWN');
    expect(await checkpoints.witness({ ...signed(other(5)), key: OURS, isAgreed: false })).to.equal(
      'EQUIVOCATION',
    );
    expect(await checkpoints.signed(5, OURS)).to.equal(undefined);
  });

  it('knows the heights that so many have signed', async () => {
    const { checkpoints } = opened.store;
    await checkpoints.sign(
      [1, 2, 3].map((height) => signed(sampleBody(height))),
      OURS,
    );
    for (const height of [1, 2]) await checkpoints.witness(witnessed(sampleBody(height)));
    await checkpoints.witness(witnessed(other(3), false));
    expect(await checkpoints.agreedHeights(2, 8)).to.deep.equal([2, 1]);
    expect(await checkpoints.agreedHeights(2, 1)).to.deep.equal([2]);
    expect(await checkpoints.agreedHeights(3, 8)).to.deep.equal([]);
  });

  it('lets go of what nothing names', async () => {
    const { checkpoints } = opened.store;
    await checkpoints.sign(
      [1, 2, 3, 4].map((height) => signed(sampleBody(height))),
      OURS,
    );
    for (const height of [1, 2]) await checkpoints.witness(witnessed(sampleBody(height)));
    await checkpoints.name(2);
    await checkpoints.retract(3, other(3));
    expect(await checkpoints.unnamedBelow(4, 10)).to.deep.equal([1]);
    await checkpoints.drop([1, 2, 3]);
    expect((await checkpoints.signedBetween(0, 9)).map(({ height }) => height)).to.deep.equal([2, 3, 4]);
    expect(await checkpoints.signed(2, OURS)).to.deep.equal(signed(sampleBody(2)));
    expect(await checkpoints.signed(1, OURS)).to.equal(undefined);
  });

  it('keeps a contradiction once for a signer and a height', async () => {
    const { checkpoints } = opened.store;
    const lie: Lie = {
      kind: 'CONTRADICTION',
      height: 5,
      mspId: 'BankMSP',
      theirs: signed(other(5), 'BankMSP'),
      ours: sampleBody(5),
      at: START,
    };
    expect(await checkpoints.keepLie(lie, BANK)).to.equal(true);
    expect(await checkpoints.keepLie(lie, BANK)).to.equal(false);
    expect(await checkpoints.keepLie(lie, OURS)).to.equal(true);
    expect(await checkpoints.counts()).to.deep.equal({ lies: 2, retractions: 0 });
  });
});
