import { expect } from 'chai';
import { deriveId, encode, keys, type Usage } from '@tallystick/chaincode/model';
import {
  doubtRequest,
  doubtTransaction,
  isSignedBy,
  type RequestEvidence,
} from '../../src/features/custody/guards.js';
import { readerBefore, recordAt } from '../../src/features/custody/projected.js';
import type { ProjectedTransaction, WrittenText } from '../../src/projection/port.js';
import { signerOf } from './signers.js';
import { BUYER, STEEL } from './space.js';
import { ask, storyBeforeEach } from './story.js';

describe('custody: the guards by themselves', () => {
  const story = storyBeforeEach();

  /** What our peer shows of a genuine request. */
  async function evidence(): Promise<RequestEvidence & { readonly made: ProjectedTransaction }> {
    const usageId = await ask(story);
    const { projection } = story.steel;
    const key = keys.usage(usageId as Usage['id']);
    const [record] = await projection.history(key);
    const made = await projection.transaction(record?.txId ?? '');
    const usage = record!.value;
    return {
      usage,
      made: made!,
      component: await recordAt(projection, keys.component(usage.component)),
      grant: await recordAt(projection, keys.grant(usage.grant)),
    };
  }

  it('have no doubt about a genuine request', async () => {
    expect(doubtRequest(await evidence())).to.equal(undefined);
  });

  it('doubt an event without a committed transaction', async () => {
    expect(doubtRequest({ ...(await evidence()), made: undefined })).to.equal('NOT_COMMITTED');
  });

  for (const code of ['MVCC_READ_CONFLICT', 'ENDORSEMENT_POLICY_FAILURE', 'BAD_CREATOR_SIGNATURE', '']) {
    it(`doubt a transaction marked ${code === '' ? 'with nothing' : code}`, async () => {
      const { made, ...rest } = await evidence();
      expect(doubtRequest({ ...rest, made: { ...made, code } })).to.equal('NOT_VALID');
    });
  }

  it('doubt a transaction whose signature does not verify', async () => {
    const { made } = await evidence();
    expect(doubtTransaction({ ...made, signed: false })).to.equal('NOT_SIGNED');
  });

  it("doubt a component of another owner, though it holds the consumer's key", async () => {
    const { component, ...rest } = await evidence();
    const owner = rest.usage.custodian;
    expect(doubtRequest({ ...rest, component: { ...component!, owner } })).to.equal('NOT_COMPONENT_KEY');
  });

  it('doubt a component that nobody certified', async () => {
    expect(doubtRequest({ ...(await evidence()), component: undefined })).to.equal('NOT_COMPONENT_KEY');
  });

  it('doubt a grant that is not there', async () => {
    expect(doubtRequest({ ...(await evidence()), grant: undefined })).to.equal('OTHER_CONSUMER');
  });

  it('find the request in the list form, and no other', async () => {
    const { made, ...rest } = await evidence();
    const own = JSON.parse(made.argument) as Record<string, unknown>;
    const other = { ...own, nonce: 'ff'.repeat(16) };
    const listed = { ...made, argument: encode([other, own]) };
    expect(doubtRequest({ ...rest, made: listed })).to.equal(undefined);
    expect(doubtRequest({ ...rest, made: { ...made, argument: encode([other]) } })).to.equal('ALTERED');
  });

  it('take no signature of ours for more than it says', async () => {
    const { grant, made } = await evidence();
    const ours: ProjectedTransaction = { ...made, ...(await signerOf(STEEL, 'officer')) };
    let isOurs = (certificate: string): boolean => certificate === ours.certificate;
    let recorded: string = grant!.termsDigest;
    const said = (
      transaction: string,
      request: object,
      changes: Partial<ProjectedTransaction> = {},
    ): boolean =>
      isSignedBy({ mspId: STEEL, isOurs }, grant!, [
        {
          termsDigest: recorded,
          transaction: { ...ours, transaction, argument: encode(request), ...changes },
        },
      ]);
    const accept = { grantId: grant!.id, termsDigest: grant!.termsDigest };
    expect(said('grants:Accept', accept)).to.equal(true);
    expect(said('grants:Consent', accept)).to.equal(true);
    expect(said('grants:Counter', { grantId: grant!.id, terms: grant!.terms })).to.equal(true);
    isOurs = () => false;
    expect(said('grants:Accept', accept)).to.equal(false);
    isOurs = () => true;
    expect(said('grants:Decline', accept)).to.equal(false);
    expect(said('grants:Suspend', accept)).to.equal(false);
    expect(said('grants:Accept', accept, { code: 'MVCC_READ_CONFLICT' })).to.equal(false);
    expect(said('grants:Accept', accept, { signed: false })).to.equal(false);
    expect(said('grants:Accept', accept, { mspId: BUYER })).to.equal(false);
    expect(said('grants:Accept', { ...accept, grantId: deriveId('grant', { mspId: BUYER }, {}) })).to.equal(
      false,
    );
    expect(said('grants:Accept', { ...accept, termsDigest: `sha256:${'0'.repeat(64)}` })).to.equal(false);
    expect(said('grants:Offer', { nonce: 'ff'.repeat(16), terms: grant!.terms })).to.equal(false);
    recorded = `sha256:${'0'.repeat(64)}`;
    expect(said('grants:Counter', { grantId: grant!.id, terms: grant!.terms })).to.equal(false);
    expect(said('grants:Accept', accept)).to.equal(false);
  });
});

describe('custody: state as it stood before a transaction', () => {
  const at = (blockNumber: bigint, txIndex: number, value: string): WrittenText => ({
    key: 'space',
    text: encode({ value }),
    txId: '',
    blockNumber,
    txIndex,
  });
  const versions = [at(2n, 5, 'a'), at(4n, 0, 'b'), at(4n, 3, 'c'), at(9n, 1, 'd')];
  const projection = {
    text: () => Promise.resolve(versions.at(-1)),
    texts: () => Promise.resolve(versions),
  };
  const cases: readonly (readonly [bigint, number, string | undefined])[] = [
    [0n, 0, undefined],
    [2n, 5, undefined],
    [2n, 6, 'a'],
    [4n, 0, 'a'],
    [4n, 1, 'b'],
    [4n, 3, 'b'],
    [4n, 4, 'c'],
    [9n, 1, 'c'],
    [9n, 2, 'd'],
    [10n, 0, 'd'],
  ];
  for (const [blockNumber, txIndex, expected] of cases) {
    it(`${blockNumber}/${txIndex}: ${expected ?? 'nothing'}`, async () => {
      const text = await readerBefore(projection, { blockNumber, txIndex })('space');
      expect(text).to.equal(expected === undefined ? undefined : encode({ value: expected }));
    });
  }
});
